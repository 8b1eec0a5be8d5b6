"""Promising: which supply serves which order line, and so the day on which each line is expected (spec 3).

In: the warehouse's current supply, stock and demand. Out: the working tables `work.slices` and `work.promises`, for checking.
Nothing here is the truth yet: the tables are moved by the transaction that also holds the changes and the notices.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from tasks.calendar import business_calendar, calendar_span
from tasks.runs import Run
from tasks.settings import Settings
from tasks.warehouse import Warehouse

_WORKING_TABLES = (
    "work.calendar",
    "work.transit",
    "work.demand",
    "work.supply",
    "work.pairing_demand",
    "work.pairing_supply",
    "work.pairings",
    "work.slices",
    "work.promises",
)


def compute(warehouse: Warehouse, settings: Settings, run: Run) -> None:
    """Work out the promise of every open order line, in one transaction."""
    values = parameters(settings, run)
    with warehouse.transaction():
        warehouse.clear(*_WORKING_TABLES)
        first_on, last_on = calendar_span(run.as_of_on)
        warehouse.append("work.calendar", business_calendar(settings.promise.calendar, first_on, last_on))
        countries = settings.promise.transit_days_by_country
        transit = {"country": list(countries), "transit_days": list(countries.values())}
        warehouse.append("work.transit", pl.DataFrame(transit, schema={"country": pl.String, "transit_days": pl.Int32}))
        for name in ("promise/demand", "promise/supply", "promise/serve_arrived"):
            warehouse.run(name, **values)
        # Step 1: lines that wait for just one PO. Step 2: the others, first come first served.
        _pair(warehouse, "promise/pegged_demand", "promise/pegged_supply")
        warehouse.run("promise/pair_mixed_pegs")
        _pair(warehouse, "promise/ordinary_demand", "promise/ordinary_supply")
        for name in ("promise/slices", "promise/promises", "promise/causes"):
            warehouse.run(name, **values)


def _pair(warehouse: Warehouse, demand: str, supply: str) -> None:
    """Give the n-th unit of a demand the n-th unit of a supply."""
    warehouse.clear("work.pairing_demand", "work.pairing_supply")
    warehouse.run(demand)
    warehouse.run(supply)
    warehouse.run("promise/pair")


def parameters(settings: Settings, run: Run) -> dict[str, Any]:
    """What the statements of the promise and of the changes need to know."""
    first_on, last_on = calendar_span(run.as_of_on)
    return {
        **run.values,
        "calendar_first_on": first_on,
        "calendar_last_on": last_on,
        "promise_settings": settings.promise_fingerprint,
        **settings.promise.model_dump(exclude={"calendar", "transit_days_by_country"}),
        **settings.changes.model_dump(),
    }
