"""News: what there is to say to one customer, before it is words.

In: nothing but facts (days, quantities, names). Out: the frozen values that the composer reads and the message that it gives back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Kind = Literal["delayed", "advanced", "unknown", "dated"]

# In the order in which a message tells them: what asks for a decision comes first.
KINDS: tuple[Kind, ...] = ("delayed", "unknown", "dated", "advanced")

# The kinds for which a message offers to cancel and may name alternatives (spec 6).
UNWELCOME: frozenset[str] = frozenset({"delayed", "unknown"})


@dataclass(frozen=True)
class Part:
    """A quantity of a line that arrives by one day; no day, or precision `unknown`: we do not know yet."""

    quantity: Decimal
    expected_on: date | None
    precision: str


@dataclass(frozen=True)
class Alternative:
    """Another item that could reach the customer sooner, and the day by which it would."""

    sku: str
    name: str | None
    url: str | None
    expected_on: date


@dataclass(frozen=True)
class LineNews:
    """What changed for one order line (spec 4): the day told before, the day now, and why.

    Raises ValueError where kind and days contradict each other: a message must never be written from such a line.
    """

    order_id: str
    line_no: int
    kind: Kind
    sku: str
    description: str | None
    quantity: Decimal
    is_told: bool
    told_on: date | None
    expected_on: date | None
    precision: str
    parts: tuple[Part, ...] = ()
    reason: str | None = None
    alternatives: tuple[Alternative, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self._place}: kind {self.kind!r} is no news; expected any of {', '.join(KINDS)}")
        if (self.expected_on is None) != (self.kind == "unknown"):
            raise ValueError(
                f"{self._place}: kind {self.kind} with expected_on {self.expected_on}; only unknown has no day, and it has none"
            )
        if self.told_on is None and self.kind in ("delayed", "advanced"):
            raise ValueError(f"{self._place}: kind {self.kind} without told_on; expected the day that the customer was told")

    @property
    def _place(self) -> str:
        return f"order {self.order_id}, line {self.line_no}"


@dataclass(frozen=True)
class Recipient:
    """Who reads the message. `locale` as the customers feed has it: `de`, `en-GB`, `fr_CA`."""

    customer_id: str
    name: str | None
    locale: str


@dataclass(frozen=True)
class Shop:
    """Who writes the message, and how to reach them."""

    name: str
    reply_to: str | None = None
    phone: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Message:
    """The words of one notice: a subject of one line and two bodies that say the same."""

    subject: str
    text: str
    html: str
