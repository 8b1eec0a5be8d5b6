"""Gathering: what there is to say to each member of staff, from the history since their last digest.

In: who can be written to, and the as-of instant. Out: for each the rows of their sections; those with nothing to say are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from tasks.warehouse import Warehouse

Occasion = Literal["daily", "calls"]

# A digest is for reading: what is beyond this is a matter for a command.
MOST_LINES = 100
# Deliveries are expected for as many days ahead.
HORIZON_DAYS = 14
# What goes out at the end of a run that adds to the call list; all else waits for the daily digest.
_OF_CALLS = ("call", "waiting")


@dataclass(frozen=True)
class Addressee:
    """Who is written to. No staff_id: the fallback, for the lines of all others. No address: nobody hears of them."""

    staff_id: str | None
    address: str | None
    name: str | None = None
    role: str | None = None
    warehouse_id: str | None = None


@dataclass(frozen=True)
class Moment:
    """What a digest speaks of: `as_of` and `history_as_of` (the last committed run's) and `made_at` are naive UTC."""

    occasion: Occasion
    as_of: datetime
    as_of_on: date
    history_as_of: datetime
    made_at: datetime
    run_id: str | None = None

    @property
    def horizon_on(self) -> date:
        return self.as_of_on + timedelta(days=HORIZON_DAYS)


@dataclass(frozen=True)
class Material:
    """What there is to say to one addressee: rows of `digests/lines_shown` and `digests/supply`, by section."""

    addressee: Addressee
    since_as_of: datetime
    sections: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def staff_of(warehouse: Warehouse) -> list[dict[str, Any]]:
    """The staff, as the feed has them."""
    return warehouse.rows("digests/staff")


def gather(warehouse: Warehouse, moment: Moment, addressees: Sequence[Addressee]) -> list[Material]:
    """Work out what there is to say to those to whom a digest is due, also those with nothing but old feeds to hear of.

    A daily digest is due once a day; a call list when a line stands in it that none before it had.
    """
    with warehouse.transaction():
        return _gather(warehouse, moment, addressees)


def _gather(warehouse: Warehouse, moment: Moment, addressees: Sequence[Addressee]) -> list[Material]:
    values = {"as_of_on": moment.as_of_on, "horizon_on": moment.horizon_on, "most_rows": MOST_LINES}
    warehouse.clear("work.digest_recipients", "work.digest_lines")
    warehouse.run(
        "digests/recipients",
        staff_ids=[addressee.staff_id for addressee in addressees],
        roles=[addressee.role for addressee in addressees],
        warehouse_ids=[addressee.warehouse_id for addressee in addressees],
        occasion=moment.occasion,
        as_of=moment.as_of,
        as_of_on=moment.as_of_on,
        now=moment.made_at,
    )
    warehouse.run("digests/lines", **values)
    rows = warehouse.rows("digests/lines_shown", **values)
    if moment.occasion == "daily":
        rows += warehouse.rows("digests/supply", **values)
    else:
        grown = {row["staff_id"] for row in rows if row["section"] == "call" and row["new_in_all"]}
        rows = [row for row in rows if row["staff_id"] in grown and row["section"] in _OF_CALLS]
    sections: defaultdict[str | None, dict[str, list[dict[str, Any]]]] = defaultdict(dict)
    for row in rows:
        sections[row["staff_id"]].setdefault(row["section"], []).append(row)
    by_id = {addressee.staff_id: addressee for addressee in addressees}
    return [
        Material(by_id[due["staff_id"]], due["since_as_of"], sections[due["staff_id"]])
        for due in warehouse.rows("digests/due")
        if moment.occasion == "daily" or due["staff_id"] in sections
    ]
