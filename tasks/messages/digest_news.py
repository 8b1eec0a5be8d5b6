"""Digest news: what there is to say to one member of staff, before it is words.

In: nothing but facts (days, quantities, names, states). Out: the frozen values that the digest's composer reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from tasks.feed_ages import FeedAge

Occasion = Literal["daily", "calls"]

# In the order in which a digest tells them: what asks for a person comes first.
SECTIONS = ("call", "waiting", "overdue", "told", "moved", "supply_moved", "expected")


@dataclass(frozen=True)
class CustomerLine:
    """An order line of the sections call, waiting, told and moved: one row of `digests/lines_shown`.

    `from_on`: the day told before (moved: believed before). `standing`: why no message settles it, where its notice stands, or who told.
    """

    customer_id: str
    customer_name: str | None
    order_id: str
    line_no: int
    sku: str
    description: str | None
    quantity: Decimal
    kind: str | None
    is_told: bool
    from_on: date | None
    expected_on: date | None
    precision: str
    days_later: int | None
    cause: str
    supplier_id: str | None
    po_number: str | None
    po_line: str | None
    supplier_reason: str | None
    standing: str | None
    detail: str | None
    is_new: bool


@dataclass(frozen=True)
class SupplyLine:
    """A slice of supply of the sections overdue, supply_moved and expected: one row of `digests/supply`.

    `from_on`, `from_quantity`: what was stated at the last digest. `days`: by which it is overdue, or has moved.
    """

    kind: str | None
    supplier_id: str
    po_number: str
    po_line: str
    sku: str
    warehouse_id: str
    quantity: Decimal
    from_quantity: Decimal | None
    from_on: date | None
    eta_latest_on: date | None
    eta_precision: str | None
    days: int | None
    reason: str | None


@dataclass(frozen=True)
class Section:
    """One section: the lines that there is room for, and how many there are."""

    name: str
    lines: tuple[CustomerLine | SupplyLine, ...]
    rows_in_all: int
    new_in_all: int = 0


@dataclass(frozen=True)
class DigestNews:
    """All that one digest says. `since_on`: the day of the last digest, from which on something is news."""

    occasion: Occasion
    name: str | None
    as_of_on: date
    since_on: date
    horizon_on: date
    sections: tuple[Section, ...]
    late_feeds: tuple[FeedAge, ...] = ()
