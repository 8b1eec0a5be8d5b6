"""Order responses of X12: 855 (purchase order acknowledgment) and 865 (purchase order change acknowledgment).

In: a message. Out: its lines. A line is PO1 or POC; ACK answers, in one part or in several; SCH divides what comes into dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from tasks.sources.edi.answers import LINE_CHANGE, LINE_STATUS, VOIDING_PURPOSES, WHOLE_ORDER, Answer
from tasks.sources.edi.date_qualifiers import X12
from tasks.sources.edi.envelope import Message
from tasks.sources.edi.lines import (
    Dated,
    Line,
    NotUnderstood,
    Part,
    Slice,
    answer_of,
    line_of,
    number_at,
    scheduled,
    sku_of,
    slices_of,
    x12_date,
    x12_dates,
)
from tasks.sources.edi.loops import divided, item_pairs, words_of
from tasks.sources.edi.partner import Partner
from tasks.sources.edi.segments import Segment

ACCEPTED = Answer("accepted", "accepted")


@dataclass(frozen=True)
class _Shape:
    """Where 855 and 865 differ: the beginning segment and the line's."""

    line: str
    quantity: int
    unit: int
    first_pair: int


SHAPES = {"855": _Shape("PO1", 2, 3, 6), "865": _Shape("POC", 3, 5, 8)}


@dataclass
class _Loop:
    """A line's segments, in the parts that its ACK and SCH segments make."""

    line: Segment
    dates: list[Dated] = field(default_factory=list)
    acks: list[tuple[Segment, list[Dated]]] = field(default_factory=list)
    schedule: list[Segment] = field(default_factory=list)

    @classmethod
    def of(cls, segments: Sequence[Segment]) -> _Loop:
        loop = cls(segments[0])
        for segment in segments[1:]:
            if segment.tag == "ACK":
                loop.acks.append((segment, x12_date(segment, 4, 5)))
            elif segment.tag == "SCH":
                loop.schedule.append(segment)
            elif segment.tag == "DTM":
                # A DTM after an ACK speaks of what that ACK answers.
                (loop.acks[-1][1] if loop.acks else loop.dates).extend(x12_dates([segment]))
        return loop


def order_response_lines(message: Message, partner: Partner) -> list[Line]:
    """The lines of an 855 or 865."""
    shape = SHAPES[message.kind]
    header, loops = divided(message.segments, starts=(shape.line,), ends=("CTT",))
    beginning = next((segment for segment in header if segment.tag in ("BAK", "BCA")), None)
    po_number = beginning.at(3) if beginning else ""
    reading = partial(_read, partner=partner, shape=shape, beginning=beginning, for_all=x12_dates(header))
    return [line_of(po_number, loop[0].at(1), loop, partial(reading, segments=loop)) for loop in loops]


def _read(
    line: Line, partner: Partner, shape: _Shape, beginning: Segment | None, segments: Sequence[Segment], for_all: list[Dated]
) -> list[Slice]:
    if beginning and beginning.at(1) in VOIDING_PURPOSES:
        raise NotUnderstood(
            f"{beginning.tag}01 {beginning.at(1)!r} ({VOIDING_PURPOSES[beginning.at(1)]}) takes an earlier message back; see to it"
        )
    loop = _Loop.of(segments)
    line.sku = sku_of(partner, item_pairs(loop.line, shape.first_pair), loop.line.tag)
    ordered = number_at(loop.line, shape.quantity)
    unit = loop.line.at(shape.unit)
    parts = [_part(ack, dates, unit) for ack, dates in loop.acks] or [_unanswered(shape, beginning, loop.line)]
    parts = _measured(partner, parts, ordered, unit)
    if len(parts) == 1:
        parts[0].dates = parts[0].dates or loop.dates
    schedule = [
        Part(ACCEPTED, _given(segment, 1), segment.at(2) or unit, x12_date(segment, 5, 6) + x12_date(segment, 8, 9), "SCH")
        for segment in loop.schedule
    ]
    return slices_of(partner, scheduled(parts, schedule, "SCH01"), [loop.dates, for_all], words_of(segments))


def _part(ack: Segment, dates: list[Dated], unit: str) -> Part:
    answer = answer_of(LINE_STATUS, ack.at(1), "ACK01")
    for place in (5, 6, 7):
        code, text = ack.at(place), ack.at(place + 1)
        if code in X12 and X12[code].kind != "none" and len(text) == 8 and text.isdecimal():
            raise NotUnderstood(f"ACK{place:02d} {code!r} and ACK{place + 1:02d} {text!r} look like a date; expected it in ACK04 and ACK05")
    return Part(answer, number_at(ack, 2), ack.at(3) or unit, dates, f"ACK01 {ack.at(1)}")


def _given(segment: Segment, element: int) -> Decimal:
    quantity = number_at(segment, element)
    if quantity is None:
        raise NotUnderstood(f"{segment.tag}{element:02d} is empty; expected a quantity")
    return quantity


def _unanswered(shape: _Shape, beginning: Segment | None, line: Segment) -> Part:
    """A line without ACK has been told what POC02, or what the order as a whole was told."""
    if shape.line == "POC" and line.at(2):
        left, ordered = number_at(line, 4), number_at(line, 3)
        answer = answer_of(LINE_CHANGE, line.at(2), "POC02")
        if left is not None and left != ordered and answer.outcome != "cancelled":
            raise NotUnderstood(f"POC03 is {line.at(3)!r} and POC04 {line.at(4)!r}; expected an ACK that says how much comes")
        return Part(answer, unit=line.at(shape.unit), place="POC02")
    code = beginning.at(2) if beginning else ""
    answer = answer_of(WHOLE_ORDER, code, f"{beginning.tag if beginning else 'BAK'}02")
    return Part(ACCEPTED if answer.outcome == "accepted" else answer, unit=line.at(shape.unit), place="BAK02")


def _measured(partner: Partner, parts: list[Part], ordered: Decimal | None, unit: str) -> list[Part]:
    """The parts with their quantities, held against what was ordered (docs/edi.md: the four readings of ACK02)."""
    counted = [part for part in parts if part.quantity is not None]
    whole = [part for part in parts if part.quantity is None]
    if len(counted) <= 1:
        part = _as_one(parts)
        part.quantity = counted[0].quantity if counted else ordered
        counted = [part]
    elif any(part.outcome not in ("accepted", "changed") for part in whole):
        raise NotUnderstood(f"{whole[0].place} ({whole[0].answer.meaning}) has no quantity beside others that have; expected one in ACK02")
    if counted[0].quantity is None:
        raise NotUnderstood("no quantity is given, neither for the line nor in ACK02; expected one")
    total = sum((part.quantity or Decimal(0) for part in counted), Decimal(0))
    is_comparable = ordered is not None and not any(part.unit and unit and part.unit != unit for part in counted)
    if len(counted) == 1 and counted[0].outcome in ("partial", "backordered"):
        return _divided_by_reading(partner, counted[0], ordered if is_comparable else None)
    is_changed = any(part.outcome == "changed" for part in parts)
    if total == 0 and {part.outcome for part in counted} == {"cancelled"}:
        return counted
    if is_comparable and total != ordered and not is_changed:
        raise NotUnderstood(
            f"ACK02 accounts for {total:f}, ordered are {ordered:f}; expected all of it, or a code that says that it changed"
        )
    return [_of_a_pair(part, counted) for part in counted]


def _as_one(parts: list[Part]) -> Part:
    """Several answers to all of a line, such as a new price and a new date, are one; of two that differ in kind nobody knows."""
    outcomes = {part.outcome for part in parts}
    kinds = outcomes - {"accepted", "changed"}
    if len(kinds) > 1 or ("cancelled" in kinds and len(outcomes) > 1):
        raise NotUnderstood(
            f"ACK01 says {' and '.join(part.answer.meaning for part in parts)} of the same line; expected a quantity for each"
        )
    leading = next((part for part in parts if part.outcome in kinds), parts[0])
    outcome = leading.outcome if kinds else "changed" if any(part.outcome == "changed" for part in parts) else "accepted"
    unit = next((part.unit for part in parts if part.quantity is not None), leading.unit)
    meaning = "; ".join(dict.fromkeys(part.answer.meaning for part in parts))
    return Part(Answer(outcome, meaning), None, unit, [dated for part in parts for dated in part.dates], leading.place)


def _divided_by_reading(partner: Partner, part: Part, ordered: Decimal | None) -> list[Part]:
    """A lone part that is backordered, or a partial shipment: is its quantity the part that comes, or the balance? The source says it."""
    quantity = part.quantity or Decimal(0)
    backordered, reading = Answer("backordered", "backordered"), partner.backorder_quantity
    if part.outcome == "backordered" and quantity == ordered:
        return [part]
    if ordered is None or quantity > ordered or (quantity == ordered and reading == "pairs"):
        raise NotUnderstood(
            f"{part.place} ({part.answer.meaning}) with ACK02 {quantity:f} of {ordered or 'no'} ordered does not say what comes when"
        )
    if reading == "accepted" and part.outcome == "partial":
        coming = Part(Answer("accepted", part.answer.meaning), quantity, part.unit, part.dates)
        return [coming, Part(backordered, ordered - quantity, part.unit)] if quantity < ordered else [coming]
    if reading == "backordered":
        later = Part(Answer("backordered", part.answer.meaning), quantity, part.unit, part.dates)
        return [Part(ACCEPTED, ordered - quantity, part.unit), later] if quantity < ordered else [later]
    raise NotUnderstood(
        f"{part.place} ({part.answer.meaning}) with ACK02 {quantity:f} of {ordered:f} ordered: is that what comes, or not? Expected "
        'a second ACK for the rest, or backorder_quantity = "accepted" or "backordered" in the source'
    )


def _of_a_pair(part: Part, parts: list[Part]) -> Part:
    """A partial shipment among several parts: what comes beside what is backordered, what is backordered beside what comes."""
    if part.outcome != "partial":
        return part
    others = {other.outcome for other in parts if other is not part}
    if others == {"backordered"}:
        return Part(Answer("accepted", part.answer.meaning), part.quantity, part.unit, part.dates)
    if others and others <= {"accepted", "changed", "shipped"}:
        return Part(Answer("backordered", part.answer.meaning), part.quantity, part.unit, part.dates)
    raise NotUnderstood(f"{part.place} ({part.answer.meaning}) beside {len(parts) - 1} other answers does not say which part comes when")
