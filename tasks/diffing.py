"""Diffing: where what the customer was last told is not what we now believe, and what to do about it (spec 4).

In: the checked working tables of promising, and what was told. Out: `changes`, the new history and slices, and what the next run
must remember. Call within the transaction that also makes the notices.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tasks.runs import naive_utc
from tasks.warehouse import Warehouse

_WORKING_TABLES = (
    "work.changes",
    "work.contacts",
    "work.standing_changes",
    "work.begun_promises",
    "work.ended_promises",
    "work.changed_slices",
)
_REMEMBER = (
    "changes/record",
    "changes/standing_next",
    "changes/standing_forget",
    "changes/standing_remember",
    "changes/baseline_unmark",
    "changes/baseline_mark",
)
_HISTORY = (
    "history/promises_begun",
    "history/promises_ended",
    "history/promises_replaced",
    "history/promises_closed",
    "history/promises_resumed",
    "history/promises_opened",
    "history/slices_changed",
    "history/slices_forget",
    "history/slices_remember",
    "history/lines_released",
    "history/stock_forget",
    "history/stock_remember",
    "history/po_lines_forget",
    "history/po_lines_remember",
    "history/supply_remember",
    "history/evaluation_remember",
)
# What the run before remembered for this one, of which nothing holds any more.
_FORGOTTEN = ("state.advance_streaks", "state.changed_items", "state.supply_at_last_run", "state.evaluation")


def find_changes(warehouse: Warehouse, values: dict[str, Any], *, is_baseline: bool) -> None:
    """Fill `work.changes`: every change, with its decision."""
    warehouse.clear(*_WORKING_TABLES)
    # Before this run's own notices are settled: what becomes of those is for the next to see.
    warehouse.clear("state.unseen_notices")
    warehouse.run("history/tellings_seen")
    warehouse.run("changes/found", **values)
    if is_baseline:
        warehouse.run("changes/decide_baseline")
        return
    warehouse.run("changes/contacts")
    warehouse.run("changes/decide", **values)


def commit_changes(warehouse: Warehouse, values: dict[str, Any], now: datetime, *, is_baseline: bool) -> None:
    """Write the changes that arose, the new history, and what the next run must remember."""
    moment = {**values, "evaluated_at": naive_utc(now), "is_baseline": is_baseline}
    for name in _REMEMBER:
        warehouse.run(name, **moment)
    warehouse.clear(*_FORGOTTEN)
    warehouse.run("changes/streaks_next", **moment)
    for name in _HISTORY:
        warehouse.run(name, **moment)
