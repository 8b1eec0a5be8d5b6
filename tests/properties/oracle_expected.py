"""What goes into the oracle beside files, and what comes out: the numbers of spec 9, and all that the warehouse must say after a run.

In: nothing. Out: plain dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from oracle_changes import Change, Told
from oracle_landing import FileOutcome, OrderKey, SupplyKey
from oracle_promise import Promise
from oracle_reading import OrderRow


@dataclass(frozen=True)
class Numbers:
    """[promise], [changes] and [guard] of spec 9."""

    handling_days: int = 1
    transit_days: int = 2
    transit_days_by_country: tuple[tuple[str, int], ...] = ()
    overdue_grace_days: int = 2
    absent_grace_days: int = 2
    arrived_days: int = 15
    min_days_later: int = 1
    min_days_earlier: int = 1
    confirm_advances_runs: int = 1
    missed_grace_days: int = 1
    max_notices_per_day: int = 1
    announce_early_at_first_sight: bool = False
    max_customer_share: float = 0.25
    guard_min_customers: int = 10
    max_supplier_share: float = 0.5
    max_row_drop: float = 0.5
    max_date_loss: float = 0.5
    max_order_age_hours: float = 30


@dataclass(frozen=True)
class SupplyView:
    """A supply line as `supplier_eta_history` must hold it now."""

    sku: str
    warehouse_id: str
    quantity: Decimal
    eta_earliest_on: date | None
    eta_latest_on: date | None
    eta_precision: str
    status: str
    source: str


@dataclass(frozen=True)
class NoticeView:
    customer_id: str
    state: str
    lines: frozenset[tuple[OrderKey, str, date | None, date | None]]
    """(order line, kind, told_on, expected_on)"""


@dataclass
class Expected:
    """What the warehouse must say after a run. `outcome`: committed, stopped (checks), or behind (an as-of before the last)."""

    outcome: str
    files: list[FileOutcome] = field(default_factory=list)
    supply: dict[SupplyKey, SupplyView] = field(default_factory=dict)
    orders: dict[OrderKey, OrderRow] = field(default_factory=dict)
    """The open lines as last stated."""
    promises: dict[OrderKey, Promise] = field(default_factory=dict)
    promised_on: dict[OrderKey, date | None] = field(default_factory=dict)
    told: dict[OrderKey, Told] = field(default_factory=dict)
    changes: dict[OrderKey, Change] = field(default_factory=dict)
    recorded: set[OrderKey] = field(default_factory=set)
    renamed: set[OrderKey] = field(default_factory=set)
    """Of those recorded, the ones that only went from `notify` to `in_flight` or back: the same news in another notice, or in the same."""
    created: list[NoticeView] = field(default_factory=list)
    notices: list[NoticeView] = field(default_factory=list)
