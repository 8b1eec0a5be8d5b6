"""Orders in EDIFACT: ORDRSP (order response), DESADV (despatch advice) and OSTRPT (order status report).

In: a message. Out: its lines. A line is LIN with PIA, QTY, DTM; SCC (and STS in an OSTRPT) divide it into parts with dates of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tasks.sources.edi.answers import (
    LINE_ACTION,
    MESSAGE_FUNCTION,
    MESSAGE_RESPONSE,
    ORDER_STATUS,
    STATUS_EVENT,
    VOIDING_FUNCTIONS,
    Answer,
)
from tasks.sources.edi.envelope import Message
from tasks.sources.edi.lines import (
    Line,
    NotUnderstood,
    Part,
    Slice,
    answer_of,
    edifact_dates,
    line_of,
    number_at,
    scheduled,
    sku_of,
    slices_of,
)
from tasks.sources.edi.loops import divided, words_of
from tasks.sources.edi.partner import Partner
from tasks.sources.edi.segments import Segment

# UN/EDIFACT 6063. What comes, in order of preference; what is late; what was ordered; what is only ever part of a schedule.
COMING = ("113", "131", "12")
BACKORDERED = ("83", "73")
ORDERED = ("21",)
DIVIDED = ("11", "164")
SCHEDULED = ("113", "131", "21", "1", "11", "164", "12", "83", "73")
# EDIFACT knows despatch and delivery promises by themselves: with either, a line is answered.
PROMISES = ("delivery", "ship")


@dataclass
class _Context:
    """What stands above a line: the message's header, and in an OSTRPT its DOC."""

    message: Message
    partner: Partner
    header: list[Segment]


def edifact_lines(message: Message, partner: Partner) -> list[Line]:
    """The lines of an ORDRSP, DESADV or OSTRPT."""
    header, groups = divided(message.segments, starts=("LIN", "DOC", "CPS"), ends=("UNS",))
    context = _Context(message, partner, header)
    lines = []
    for group in groups:
        if group[0].tag == "LIN":
            lines.append(_line(context, group))
        elif group[0].tag == "DOC":
            context = _Context(message, partner, [*group, *header])
    return lines


def _reference(segments: Sequence[Segment], qualifier: str, component: int = 2) -> str:
    return next((s.at(1, component) for s in segments if s.tag == "RFF" and s.at(1) == qualifier and s.at(1, component)), "")


def _line(context: _Context, group: list[Segment]) -> Line:
    documents = next((segment.at(2) for segment in context.header if segment.tag == "DOC" and segment.at(1) in ("105", "220")), "")
    po_number = _reference(group, "ON") or documents or _reference(context.header, "ON")
    po_line = _reference(group, "ON", 3) or _reference(group, "LI") or group[0].at(1)
    return line_of(po_number, po_line, group, lambda line: _read(context, line, group))


def _read(context: _Context, line: Line, group: list[Segment]) -> list[Slice]:
    beginning = context.message.first("BGM")
    function = beginning.at(3) if beginning else ""
    if function in VOIDING_FUNCTIONS:
        raise NotUnderstood(f"BGM 1225 {function!r} ({VOIDING_FUNCTIONS[function]}) takes an earlier message back; see to it")
    line.sku = sku_of(context.partner, _items(group), "LIN")
    own, schedule = _divided(group)
    dates = [edifact_dates(own), edifact_dates(context.header)]
    words = [*_discrepancies(group), *words_of(group)]
    if context.message.kind == "OSTRPT":
        parts = list(_statuses(context, own))
        dates[0] = edifact_dates(divided(own, starts=("STS",))[0])
    elif context.message.kind == "DESADV":
        parts = [_despatched(group[0], own)]
    else:
        parts = _answered(context, group[0], own, beginning)
    if len(parts) == 1 and parts[0].outcome == "backordered":
        parts[0].dates = parts[0].dates or dates[0]
    return slices_of(context.partner, scheduled(parts, schedule, "SCC"), dates, words)


def _items(group: Sequence[Segment]) -> Iterator[tuple[str, str]]:
    """Item numbers: LIN03, then those of PIA, up to five in each; PIA+3 is a substitute's."""
    for segment in group:
        if segment.tag == "LIN" and segment.at(3, 1):
            yield segment.at(3, 2), segment.at(3, 1)
        elif segment.tag == "PIA" and segment.at(1) != "3":
            for element in range(2, 7):
                if segment.at(element, 1):
                    yield segment.at(element, 2), segment.at(element, 1)


def _divided(group: list[Segment]) -> tuple[list[Segment], list[Part]]:
    """What speaks of the whole line, and the parts of its schedule: a QTY after SCC, or one that is a split, with its DTM."""
    own: list[Segment] = []
    schedule: list[Part] = []
    pieces: list[list[Segment]] = []
    in_schedule = False
    for segment in group:
        if segment.tag == "SCC":
            in_schedule = True
            pieces.append([segment])
        elif segment.tag == "QTY" and (in_schedule or segment.at(1) in DIVIDED):
            if in_schedule and pieces and not any(one.tag == "QTY" for one in pieces[-1]):
                pieces[-1].append(segment)
            else:
                pieces.append([segment])
        elif pieces and segment.tag == "DTM":
            pieces[-1].append(segment)
        else:
            own.append(segment)
    for piece in pieces:
        counted = [segment for segment in piece if segment.tag == "QTY" and segment.at(1) in SCHEDULED]
        quantity = number_at(counted[0], 1, 2) if counted else None
        if quantity is None:
            raise NotUnderstood(f"{piece[0].raw} has no quantity of its own; expected QTY with one of {', '.join(SCHEDULED)}")
        schedule.append(Part(Answer("accepted", "accepted"), quantity, counted[0].at(1, 3), edifact_dates(piece), "SCC"))
    return own, schedule


def _quantity(own: Sequence[Segment], qualifiers: Sequence[str]) -> tuple[Decimal | None, str]:
    """The quantity of the first of these qualifiers, with its unit. Raises NotUnderstood for two of one."""
    for qualifier in qualifiers:
        found = [segment for segment in own if segment.tag == "QTY" and segment.at(1) == qualifier]
        if len({segment.raw for segment in found}) > 1:
            raise NotUnderstood(f"QTY {qualifier} stands there {len(found)} times; expected it once")
        if found:
            return number_at(found[0], 1, 2), found[0].at(1, 3)
    return None, ""


def _missing(own: Sequence[Segment], expected: Sequence[str]) -> NotUnderstood:
    given = ", ".join(segment.at(1) for segment in own if segment.tag == "QTY") or "none"
    return NotUnderstood(f"QTY is {given}; expected a quantity with one of {', '.join(expected)}")


def _answered(context: _Context, line: Segment, own: list[Segment], beginning: Segment | None) -> list[Part]:
    """ORDRSP: what LIN02 says of the line, else BGM of all; a quantity to be delivered or a promised date is an answer, too."""
    coming, unit = _quantity(own, COMING)
    late, late_unit = _quantity(own, BACKORDERED)
    ordered, ordered_unit = _quantity(own, ORDERED)
    known = context.partner.date_qualifiers
    if line.at(2):
        answer = answer_of(LINE_ACTION, line.at(2), "LIN 1229")
    elif beginning and beginning.at(3) in MESSAGE_FUNCTION:
        answer = MESSAGE_FUNCTION[beginning.at(3)]
    elif beginning and beginning.at(4) in MESSAGE_RESPONSE:
        answer = MESSAGE_RESPONSE[beginning.at(4)]
    elif coming is not None or any(dated.code in known and known[dated.code].kind in PROMISES for dated in edifact_dates(own)):
        answer = Answer("accepted", "accepted")
    elif coming is None and late is None and ordered is None:
        raise _missing(own, (*COMING, *BACKORDERED, *ORDERED))
    else:
        raise NotUnderstood("nothing says whether the line is accepted; expected LIN 1229, BGM 1225 or BGM 4343 to say it")
    if answer.outcome == "cancelled":
        return [Part(answer, Decimal(0), unit or ordered_unit, place="LIN 1229")]
    if coming is None and late is not None and ordered is not None:
        coming, unit = ordered - late, ordered_unit
    if late is None and coming is None:
        coming, unit = ordered, ordered_unit
    total = (coming or Decimal(0)) + (late or Decimal(0))
    if (coming is None and late is None) or (coming is not None and coming < 0):
        raise _missing(own, (*COMING, *BACKORDERED, *ORDERED))
    if ordered is not None and total != ordered and answer.outcome != "changed" and {unit, late_unit} - {""} <= {ordered_unit}:
        raise NotUnderstood(f"QTY accounts for {total:f}, ordered are {ordered:f}; expected all of it, or LIN 1229 to say that it changed")
    parts = [Part(answer, coming, unit)] if coming else []
    return [*parts, Part(Answer("backordered", "backordered"), late, late_unit)] if late else parts or [Part(answer, Decimal(0), unit)]


def _despatched(line: Segment, own: list[Segment]) -> Part:
    quantity, unit = _quantity(own, ("12",))
    if line.at(2) and answer_of(LINE_ACTION, line.at(2), "LIN 1229").outcome == "cancelled":
        return Part(LINE_ACTION[line.at(2)], Decimal(0), unit)
    if quantity is None:
        raise _missing(own, ("12",))
    return Part(Answer("shipped", "shipped"), quantity, unit)


def _statuses(context: _Context, own: list[Segment]) -> Iterator[Part]:
    """OSTRPT: each STS with the QTY and DTM that follow it; without one in the line, that of the document counts."""
    before, groups = divided(own, starts=("STS",))
    above = [[segment] for segment in context.header if segment.tag == "STS"]
    for group in groups or above[:1]:
        quantity, unit = _quantity(group, (*COMING, *BACKORDERED, "1", *ORDERED))
        if quantity is None and len(groups) < 2:
            quantity, unit = _quantity(before, (*COMING, *BACKORDERED, "1", *ORDERED))
        if quantity is None:
            raise _missing(own, (*COMING, *BACKORDERED, *ORDERED))
        yield Part(answer_of(STATUS_EVENT, group[0].at(2), "STS 9011"), quantity, unit, edifact_dates(group), "STS")
    if not groups and not above:
        raise NotUnderstood("nothing says what became of the line; expected STS")


def _discrepancies(group: Sequence[Segment]) -> Iterator[str]:
    """QVR: why a quantity is not what was ordered; its codes are those of X12 368."""
    for segment in group:
        if segment.tag == "QVR" and segment.at(2):
            answer = ORDER_STATUS.get(segment.at(2))
            if answer is None:
                raise NotUnderstood(f"QVR 4221 {segment.at(2)!r} is no code that we know; expected one of {', '.join(ORDER_STATUS)}")
            yield answer.meaning
