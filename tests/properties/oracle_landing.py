"""The oracle's landing (spec 2): which statement rules, what is absent, withdrawn, arrived or closed, which file is refused whole.

In: one file of one source at a time. Out: `Landed`, the truth in force over all sources, changed in place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from oracle_cells import Cells, Eta
from oracle_reading import (
    REQUIRED_COLUMNS,
    OrderRow,
    ReadFile,
    SupplyRow,
    read_customers,
    read_inventory,
    read_order_lines,
    read_supplier_etas,
)

PoLine = tuple[str, str, str]
OrderKey = tuple[str, int]
SupplyKey = tuple[str, str, str, int]


@dataclass(frozen=True)
class Source:
    """As in the configuration. `constants` are feed columns with one value for the whole source."""

    name: str
    feed: str
    mode: str = "snapshot"
    required: bool = True
    may_be_empty: bool = False
    constants: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class File:
    """One new file: the header and the rows under it. No header = a file of 0 bytes. `file_date` only where the source has that setting."""

    source: str
    name: str
    header: tuple[str, ...]
    rows: tuple[Cells, ...]
    file_date: date | None = None


@dataclass(frozen=True)
class Arrival:
    """When supply arrived: the as-of date of the run that first knew, and that run's ordinal."""

    on: date
    run: int
    vanished: bool


@dataclass
class SupplyLine:
    """One slice of the statement in force."""

    slice_no: int
    sku: str
    warehouse_id: str
    quantity: Decimal
    eta: Eta
    status: str
    reason: str | None
    arrival: Arrival | None = None
    is_withdrawn: bool = False


@dataclass
class Statement:
    """What is in force of one PO line, and who said it."""

    source: str
    stated_at: datetime
    slices: list[SupplyLine]
    first_absent_on: date | None = None


@dataclass
class OrderLine:
    """The last good statement of an order line."""

    source: str
    row: OrderRow
    is_absent: bool = False

    @property
    def is_open(self) -> bool:
        return not self.is_absent and self.row.status == "open" and self.row.quantity_open > 0


@dataclass(frozen=True)
class FileOutcome:
    source: str
    name: str
    status: str
    reason: str
    refused: tuple[tuple[int, str], ...] = ()
    set_aside: tuple[int, ...] = ()
    good_count: int = 0


@dataclass
class Landed:
    """The truth in force. `run` is the ordinal of the run that lands."""

    sources: Sequence[Source]
    absent_grace_days: int = 2
    max_row_drop: float = 0.5
    max_date_loss: float = 0.5
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    run: int = 0
    statements: dict[PoLine, Statement] = field(default_factory=dict)
    orders: dict[OrderKey, OrderLine] = field(default_factory=dict)
    promised_on: dict[OrderKey, date] = field(default_factory=dict)
    customers: dict[str, dict[str, Any]] = field(default_factory=dict)
    inventory: dict[str, dict[tuple[str, str], Decimal]] = field(default_factory=dict)
    accepted_at: dict[str, datetime] = field(default_factory=dict)
    accepted_rows: dict[str, int] = field(default_factory=dict)
    file_dates: dict[str, date] = field(default_factory=dict)
    last_stock_run: int = 0

    def source(self, name: str) -> Source:
        return next(source for source in self.sources if source.name == name)

    def missing_sources(self) -> list[str]:
        """Required sources that were never accepted: a run stops for them."""
        wanted = (s for s in self.sources if s.required and s.feed in ("supplier_etas", "order_lines"))
        return [s.name for s in wanted if s.name not in self.accepted_at]

    def stock(self) -> dict[tuple[str, str], Decimal]:
        """On hand by (sku, warehouse), added up over the sources."""
        total: dict[tuple[str, str], Decimal] = {}
        for by_key in self.inventory.values():
            for key, on_hand in by_key.items():
                total[key] = total.get(key, Decimal(0)) + on_hand
        return total

    def customer(self, customer_id: str) -> Any:
        found = None
        for by_id in self.customers.values():
            found = by_id.get(customer_id, found)
        return found

    def has_ended(self, arrival: Arrival, as_of_on: date, arrived_days: int) -> bool:
        """More than `arrived_days` have passed, or a stock snapshot was accepted in the run that first knew or later."""
        return (as_of_on - arrival.on).days > arrived_days or self.last_stock_run >= arrival.run

    def land(self, file: File, as_of: datetime) -> FileOutcome:
        """Take one file, or refuse it whole."""
        source = self.source(file.source)
        as_of_on = as_of.astimezone(self.zone).date()
        problem = self._unreadable(source, file)
        if problem:
            return FileOutcome(file.source, file.name, "rejected", problem)
        read = self._read(source, file, as_of_on)
        if file.file_date and source.mode == "snapshot" and file.file_date < self.file_dates.get(source.name, date.min):
            return self._outcome(file, read, "history only")
        problem = self._implausible(source, read)
        if problem:
            return FileOutcome(file.source, file.name, "rejected", problem)
        self._accept(source, read, as_of, as_of_on)
        if file.file_date:
            self.file_dates[source.name] = file.file_date
        return self._outcome(file, read, "")

    def _outcome(self, file: File, read: ReadFile, reason: str) -> FileOutcome:
        refused = tuple(sorted(read.refused))
        return FileOutcome(file.source, file.name, "landed", reason, refused, tuple(read.set_aside), read.good_count)

    def _unreadable(self, source: Source, file: File) -> str:
        if not file.header:
            return "no header"
        constants = dict(source.constants)
        for column in REQUIRED_COLUMNS[source.feed]:
            if column not in file.header and column not in constants:
                return f"no column {column}"
        if not file.rows and not source.may_be_empty:
            return "no rows"
        return ""

    def _read(self, source: Source, file: File, as_of_on: date) -> ReadFile:
        cells, constants = list(file.rows), dict(source.constants)
        if source.feed == "supplier_etas":
            return read_supplier_etas(cells, 2, as_of_on, self.zone, constants)
        if source.feed == "order_lines":
            foreign = {key for key, line in self.orders.items() if line.source != source.name}
            return read_order_lines(cells, 2, self.zone, constants, foreign)
        if source.feed == "customers":
            return read_customers(cells, 2)
        return read_inventory(cells, 2)

    def _implausible(self, source: Source, read: ReadFile) -> str:
        """The two rejections that a person can overrule; they speak of snapshots only."""
        if source.mode != "snapshot":
            return ""
        before = self.accepted_rows.get(source.name, 0)
        if before >= 20 and (before - read.good_count) / before > self.max_row_drop:
            return "max_row_drop"
        if source.feed == "supplier_etas":
            had = [key for key, statement in self.statements.items() if statement.source == source.name and _has_date(statement)]
            lost = [key for key in had if key in read.rows and all(row.eta.latest is None for row in read.rows[key])]
            if len(had) >= 20 and len(lost) / len(had) > self.max_date_loss:
                return "max_date_loss"
        return ""

    def _accept(self, source: Source, read: ReadFile, as_of: datetime, as_of_on: date) -> None:
        self.accepted_at[source.name] = as_of
        self.accepted_rows[source.name] = read.good_count
        if source.feed == "supplier_etas":
            self._take_statements(source, read, as_of, as_of_on)
        elif source.feed == "order_lines":
            self._take_orders(source, read)
        elif source.feed == "customers":
            self.customers[source.name] = _replaced(self.customers.get(source.name, {}), read, source.mode)
        else:
            self.inventory[source.name] = _replaced(self.inventory.get(source.name, {}), read, source.mode)
            if source.mode == "snapshot":
                self.last_stock_run = self.run

    def _take_statements(self, source: Source, read: ReadFile, as_of: datetime, as_of_on: date) -> None:
        for key, rows in read.rows.items():
            stated_at = max(row.stated_at or as_of.astimezone(UTC) for row in rows)
            ruling = self.statements.get(key)
            replaces_own = source.mode == "snapshot" and ruling is not None and ruling.source == source.name
            if ruling is not None and not replaces_own and stated_at < ruling.stated_at:
                continue  # history only
            slices = [self._supply_line(slice_no, row, ruling, as_of_on) for slice_no, row in _numbered(rows)]
            self.statements[key] = Statement(source.name, stated_at, slices)
        if source.mode == "snapshot":
            for key, statement in self.statements.items():
                if statement.source == source.name:
                    if key in read.present:
                        _come_back(statement)
                    else:
                        self._miss(statement, as_of_on)

    def _supply_line(self, slice_no: int, row: SupplyRow, ruling: Statement | None, as_of_on: date) -> SupplyLine:
        """A slice as now stated. What is `received` arrived when a run first knew that it had."""
        line = SupplyLine(slice_no, row.sku, row.warehouse_id, row.quantity, row.eta, row.status, row.reason)
        if row.status == "received":
            earlier = next((s.arrival for s in ruling.slices if s.slice_no == slice_no), None) if ruling else None
            line.arrival = Arrival(earlier.on, earlier.run, vanished=False) if earlier else Arrival(as_of_on, self.run, vanished=False)
        return line

    def _miss(self, statement: Statement, as_of_on: date) -> None:
        """An accepted snapshot of its source lacks the PO line."""
        statement.first_absent_on = statement.first_absent_on or as_of_on
        for line in statement.slices:
            if line.status == "cancelled" or line.is_withdrawn or line.arrival:
                continue
            if line.status == "shipped" or (line.eta.latest is not None and line.eta.latest <= as_of_on):
                line.arrival = Arrival(as_of_on, self.run, vanished=True)
            elif (as_of_on - statement.first_absent_on).days > self.absent_grace_days:
                line.is_withdrawn = True

    def _take_orders(self, source: Source, read: ReadFile) -> None:
        for key, rows in read.rows.items():
            (row,) = rows
            self.orders[key] = OrderLine(source.name, row)
            if row.promised_on is not None:
                self.promised_on.setdefault(key, row.promised_on)
        if source.mode == "snapshot":
            for key, line in self.orders.items():
                if line.source == source.name:
                    line.is_absent = key not in read.present


def _has_date(statement: Statement) -> bool:
    return any(line.eta.latest for line in statement.slices if not line.is_withdrawn and not line.arrival and line.status != "cancelled")


def _come_back(statement: Statement) -> None:
    """As if it had never been away (also where only a refused row says that it is there)."""
    statement.first_absent_on = None
    for line in statement.slices:
        line.is_withdrawn = False
        if line.arrival and line.arrival.vanished:
            line.arrival = None


def _numbered(rows: list[SupplyRow]) -> list[tuple[int, SupplyRow]]:
    """Slices with their numbers: those given, and those without in date order behind them."""
    given = [(row.slice_no, row) for row in rows if row.slice_no is not None]
    without = [row for row in rows if row.slice_no is None]
    without.sort(key=lambda row: (row.eta.latest or date.max, row.eta.earliest or date.max))
    start = max((number for number, _ in given), default=0) + 1
    return given + list(enumerate(without, start=start))


def _replaced(before: dict[Any, Any], read: ReadFile, mode: str) -> dict[Any, Any]:
    """The file's rows; the last good one where the file's is refused; in a delta also what it does not speak of."""
    kept = {key: value for key, value in before.items() if mode == "delta" or key in read.blocked}
    return {**kept, **{key: rows[-1] for key, rows in read.rows.items()}}
