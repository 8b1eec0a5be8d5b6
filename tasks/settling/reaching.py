"""Reaching: what a run leaves for the view that finds customers whom a notice did not reach.

In: the run, when it looked, and within how many hours a notice should be delivered. Out: one row of `state.reach`.
"""

from __future__ import annotations

from datetime import datetime

from tasks.runs import Run, naive_utc
from tasks.warehouse import Warehouse


def look(warehouse: Warehouse, run: Run, now: datetime, delivered_within_hours: float) -> None:
    """Write down what the run takes for now; call within the transaction that commits it."""
    warehouse.clear("state.reach")
    warehouse.run("settling/see_reach", as_of=run.as_of, evaluated_at=naive_utc(now), delivered_within_hours=delivered_within_hours)
