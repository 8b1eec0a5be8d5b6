"""Promising: which supply serves which order line, and so the day on which each line is expected (spec 3).

In: the warehouse's current supply, stock and demand. Out: the working tables `work.slices` and `work.promises`, for checking.
Nothing here is the truth yet: the tables are moved by the transaction that also holds the changes and the notices.

Only what may have changed is worked out: the items (warehouse and SKU) whose supply is not what the last committed run saw, or of which
an order line changed. Of the others the lines that may have to be decided anew are looked at, with the promise that they had.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import polars as pl

from tasks.calendar import business_calendar, calendar_edition, calendar_span
from tasks.queries import folder, statement
from tasks.runs import Run
from tasks.settings import Settings
from tasks.warehouse import Warehouse

_WORKING_TABLES = (
    "work.calendar",
    "work.transit",
    "work.supply",
    "work.items",
    "work.restless_lines",
    "work.lines",
    "work.before",
    "work.slices_before",
    "work.demand",
    "work.pairing_demand",
    "work.pairing_supply",
    "work.pairings",
    "work.slices",
    "work.promises",
)
_LOOKED_AT = ("promise/restless_lines", "promise/lines", "promise/before", "promise/slices_before")
_WORKED_OUT = ("promise/slices", "promise/promises", "promise/causes", "promise/carry_promises", "promise/carry_slices")


def compute(warehouse: Warehouse, settings: Settings, run: Run) -> None:
    """Work out the promise of every open order line that may have another one than before, in one transaction."""
    values = parameters(settings, run)
    with warehouse.transaction():
        warehouse.clear(*_WORKING_TABLES)
        first_on, last_on = calendar_span(run.as_of_on)
        warehouse.append("work.calendar", business_calendar(settings.promise.calendar, first_on, last_on))
        countries = settings.promise.transit_days_by_country
        transit = {"country": list(countries), "transit_days": list(countries.values())}
        warehouse.append("work.transit", pl.DataFrame(transit, schema={"country": pl.String, "transit_days": pl.Int32}))
        warehouse.run("promise/supply", **values)
        is_known = warehouse.value("promise/evaluated_with") == values["fingerprint"]
        warehouse.run("promise/items_changed" if is_known else "promise/items_all", **values)
        for name in (*_LOOKED_AT, "promise/demand", "promise/serve_arrived"):
            warehouse.run(name, **values)
        # Step 1: lines that wait for just one PO. Step 2: the others, first come first served.
        _pair(warehouse, "promise/pegged_demand", "promise/pegged_supply")
        warehouse.run("promise/pair_mixed_pegs")
        _pair(warehouse, "promise/ordinary_demand", "promise/ordinary_supply")
        for name in _WORKED_OUT:
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
        "fingerprint": _fingerprint(settings, run),
        **settings.promise.model_dump(exclude={"calendar", "transit_days_by_country"}),
        **settings.changes.model_dump(),
    }


def _fingerprint(settings: Settings, run: Run) -> str:
    """Changes with anything beside supply and demand that can move a promise or a change: rules, calendar, settings."""
    known = {
        "promise": settings.promise.model_dump(mode="json"),
        "changes": settings.changes.model_dump(mode="json"),
        "calendar": [calendar_edition(), *map(str, calendar_span(run.as_of_on))],
        "rules": [statement(name) for stage in ("promise", "changes") for name in folder(stage)],
    }
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
