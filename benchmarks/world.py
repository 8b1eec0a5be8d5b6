"""A made-up distributor's files: order lines, fifty of them to a supply line, and customers; the same for everybody, drawn from a seed.

In: how many order lines. Out: a folder a day with the three feeds as Parquet and CSV. What did not change comes again under another name.
Drawn in pieces, so that ten million lines need little memory.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import holidays
import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

# Day 1 of every world. Suppliers' dates lie far enough ahead that none goes by within sixty days: only what a supplier moves changes.
FIRST_ON = date(2026, 9, 1)
FIRST_ETA_DAYS, LAST_ETA_DAYS, NEAREST_ETA_DAYS = 70, 160, 65
ORDERED_WITHIN_DAYS = 60
SEED = 7
LINES_OF_AN_ORDER, LINES_OF_A_PO, SUPPLIES_OF_A_SKU = 3, 5, 4
LINES_TO_A_SUPPLY, LINES_TO_A_CUSTOMER = 50, 8
ORDERS_AT_ONCE = 250_000
COUNTRIES = ("US", "US", "US", "US", "CA", "DE", "FR", "GB")
ITEMS = ("Brake caliper", "Wheel bearing", "Fuel pump", "Alternator", "Clutch kit", "Oil filter", "Timing belt", "Shock absorber")
DRAWS = ("orders", "supply", "etas", "moves")
FORMATS = ("parquet", "csv")
FEEDS = ("etas", "orders", "customers")
# Supply that is of no use today: overdue since weeks, without a date, cancelled.
OVERDUE_SHARE, UNKNOWN_SHARE, CANCELLED_SHARE = 0.02, 0.03, 0.01
PEGGED_SHARE, FIRST_SERVED_SHARE, NEVER_PROMISED_SHARE = 0.03, 0.1, 0.05
# How much of the demand for an item its suppliers owe, on average.
COVERED = 0.97

Integers = npt.NDArray[np.int64]


@dataclass
class World:
    """A folder of days: `days/1/etas.parquet` and so on. `order_lines` is made a multiple of three, the lines of an order."""

    folder: Path
    order_lines: int
    formats: tuple[str, ...] = FORMATS
    seed: int = SEED
    eta_days: Integers = field(init=False, repr=False)
    _demand: Integers = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.orders = self.order_lines // LINES_OF_AN_ORDER
        self.order_lines = self.orders * LINES_OF_AN_ORDER
        self.supply_lines = max(self.order_lines // LINES_TO_A_SUPPLY, LINES_OF_A_PO * SUPPLIES_OF_A_SKU)
        self.skus = self.supply_lines // SUPPLIES_OF_A_SKU
        self.supply_lines = self.skus * SUPPLIES_OF_A_SKU
        self.customers = max(self.order_lines // LINES_TO_A_CUSTOMER, 1)

    def day(self, number: int) -> Path:
        """The folder of a day's files."""
        return self.folder / "days" / str(number)

    def make_first_day(self) -> None:
        """Write day 1, and the public holidays that all reckon with."""
        self.day(1).mkdir(parents=True)
        self._write("orders", 1, self._order_frames())
        self._write("customers", 1, self._customer_frames())
        self.eta_days = self._draw("etas").integers(FIRST_ETA_DAYS, LAST_ETA_DAYS, self.supply_lines)
        self._write("etas", 1, [self._supply()])
        with (self.folder / "holidays.csv").open("w", newline="") as file:
            years = range(FIRST_ON.year - 1, FIRST_ON.year + 3)
            csv.writer(file).writerows([["day"], *([day.isoformat()] for day in sorted(holidays.country_holidays("US", years=years)))])

    def make_next_day(self, number: int, moved_share: float) -> None:
        """Write the day after `number` - 1: orders and customers as they were, and this share of the supply lines with another date."""
        self.day(number).mkdir()
        for feed in FEEDS if not moved_share else FEEDS[1:]:
            for kind in self.formats:
                os.link(self._file(number - 1, feed, kind), self._file(number, feed, kind))
        if moved_share:
            draw = self._draw("moves", number)
            moved = draw.choice(self.supply_lines, round(self.supply_lines * moved_share), replace=False)
            # Four of five come later, by up to three weeks.
            later = np.where(draw.random(moved.size) < 0.8, draw.integers(1, 21, moved.size), -draw.integers(1, 6, moved.size))
            self.eta_days[moved] = np.maximum(self.eta_days[moved] + later, NEAREST_ETA_DAYS)
            self._write("etas", number, [self._supply()])

    def _draw(self, what: str, piece: int = 0) -> np.random.Generator:
        return np.random.default_rng([self.seed, DRAWS.index(what), piece])

    def _file(self, number: int, feed: str, kind: str) -> Path:
        return self.day(number) / f"{feed}.{kind}"

    def _write(self, feed: str, number: int, frames: Iterator[pl.DataFrame] | list[pl.DataFrame]) -> None:
        parquet: pq.ParquetWriter | None = None
        for place, frame in enumerate(frames):
            if "parquet" in self.formats:
                table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
                parquet = parquet or pq.ParquetWriter(self._file(number, feed, "parquet"), table.schema)
                parquet.write_table(table)
            if "csv" in self.formats:
                with self._file(number, feed, "csv").open("ab") as text:
                    frame.write_csv(text, include_header=place == 0, datetime_format="%Y-%m-%dT%H:%M:%S")
        if parquet:
            parquet.close()

    def _order_frames(self) -> Iterator[pl.DataFrame]:
        """The order book in the order in which it was written; what is wanted of each item is added up on the way."""
        self._demand = np.zeros(self.skus, dtype=np.int64)
        for first in range(0, self.orders, ORDERS_AT_ONCE):
            orders = np.arange(first, min(first + ORDERS_AT_ONCE, self.orders))
            draw = self._draw("orders", first)
            customer = draw.integers(0, self.customers, orders.size)
            order = np.repeat(np.arange(orders.size), LINES_OF_AN_ORDER)
            lines = order.size
            # Some items are wanted far more than others.
            sku = (draw.random(lines) ** 1.5 * self.skus).astype(np.int64)
            quantity = draw.integers(1, 10, lines)
            self._demand += np.bincount(sku, quantity, self.skus).astype(np.int64)
            # Where in the row of orders it stands: who ordered early was promised an early day.
            place = orders[order] / self.orders
            promised = FIRST_ETA_DAYS + place * (LAST_ETA_DAYS - FIRST_ETA_DAYS) + draw.integers(-15, 16, lines)
            supply = sku + self.skus * draw.integers(0, SUPPLIES_OF_A_SKU, lines)
            drawn = pl.DataFrame(
                {
                    "order": orders[order],
                    "line_no": np.tile(np.arange(1, LINES_OF_AN_ORDER + 1), orders.size),
                    "customer": customer[order],
                    "sku": sku,
                    "quantity_open": quantity,
                    "second": (place * ORDERED_WITHIN_DAYS * 86_400).astype(np.int64),
                    "promised": promised.astype(np.int64),
                    "is_promised": draw.random(lines) >= NEVER_PROMISED_SHARE,
                    "is_first_served": draw.random(lines) < FIRST_SERVED_SHARE,
                    "po": supply // LINES_OF_A_PO,
                    "is_pegged": draw.random(lines) < PEGGED_SHARE,
                }
            )
            ordered_from = pl.lit(FIRST_ON - timedelta(days=ORDERED_WITHIN_DAYS)).cast(pl.Datetime("us"))
            yield drawn.select(
                order_id=_key("O", "order"),
                line_no="line_no",
                customer_id=_key("C", "customer"),
                sku=_key("K", "sku"),
                quantity_open="quantity_open",
                ordered_at=ordered_from + pl.duration(seconds="second"),
                promised_on=pl.when("is_promised").then(pl.lit(FIRST_ON) + pl.duration(days="promised")),
                priority=pl.when("is_first_served").then(50).otherwise(100),
                po_number=pl.when("is_pegged").then(_key("P", "po")),
                country=_word(COUNTRIES, pl.col("customer")),
                description=_word(ITEMS, pl.col("sku")),
            )

    def _supply(self) -> pl.DataFrame:
        """What suppliers owe: four supply lines an item, together about what is wanted of it."""
        draw = self._draw("supply")
        number = np.arange(self.supply_lines)
        share = draw.uniform(0.75, 1.25, self.supply_lines) * COVERED / SUPPLIES_OF_A_SKU
        fate = draw.random(self.supply_lines)
        overdue = -draw.integers(10, 40, self.supply_lines)
        limits = np.cumsum([OVERDUE_SHARE, UNKNOWN_SHARE, CANCELLED_SHARE])
        drawn = pl.DataFrame(
            {
                "number": number,
                "quantity": np.maximum(np.rint(self._demand[number % self.skus] * share), 1).astype(np.int64),
                "eta_days": np.where(fate < limits[0], overdue, self.eta_days),
                "is_unknown": (fate >= limits[0]) & (fate < limits[1]),
                "is_cancelled": (fate >= limits[1]) & (fate < limits[2]),
            }
        ).with_columns(po=pl.col("number") // LINES_OF_A_PO)
        eta = (pl.lit(FIRST_ON) + pl.duration(days="eta_days")).dt.to_string("%Y-%m-%d")
        return drawn.select(
            supplier_id=pl.format("S{}", pl.col("po") % 200),
            po_number=_key("P", "po"),
            po_line=(pl.col("number") % LINES_OF_A_PO + 1).cast(pl.String),
            slice_no=pl.lit(1),
            sku=pl.format("K{}", (pl.col("number") % self.skus).cast(pl.String).str.zfill(8)),
            quantity="quantity",
            eta=pl.when("is_unknown").then(pl.lit("TBD")).otherwise(eta),
            status=pl.when("is_cancelled").then(pl.lit("cancelled")).otherwise(pl.lit("open")),
        )

    def _customer_frames(self) -> Iterator[pl.DataFrame]:
        for first in range(0, self.customers, ORDERS_AT_ONCE):
            numbers = pl.DataFrame({"customer": np.arange(first, min(first + ORDERS_AT_ONCE, self.customers))})
            yield numbers.select(
                customer_id=_key("C", "customer"),
                email=pl.format("buyer{}@customer.example", "customer"),
                name=pl.format("Garage {}", "customer"),
                country=_word(COUNTRIES, pl.col("customer")),
            )


def _key(letter: str, column: str) -> pl.Expr:
    return pl.format(letter + "{}", pl.col(column).cast(pl.String).str.zfill(8))


def _word(words: tuple[str, ...], number: pl.Expr) -> pl.Expr:
    return (number % len(words)).replace_strict(dict(enumerate(words)), return_dtype=pl.String)
