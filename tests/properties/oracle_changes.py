"""The oracle's changes and notices (spec 4 and 5): what was told, what is news, what is decided, what goes out.

In: promises and the book of notices. Out: changes with their decisions, new notices, the states of all notices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from oracle_days import Calendar
from oracle_landing import OrderKey

TELLING = ("sending", "uncertain", "accepted", "delivered")


@dataclass(frozen=True)
class Told:
    """What the customer was last told. `by_us`: by a notice or a person, not by the order's promised_on."""

    is_told: bool
    told_on: date | None
    by_us: bool = False


@dataclass(frozen=True)
class Change:
    kind: str
    is_told: bool
    told_on: date | None
    expected_on: date | None
    days_moved: int | None
    decision: str = ""


Parts = frozenset[tuple[date | None, str, Decimal]]
"""(expected_on, precision, quantity): 'on 6 January' and 'by 6 January at the latest' are two messages."""


@dataclass(frozen=True)
class Statement:
    """What a notice says of one line: also the parts, for a message with other parts is another message."""

    kind: str
    is_told: bool
    told_on: date | None
    expected_on: date | None
    parts: Parts


@dataclass
class Notice:
    """One message to one customer; `lines` holds what it says of each line. `recorded` orders notices and persons' words in time."""

    customer_id: str
    lines: dict[OrderKey, Statement]
    created_on: date
    recorded: int
    state: str = "pending"


@dataclass
class Book:
    """All notices ever made and all that persons told."""

    notices: list[Notice] = field(default_factory=list)
    spoken: list[tuple[int, OrderKey, date | None]] = field(default_factory=list)
    recorded: int = 0

    def add(self, customer_id: str, lines: dict[OrderKey, Statement], created_on: date) -> Notice:
        self.recorded += 1
        self.notices.append(Notice(customer_id, lines, created_on, self.recorded))
        return self.notices[-1]

    def tell(self, key: OrderKey, on: date | None) -> None:
        """A person told the customer."""
        self.recorded += 1
        self.spoken.append((self.recorded, key, on))

    def told(self, key: OrderKey, promised_on: date | None) -> Told:
        statements = [(n.recorded, n.lines[key].expected_on) for n in self.notices if n.state in TELLING and key in n.lines]
        statements += [(recorded, on) for recorded, spoken_key, on in self.spoken if spoken_key == key]
        if statements:
            return Told(True, max(statements, key=lambda statement: statement[0])[1], by_us=True)
        return Told(promised_on is not None, promised_on)

    def waiting_to_go(self, customer_id: str) -> list[Notice]:
        return [n for n in self.notices if n.customer_id == customer_id and n.state in ("pending", "held")]

    def had_today(self, customer_id: str, today: date) -> int:
        """Notices of this as-of date, less those that nobody got because a later run knew better."""
        return sum(n.customer_id == customer_id and n.created_on == today and n.state != "superseded" for n in self.notices)

    def send_all(self) -> None:
        """The outbox takes everything at once."""
        for notice in self.notices:
            if notice.state == "pending":
                notice.state = "accepted"


@dataclass(frozen=True)
class Thresholds:
    min_days_later: int
    min_days_earlier: int
    missed_grace_days: int
    announce_early_at_first_sight: bool


def change_of(told: Told, expected_on: date | None, as_of_on: date, thresholds: Thresholds, calendar: Calendar) -> Change | None:
    """The table of spec 4, row by row."""
    days_moved = (expected_on - told.told_on).days if expected_on and told.told_on else None
    kind = _kind(told, expected_on, days_moved, as_of_on, thresholds, calendar)
    return Change(kind, told.is_told, told.told_on, expected_on, days_moved) if kind else None


def _kind(
    told: Told, expected_on: date | None, days_moved: int | None, as_of_on: date, thresholds: Thresholds, calendar: Calendar
) -> str | None:
    if told.told_on is None:
        if expected_on is not None:
            return "dated"
        return None if told.is_told else "unknown"
    if days_moved is None:
        return "unknown"
    if days_moved >= thresholds.min_days_later:
        return "delayed"
    if -days_moved >= thresholds.min_days_earlier and (told.by_us or thresholds.announce_early_at_first_sight):
        return "advanced"
    if calendar.between(told.told_on, as_of_on) > thresholds.missed_grace_days:
        return "missed"
    return None
