"""The oracle's reading of a file's rows (spec 2): which are good, which break a rule, which are duplicates.

In: rows as dicts of strings, as in the file. Out: `ReadFile`: good and refused rows, keys present, keys that a refused row blocks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from oracle_cells import BadRowError, Cells, Eta, cell, day, eta, filled, flag, instant, quantity, whole, word, years_from

REQUIRED_COLUMNS = {
    "supplier_etas": ("supplier_id", "po_number", "sku", "quantity", "eta"),
    "order_lines": ("order_id", "line_no", "customer_id", "sku", "quantity_open", "ordered_at"),
    "customers": ("customer_id", "email"),
    "inventory": ("sku", "on_hand"),
    "alternatives": ("sku", "alternative_sku"),
    "staff": ("staff_id", "role", "email"),
}


@dataclass(frozen=True)
class SupplyRow:
    row_number: int
    slice_no: int | None
    sku: str
    warehouse_id: str
    quantity: Decimal
    eta: Eta
    status: str
    stated_at: datetime | None
    reason: str | None


@dataclass(frozen=True)
class OrderRow:
    row_number: int
    customer_id: str
    sku: str
    warehouse_id: str
    quantity_open: Decimal
    ordered_at: datetime
    promised_on: date | None
    priority: int
    status: str
    po_number: str | None
    po_line: str | None
    partial_ok: bool
    country: str | None


@dataclass
class ReadFile:
    """What one file says. `rows` holds the good rows of each key that no refused row blocks."""

    rows: dict[Any, list[Any]] = field(default_factory=dict)
    present: set[Any] = field(default_factory=set)
    blocked: set[Any] = field(default_factory=set)
    refused: list[tuple[int, str]] = field(default_factory=list)
    set_aside: list[int] = field(default_factory=list)
    good_count: int = 0


def read_supplier_etas(cells: list[Cells], first_row: int, as_of_on: date, zone: ZoneInfo, constants: Cells) -> ReadFile:
    """Good rows by PO line. A refused row blocks its whole PO line: the last good statement stays in force."""
    parsed: list[tuple[int, Any, Any, SupplyRow | str]] = []
    for number, raw in enumerate(cells, start=first_row):
        row = {**raw, **constants}
        key = _po_line(row)
        parsed.append((number, key, _supply_identity(row, key), _supply_row(row, number, as_of_on, zone)))
    return _sorted_out(parsed)


def identity(feed: str, row: Cells) -> Any:
    """What makes two rows of a file duplicates; None if it cannot be read."""
    if feed == "supplier_etas":
        return _supply_identity(row, _po_line(row))
    if feed == "order_lines":
        return _order_key(row)
    return cell(row, "customer_id") if feed == "customers" else (cell(row, "sku"), cell(row, "warehouse_id", "main"))


def _po_line(row: Cells) -> tuple[str, str, str] | None:
    supplier, po = cell(row, "supplier_id"), cell(row, "po_number")
    po_line = cell(row, "po_line", cell(row, "sku"))
    return (supplier, po, po_line) if supplier and po and po_line else None


def _supply_identity(row: Cells, key: Any) -> Any:
    """What makes two rows duplicates: the slice's number, else the same ETA."""
    try:
        number = cell(row, "slice_no")
        return None if key is None else (key, whole(number, "slice_no") if number else eta(cell(row, "eta")))
    except BadRowError:
        return None


def _supply_row(row: Cells, number: int, as_of_on: date, zone: ZoneInfo) -> SupplyRow | str:
    try:
        filled(row, "supplier_id")
        filled(row, "po_number")
        sku = filled(row, "sku")
        status = word(cell(row, "status", "open") or "", "status", ("open", "shipped", "received", "cancelled"))
        amount = quantity(filled(row, "quantity"), "quantity")
        if amount == 0 and status not in ("received", "cancelled"):
            raise BadRowError("quantity_zero")
        when = eta(cell(row, "eta"))
        if when.latest and not years_from(as_of_on, -2) <= when.latest <= years_from(as_of_on, 3):
            raise BadRowError("eta_out_of_window")
        if cell(row, "unit"):
            raise BadRowError("unit_unknown")
        slice_no, stated_at = cell(row, "slice_no"), cell(row, "stated_at")
        return SupplyRow(
            row_number=number,
            slice_no=whole(slice_no, "slice_no") if slice_no else None,
            sku=sku,
            warehouse_id=cell(row, "warehouse_id", "main") or "",
            quantity=amount,
            eta=when,
            status=status,
            stated_at=instant(stated_at, "stated_at", zone) if stated_at else None,
            reason=cell(row, "reason"),
        )
    except BadRowError as bad:
        return str(bad)


def read_order_lines(cells: list[Cells], first_row: int, zone: ZoneInfo, constants: Cells, foreign: set[tuple[str, int]]) -> ReadFile:
    """Good rows by (order_id, line_no). A line of another source (`foreign`) is refused and is none of this source's business."""
    parsed: list[tuple[int, Any, Any, OrderRow | str]] = []
    for number, raw in enumerate(cells, start=first_row):
        row = {**raw, **constants}
        key = _order_key(row)
        result = _order_row(row, number, zone)
        if key in foreign and not isinstance(result, str):
            result = "other_source"
        parsed.append((number, key, key, result))
    return _sorted_out(parsed)


def _order_key(row: Cells) -> tuple[str, int] | None:
    try:
        return filled(row, "order_id"), whole(filled(row, "line_no"), "line_no")
    except BadRowError:
        return None


def _order_row(row: Cells, number: int, zone: ZoneInfo) -> OrderRow | str:
    try:
        filled(row, "order_id")
        whole(filled(row, "line_no"), "line_no")
        promised_on = cell(row, "promised_on")
        return OrderRow(
            row_number=number,
            customer_id=filled(row, "customer_id"),
            sku=filled(row, "sku"),
            warehouse_id=cell(row, "warehouse_id", "main") or "",
            quantity_open=quantity(filled(row, "quantity_open"), "quantity_open"),
            ordered_at=instant(filled(row, "ordered_at"), "ordered_at", zone),
            promised_on=day(promised_on, "promised_on") if promised_on else None,
            priority=whole(cell(row, "priority", "100") or "", "priority"),
            status=word(cell(row, "status", "open") or "", "status", ("open", "shipped", "cancelled")),
            po_number=cell(row, "po_number"),
            po_line=cell(row, "po_line"),
            partial_ok=flag(cell(row, "partial_ok", "true") or "", "partial_ok"),
            country=cell(row, "country"),
        )
    except BadRowError as bad:
        return str(bad)


def read_customers(cells: list[Cells], first_row: int) -> ReadFile:
    """Good rows by customer_id: (email, notify)."""
    parsed: list[tuple[int, Any, Any, Any]] = []
    for number, row in enumerate(cells, start=first_row):
        key = cell(row, "customer_id")
        try:
            filled(row, "customer_id")
            result: Any = (cell(row, "email"), word(cell(row, "notify", "email") or "", "notify", ("email", "none")))
        except BadRowError as bad:
            result = str(bad)
        parsed.append((number, key, key, result))
    return _sorted_out(parsed)


def read_inventory(cells: list[Cells], first_row: int) -> ReadFile:
    """Good rows by (sku, warehouse_id): quantity on hand."""
    parsed: list[tuple[int, Any, Any, Any]] = []
    for number, row in enumerate(cells, start=first_row):
        sku = cell(row, "sku")
        key = (sku, cell(row, "warehouse_id", "main")) if sku else None
        try:
            filled(row, "sku")
            result: Any = quantity(filled(row, "on_hand"), "on_hand")
        except BadRowError as bad:
            result = str(bad)
        parsed.append((number, key, key, result))
    return _sorted_out(parsed)


def _sorted_out(parsed: list[tuple[int, Any, Any, Any]]) -> ReadFile:
    """Of rows with the same identity the last one wins; a bad row that is left blocks its key; a good row of a blocked key is set aside."""
    read = ReadFile()
    last_of = {identity: number for number, _, identity, _ in parsed if identity is not None}
    winners = []
    for number, key, identity, result in parsed:
        if key is not None:
            read.present.add(key)
        if identity is not None and last_of[identity] != number:
            read.refused.append((number, result if isinstance(result, str) else "duplicate"))
        elif isinstance(result, str):
            read.refused.append((number, result))
            read.blocked.add(key)
        else:
            winners.append((number, key, result))
            read.good_count += 1
    for number, key, result in winners:
        if key in read.blocked:
            read.set_aside.append(number)
        else:
            read.rows.setdefault(key, []).append(result)
    read.blocked.discard(None)
    return read
