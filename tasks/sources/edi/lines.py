"""Lines: what every kind of message comes down to: a PO line, and its quantity with its date, or in several parts.

In: segments of a line. Out: `Line` with its `Slice`s; or a sentence for the supplier that says why the line is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tasks.sources.edi.answers import Answer, Outcome
from tasks.sources.edi.date_qualifiers import UNKNOWN, Qualifier
from tasks.sources.edi.partner import Partner
from tasks.sources.edi.periods import Period, edifact_period, week_of, x12_period
from tasks.sources.edi.segments import Segment
from tasks.sources.sentences import start_of

NUMBER = re.compile(r"[+-]?(?:\d{1,30}(?:[.,]\d{0,20})?|[.,]\d{1,20})", re.ASCII)


class NotUnderstood(Exception):
    """A line cannot be taken; the message says which segment and element, what it holds and what was expected."""


@dataclass(frozen=True)
class Dated:
    """A date as it stands in a message. `period` is None where the text is none."""

    code: str
    period: Period | None
    place: str
    text: str


@dataclass
class Part:
    """A quantity of a line and what is said of it. `quantity` is None where nothing is said: then it is all of the line."""

    answer: Answer
    quantity: Decimal | None = None
    unit: str = ""
    dates: list[Dated] = field(default_factory=list)
    place: str = ""

    @property
    def outcome(self) -> Outcome:
        return self.answer.outcome


@dataclass
class Slice:
    """A row of the feed that a line becomes."""

    quantity: Decimal
    unit: str = ""
    eta: str = ""
    status: str = "open"
    reason: str = ""


@dataclass
class Line:
    """A line of a message, understood (then it has slices) or not (then it has a problem)."""

    po_number: str
    po_line: str
    raw: str
    sku: str = ""
    slices: list[Slice] = field(default_factory=list)
    problem: str | None = None


Levels = Sequence[Sequence[Dated]]


def line_of(po_number: str, po_line: str, segments: Sequence[Segment], read: Callable[[Line], list[Slice]]) -> Line:
    """A line as `read` understands it; what it cannot becomes the line's problem, with the PO and the line in front."""
    line = Line(po_number, po_line, "\n".join(segment.raw for segment in segments))
    try:
        if not po_number:
            raise NotUnderstood("no purchase order number is given; expected ours, so that we know what is spoken of")
        for segment in segments:
            if not segment.is_sound:
                raise NotUnderstood(f"segment {segment.number}, {start_of(segment.raw)}, is none that we can read")
            if not segment.is_ended:
                raise NotUnderstood(f"the file ends within segment {segment.number}, {start_of(segment.raw)}; expected all of it")
        line.slices = read(line)
    except NotUnderstood as reason:
        line.slices = []
        line.problem = f"PO {po_number or '(none)'}, line {po_line or '(none)'}: {reason}"
    return line


def number_at(segment: Segment, element: int, component: int = 1) -> Decimal | None:
    """The number in an element; None where it is empty. Raises NotUnderstood for anything else."""
    text = segment.at(element, component)
    if not text:
        return None
    if not NUMBER.fullmatch(text):
        raise NotUnderstood(f"{segment.tag}{element:02d} {start_of(text)} is not a number")
    return Decimal(text.replace(",", "."))


def answer_of(table: dict[str, Answer], code: str, place: str) -> Answer:
    """What a code means. Raises NotUnderstood for one that is not in the table, and for one that a person must look at."""
    answer = table.get(code)
    if answer is None:
        raise NotUnderstood(f"{place} {start_of(code)} is no code that we know; expected one of {', '.join(table)}")
    if answer.outcome == "unclear":
        raise NotUnderstood(f"{place} {code!r} ({answer.meaning}) needs a person to look at it")
    return answer


def sku_of(partner: Partner, pairs: Iterable[tuple[str, str]], place: str) -> str:
    """The item number of the qualifier that the partner prefers. Raises NotUnderstood where there is none, or two of one."""
    found: dict[str, set[str]] = {}
    for qualifier, value in pairs:
        found.setdefault(qualifier, set()).add(value)
    for qualifier in partner.sku_qualifiers:
        numbers = found.get(qualifier, set())
        if len(numbers) > 1:
            raise NotUnderstood(f"{place} gives several item numbers {qualifier}: {', '.join(sorted(numbers))}; expected one")
        if numbers:
            return numbers.pop()
    given = ", ".join(sorted(found)) or "none"
    raise NotUnderstood(f"{place} has no item number that is ours; found {given}, expected one of {', '.join(partner.sku_qualifiers)}")


def x12_date(segment: Segment, code: int, text: int, form: int = 0) -> list[Dated]:
    """The date whose qualifier stands in element `code` and whose text in `text`; none where either is empty."""
    if not segment.at(code) or not segment.at(text):
        return []
    period = x12_period(segment.at(text), segment.at(form) if form else "")
    return [Dated(segment.at(code), period, f"{segment.tag}{code:02d}", segment.at(text))]


def x12_dates(segments: Iterable[Segment]) -> list[Dated]:
    """The dates of DTM segments; a range stands in DTM06, its format in DTM05."""
    found = []
    for segment in segments:
        if segment.tag == "DTM":
            found += x12_date(segment, 1, 2) or x12_date(segment, 1, 6, 5)
    return found


def edifact_dates(segments: Iterable[Segment]) -> list[Dated]:
    """The dates of DTM segments."""
    return [
        Dated(segment.at(1, 1), edifact_period(segment.at(1, 2), segment.at(1, 3)), "DTM", segment.at(1, 2))
        for segment in segments
        if segment.tag == "DTM" and segment.at(1, 1) and segment.at(1, 2)
    ]


def eta_of(partner: Partner, levels: Levels) -> str:
    """The ETA that the nearest level with any date about it gives; empty where there is none at all.

    Raises NotUnderstood for dates that contradict each other, that are none, or that do not say of what they are.
    """
    for level in levels:
        known = [(partner.date_qualifiers.get(dated.code, UNKNOWN), dated) for dated in level]
        for kind in ("delivery", "ship", "unclear"):
            best = _best([(qualifier, dated) for qualifier, dated in known if qualifier.kind == kind])
            if best is not None:
                return _eta(partner, *best)
    return ""


def _best(found: list[tuple[Qualifier, Dated]]) -> tuple[Qualifier, Dated] | None:
    """The date of the highest rank. Raises NotUnderstood where one qualifier gives several dates."""
    if not found:
        return None
    qualifier, dated = max(found, key=lambda pair: pair[0].rank)
    others = {other.text for _, other in found if other.code == dated.code}
    if len(others) > 1:
        raise NotUnderstood(
            f"{dated.place} {dated.code!r} ({qualifier.meaning}) gives several dates: {', '.join(sorted(others))}; expected one"
        )
    return qualifier, dated


def _eta(partner: Partner, qualifier: Qualifier, dated: Dated) -> str:
    said = f"{dated.place} {dated.code!r} ({qualifier.meaning})"
    if qualifier.kind == "unclear":
        raise NotUnderstood(
            f"{said} with {start_of(dated.text)} does not say when the goods come; expected a delivery date, or the source's "
            f'date_qualifiers to say what {dated.code!r} is ("delivery", "ship" or "none")'
        )
    if dated.period is None:
        raise NotUnderstood(f"{said} {start_of(dated.text)} is not a date that we can read")
    try:
        period = week_of(dated.period.latest_on) if qualifier.of_week else dated.period
    except OverflowError:
        raise NotUnderstood(f"{said} {start_of(dated.text)} is not a date that we can read") from None
    if qualifier.kind == "delivery":
        return period.text
    if partner.ship_days is None:
        raise NotUnderstood(
            f"{said} {start_of(dated.text)} is when the goods leave, not when they come; expected a delivery date, "
            'or dates = "ship" with inbound_transit_days in the source'
        )
    try:
        return period.later(partner.ship_days).text
    except OverflowError:
        raise NotUnderstood(f"{said} {start_of(dated.text)} is not a date that we can read") from None


def slices_of(partner: Partner, parts: Sequence[Part], shared: Levels, words: Sequence[str] = ()) -> list[Slice]:
    """The slices that the parts of a line are: `shared` are the dates that speak of the whole line, the nearest first."""
    slices = []
    for part in parts:
        assert part.quantity is not None, "whoever reads a message knows how much a part is, or does not understand it"
        # A date for the order as a whole is not one for what is out of stock.
        levels = [part.dates] if part.outcome == "backordered" else [part.dates, *shared]
        said = [] if part.answer.meaning in ("accepted", "shipped") else [part.answer.meaning]
        slices.append(
            Slice(
                quantity=Decimal(0) if part.outcome == "cancelled" else part.quantity,
                unit=part.unit,
                eta="" if part.outcome in ("cancelled", "pending") else eta_of(partner, levels),
                status={"cancelled": "cancelled", "shipped": "shipped"}.get(part.outcome, "open"),
                reason="; ".join(dict.fromkeys(word for word in (*said, *words) if word)),
            )
        )
    return slices


def scheduled(parts: Sequence[Part], schedule: Sequence[Part], place: str) -> list[Part]:
    """The parts of a line as its schedule divides what comes of it. Raises NotUnderstood where the two do not add up."""
    if not schedule:
        return list(parts)
    coming = [part for part in parts if part.outcome != "cancelled"]
    expected = sum((part.quantity or Decimal(0) for part in coming), Decimal(0))
    units = {part.unit for part in (*coming, *schedule) if part.unit}
    divided = sum((part.quantity or Decimal(0) for part in schedule), Decimal(0))
    if divided != expected and len(units) < 2:
        raise NotUnderstood(f"{place} divides {divided:f} into dates, the line has {expected:f} to come; expected the two to agree")
    answers = {part.answer for part in coming}
    if len(answers) != 1:
        raise NotUnderstood(f"{place} divides a line of which {len(answers)} different things are said; expected one answer for all of it")
    (answer,) = answers
    if answer.outcome == "pending":
        answer = Answer("accepted", answer.meaning)
    divided_parts = [Part(answer, one.quantity, one.unit or coming[0].unit, one.dates, one.place) for one in schedule]
    return [*divided_parts, *(part for part in parts if part.outcome == "cancelled")]
