"""Random small worlds for the differential test: few of everything, so that ties, collisions and returns are frequent.

In: a source of randomness (`random.Random`, or Hypothesis's own). Out: a `World`: settings, and for each run its as-of and its files.
Several small worlds with names of their own share the files and runs of one, as a run costs more than what it computes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from oracle import File, Numbers, Source
from oracle_cells import Cells
from world_orders import OrderBook
from world_supply import Suppliers

START = datetime(2026, 12, 1, 8, tzinfo=UTC)
HEADERS = {
    "supplier_etas": (
        "supplier_id", "po_number", "po_line", "slice_no", "sku", "warehouse_id", "quantity", "eta", "status", "stated_at", "reason",
    ),
    "order_lines": (
        "order_id", "line_no", "customer_id", "sku", "warehouse_id", "quantity_open", "ordered_at", "promised_on", "priority", "status",
        "po_number", "po_line", "partial_ok", "country",
    ),
    "customers": ("customer_id", "email", "notify"),
    "inventory": ("sku", "warehouse_id", "on_hand"),
}  # fmt: skip
SKUS, PLACES, CUSTOMERS = ("A", "B"), ("main", "east"), ("C1", "C2", "C3", "C4")
NAMED = ("supplier_id", "po_number", "po_line", "sku", "order_id", "customer_id")
NAMES = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Day:
    """One run."""

    as_of: datetime
    files: tuple[File, ...] = ()
    announce: bool = False
    send: bool = True


@dataclass(frozen=True)
class World:
    """All that the pipeline and the oracle are given. `calendar` is a country of the `holidays` package, or none."""

    sources: tuple[Source, ...]
    numbers: Numbers
    calendar: str
    days: tuple[Day, ...]


def world_of(rng: random.Random, most_days: int = 12, small_worlds: int = 1) -> World:
    """Make up one world."""
    sources = _sources(rng)
    inventor = Inventor(rng, sources, small_worlds)
    days = tuple(inventor.days(rng.randint(5, most_days)))
    return World(sources, _numbers(rng), rng.choice(["none", "none", "US"]), days)


def worlds(most_days: int = 12, small_worlds: int = 1) -> st.SearchStrategy[World]:
    """The same as a Hypothesis strategy: it draws the number of the world, as a world is too many choices to draw one by one."""
    return st.integers(0, 2**32 - 1).map(lambda number: world_of(random.Random(number), most_days, small_worlds))


def _sources(rng: random.Random) -> tuple[Source, ...]:
    sources = [Source("acme", "supplier_etas"), Source("bolt", "supplier_etas", required=rng.random() < 0.5, may_be_empty=True)]
    if rng.random() < 0.5:
        sources.append(Source("portal", "supplier_etas", mode="delta", required=False))
    sources.append(Source("shop", "order_lines", may_be_empty=True))
    if rng.random() < 0.3:
        sources.append(Source("web", "order_lines", mode=rng.choice(["snapshot", "delta"]), required=False))
    if rng.random() < 0.95:
        sources.append(Source("people", "customers"))
    if rng.random() < 0.6:
        sources.append(Source("stock", "inventory"))
    return tuple(sources)


def _numbers(rng: random.Random) -> Numbers:
    def mostly(plain: int, *others: int) -> int:
        return plain if rng.random() < 0.6 else rng.choice(others)

    return Numbers(
        handling_days=mostly(1, 0, 2),
        transit_days=mostly(2, 0),
        transit_days_by_country=(("DE", 4),),
        overdue_grace_days=mostly(2, 0, 1),
        absent_grace_days=mostly(2, 0, 1),
        arrived_days=mostly(15, 1, 1, 3),
        min_days_later=mostly(1, 3),
        min_days_earlier=mostly(1, 3),
        confirm_advances_runs=mostly(1, 2),
        missed_grace_days=mostly(1, 0, 3),
        max_notices_per_day=mostly(1, 2),
        announce_early_at_first_sight=rng.random() < 0.2,
        guard_min_customers=mostly(10, 1),
        max_supplier_share=1.0,
        max_order_age_hours=mostly(9999, 30),
    )


class Inventor:
    """Lets the world go on and writes down what each source says of it."""

    def __init__(self, rng: random.Random, sources: tuple[Source, ...], small_worlds: int) -> None:
        self.rng, self.sources = rng, sources
        self.small_worlds = [SmallWorld(rng, NAMES[number] if small_worlds > 1 else "") for number in range(small_worlds)]
        self.ordinals: dict[str, int] = {}
        self.overwrites = {source.name: rng.random() < 0.5 for source in sources}

    def days(self, count: int) -> Iterator[Day]:
        as_of, rng = START + timedelta(days=rng_first_day(self.rng)), self.rng
        for number in range(count):
            if number and rng.random() < 0.02:
                yield Day(as_of - timedelta(hours=rng.choice([1, 30])))
                continue
            if number:
                as_of += rng.choice(
                    [timedelta(), timedelta(hours=3), timedelta(hours=3)]
                    + [timedelta(days=1)] * 6
                    + [timedelta(days=n) for n in (2, 3, 3, 7)]
                )
            announce = number == 0 and rng.random() < 0.6
            yield Day(as_of, tuple(self._files(as_of, is_first=number == 0)), announce, send=rng.random() > 0.12)

    def _files(self, as_of: datetime, is_first: bool) -> Iterator[File]:
        for source in self.sources:
            share = 0.97 if is_first else 0.85
            if self.rng.random() > (0.4 if source.feed == "inventory" else share):
                continue
            count = 1 if self.overwrites[source.name] or self.rng.random() > 0.12 else 2
            for _ in range(count):
                yield self._file(source, as_of)

    def _file(self, source: Source, as_of: datetime) -> File:
        ordinal = self.ordinals[source.name] = self.ordinals.get(source.name, 7) + 1
        name = f"{source.name}.csv" if self.overwrites[source.name] else f"{source.name}_{ordinal}.csv"
        file = self._contents(source, as_of)
        return replace(file, source=source.name, name=name)

    def _contents(self, source: Source, as_of: datetime) -> File:
        if self.rng.random() < 0.02:
            return File("", "", (), ())
        rows = [row for small_world in self.small_worlds for row in small_world.rows(source, as_of)]
        self.rng.shuffle(rows)
        return File("", "", HEADERS[source.feed], tuple(rows))


class SmallWorld:
    """Suppliers, orders, customers and stock that have nothing to do with those of another name."""

    def __init__(self, rng: random.Random, name: str) -> None:
        self.rng, self.name = rng, name
        self.suppliers, self.book = Suppliers(rng), OrderBook(rng)
        self.people = {customer: {"customer_id": customer, "email": f"{customer}@example.com", "notify": ""} for customer in CUSTOMERS}

    def rows(self, source: Source, as_of: datetime) -> list[Cells]:
        says = {
            "supplier_etas": self.suppliers.rows,
            "order_lines": self.book.rows,
            "customers": self._people,
            "inventory": self._stock,
        }
        return [
            {column: self.name + text if text and column in NAMED else text for column, text in row.items()}
            for row in says[source.feed](source, as_of)
        ]

    def _people(self, source: Source, as_of: datetime) -> list[Cells]:
        for row in self.people.values():
            if self.rng.random() < 0.06:
                row["notify"] = self.rng.choice(["", "email", "none"])
            if self.rng.random() < 0.06:
                row["email"] = self.rng.choice(["", f"{row['customer_id']}@example.com"])
            row["notify"] = self.rng.choice(["", "maybe"]) if row["notify"] == "maybe" or self.rng.random() < 0.02 else row["notify"]
        return [dict(row) for row in self.people.values() if self.rng.random() < 0.95] or [dict(self.people["C1"])]

    def _stock(self, source: Source, as_of: datetime) -> list[Cells]:
        rows = [
            {"sku": sku, "warehouse_id": place, "on_hand": self.rng.choice(["0", "0", "1", "2", "4"])} for sku in SKUS for place in PLACES
        ]
        if self.rng.random() < 0.1:
            rows[self.rng.randint(0, len(rows) - 1)]["on_hand"] = "none"
        return [row for row in rows if self.rng.random() < 0.7] or rows[:1]


def rng_first_day(rng: random.Random) -> int:
    """Days after 1 December: weeks before and around Christmas."""
    return rng.choice([0, 0, 3, 4, 17])
