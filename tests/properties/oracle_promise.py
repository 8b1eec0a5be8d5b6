"""The oracle's promise (spec 3): greedy loops over sorted lists.

In: open lines, supply, stock, what arrived supply gave before. Out: the slices of each line, and its dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from oracle_days import Calendar
from oracle_landing import Arrival, OrderKey, OrderLine, SupplyKey

COARSENESS = ("day", "week", "month")


@dataclass(frozen=True)
class Supply:
    """A supply line as the promise sees it. `latest_on` is None when unknown or overdue, `arrival` unless arrived and not ended."""

    key: SupplyKey
    sku: str
    warehouse_id: str
    quantity: Decimal
    stated_latest_on: date | None
    latest_on: date | None
    precision: str
    arrival: Arrival | None = None
    has_arrived: bool = False


@dataclass(frozen=True)
class Slice:
    quantity: Decimal
    supply_kind: str
    supply_key: SupplyKey | None
    available_on: date | None
    ship_on: date | None
    expected_on: date | None
    precision: str


@dataclass(frozen=True)
class Promise:
    customer_id: str
    sku: str
    warehouse_id: str
    quantity_open: Decimal
    slices: tuple[Slice, ...]
    expected_on: date | None
    first_on: date | None
    precisions: frozenset[str]
    """All precisions a reader may give the line: those of the slices that decide its date."""
    partial_ok: bool = True

    @property
    def from_stock(self) -> Decimal:
        return sum((s.quantity for s in self.slices if s.supply_kind == "stock"), Decimal(0))

    @property
    def parts(self) -> frozenset[tuple[date | None, str, Decimal]]:
        """What arrives on which date, and how sure; all of it on the last where the order does not go out in parts."""
        if not self.partial_ok:
            return frozenset({(self.expected_on, max(self.precisions), self.quantity_open)})
        total: dict[tuple[date | None, str], Decimal] = {}
        for s in self.slices:
            total[s.expected_on, s.precision] = total.get((s.expected_on, s.precision), Decimal(0)) + s.quantity
        return frozenset((*when, amount) for when, amount in total.items())


@dataclass(frozen=True)
class Rules:
    calendar: Calendar
    handling_days: int
    transit_days: int
    transit_days_by_country: dict[str, int]


Given = list[tuple[Supply | None, Decimal]]
"""What a line gets, in order; None = stock."""


def demand_order(lines: dict[OrderKey, OrderLine]) -> list[OrderKey]:
    return sorted(lines, key=lambda key: (lines[key].row.priority, lines[key].row.ordered_at, key[0].encode(), key[1]))


def supply_order(supply: Supply) -> tuple[date, bytes, bytes, bytes, int]:
    supplier, po_number, po_line, slice_no = supply.key
    return (supply.stated_latest_on or date.max, supplier.encode(), po_number.encode(), po_line.encode(), slice_no)


def waits_for(line: OrderLine, supply: Supply) -> bool:
    """A pegged line waits for its PO (and PO line, if given) in its warehouse and SKU."""
    _, po_number, po_line, _ = supply.key
    return (
        line.row.po_number == po_number
        and line.row.po_line in (None, po_line)
        and (line.row.sku, line.row.warehouse_id) == (supply.sku, supply.warehouse_id)
    )


def allocate(
    lines: dict[OrderKey, OrderLine],
    ordinary: set[OrderKey],
    supplies: list[Supply],
    stock: dict[tuple[str, str], Decimal],
    served_before: dict[tuple[OrderKey, SupplyKey], Decimal],
) -> dict[OrderKey, Given]:
    """Steps 0 to 2: arrived supply, then pegged lines, then the others first come first served."""
    need = {key: line.row.quantity_open for key, line in lines.items()}
    given: dict[OrderKey, Given] = {key: [] for key in lines}
    in_order = sorted(supplies, key=supply_order)
    left = {supply.key: supply.quantity for supply in in_order if not supply.has_arrived and supply.latest_on}
    on_hand = dict(stock)

    def give(key: OrderKey, supply: Supply | None, most: Decimal) -> Decimal:
        amount = min(need[key], most)
        if amount > 0:
            need[key] -= amount
            given[key].append((supply, amount))
        return max(amount, Decimal(0))

    for key in demand_order(lines):
        for supply in in_order:
            row = lines[key].row
            if supply.arrival and (supply.sku, supply.warehouse_id) == (row.sku, row.warehouse_id):
                give(key, supply, served_before.get((key, supply.key), Decimal(0)))
    for key in demand_order(lines):
        if key not in ordinary:
            for supply in in_order:
                if supply.key in left and waits_for(lines[key], supply):
                    left[supply.key] -= give(key, supply, left[supply.key])
    for key in demand_order(lines):
        if key in ordinary:
            row = lines[key].row
            place = (row.sku, row.warehouse_id)
            if place in on_hand:
                on_hand[place] -= give(key, None, on_hand[place])
            for supply in in_order:
                if supply.key in left and (supply.sku, supply.warehouse_id) == place:
                    left[supply.key] -= give(key, supply, left[supply.key])
    return given


def dated(line: OrderLine, given: Given, stock_since: date, rules: Rules) -> Promise:
    """The slices of a line with their dates, and the line's own."""
    slices = [_slice(line, supply, amount, stock_since, rules) for supply, amount in given]
    rest = line.row.quantity_open - sum((amount for _, amount in given), Decimal(0))
    if rest > 0:
        slices.append(Slice(rest, "none", None, None, None, None, "unknown"))
    known = [s.expected_on for s in slices if s.expected_on]
    expected_on = max(known) if len(known) == len(slices) else None
    return Promise(
        customer_id=line.row.customer_id,
        sku=line.row.sku,
        warehouse_id=line.row.warehouse_id,
        quantity_open=line.row.quantity_open,
        slices=tuple(slices),
        expected_on=expected_on,
        first_on=min(known, default=None) if line.row.partial_ok else expected_on,
        precisions=frozenset(s.precision for s in slices if s.expected_on == expected_on),
        partial_ok=line.row.partial_ok,
    )


def _slice(line: OrderLine, supply: Supply | None, amount: Decimal, stock_since: date, rules: Rules) -> Slice:
    if supply is None:
        kind, available_on, precision = "stock", stock_since, "day"
    elif supply.arrival:
        kind, available_on, precision = "arrived", supply.arrival.on, "day"
        if supply.arrival.vanished and supply.stated_latest_on and supply.stated_latest_on > available_on:
            available_on = supply.stated_latest_on
    else:
        assert supply.latest_on
        kind, available_on, precision = "supply", supply.latest_on, supply.precision
    transit_days = rules.transit_days_by_country.get(line.row.country or "", rules.transit_days)
    ship_on = rules.calendar.plus(rules.calendar.on_or_after(available_on), rules.handling_days)
    expected_on = rules.calendar.plus(ship_on, transit_days)
    return Slice(amount, kind, supply.key if supply else None, available_on, ship_on, expected_on, precision)
