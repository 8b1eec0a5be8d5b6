"""Order status reports of X12: 870. What became of an order, line by line.

In: a message. Out: its lines. A line is PO1 (or LIN) in an HL loop; each ISR says something of it, with the QTY and DTM that follow.
"""

from __future__ import annotations

from decimal import Decimal

from tasks.sources.edi.answers import ORDER_STATUS, ORDER_STATUS_DATES, Answer
from tasks.sources.edi.envelope import Message
from tasks.sources.edi.hierarchy import Node, tree
from tasks.sources.edi.lines import Dated, Line, NotUnderstood, Part, Slice, answer_of, line_of, number_at, sku_of, slices_of, x12_dates
from tasks.sources.edi.loops import divided, item_pairs, words_of
from tasks.sources.edi.partner import Partner
from tasks.sources.edi.periods import week_of, x12_period
from tasks.sources.edi.segments import Segment

# X12 673 in QTY01: quantities that a status may be about.
COUNTED = ("01", "11", "12", "27", "39", "40", "63")


def order_status_lines(message: Message, partner: Partner) -> list[Line]:
    """The lines of an 870, with HL loops or without."""
    header, nodes = tree(message.segments)
    if not nodes:
        before, items = divided(header, starts=("PO1", "LIN"), ends=("CTT",))
        return [_line(partner, item, [before]) for item in items]
    # What stands before the first HL belongs to no order: then it says so.
    lines = [_line(partner, item, []) for item in divided(header, starts=("PO1", "LIN"))[1]]
    for node in nodes:
        before, items = divided(node.segments, starts=("PO1", "LIN"))
        if node.code == "I" and not items and any(segment.tag in ("ISR", "QTY") for segment in before):
            items, before = [[node.level, *before]], []
        lines += [_line(partner, item, [before, *_above(node), header]) for item in items]
    return lines


def _above(node: Node) -> list[list[Segment]]:
    try:
        return [above.segments for above in node.upwards() if above is not node]
    except NotUnderstood:
        return []


def _line(partner: Partner, item: list[Segment], above: list[list[Segment]]) -> Line:
    po_number = next((segment.at(1) for level in (item, *above) for segment in level if segment.tag == "PRF" and segment.at(1)), "")
    return line_of(po_number, item[0].at(1) if item[0].tag != "HL" else "", item, lambda line: _read(line, partner, item, above))


def _read(line: Line, partner: Partner, item: list[Segment], above: list[list[Segment]]) -> list[Slice]:
    first = item[0]
    if first.tag == "HL":
        raise NotUnderstood(f"HL {first.at(1)} has neither PO1 nor LIN; expected one that says which item it is")
    line.sku = sku_of(partner, item_pairs(first, 6 if first.tag == "PO1" else 2), first.tag)
    ordered, unit = (number_at(first, 2), first.at(3)) if first.tag == "PO1" else (None, "")
    before, statuses = divided(item[1:], starts=("ISR",))
    if not statuses:
        # The nearest level above that says something says it of this line, too.
        nearest = next((level for level in above if any(segment.tag == "ISR" for segment in level)), [])
        statuses = [[segment] for segment in nearest if segment.tag == "ISR"]
    parts = [_part(status, unit) for status in statuses] or [Part(Answer("accepted", "accepted"), unit=unit)]
    if len(parts) == 1 and parts[0].quantity is None:
        parts[0].quantity = _counted(before, None) or ordered
    missing = [part for part in parts if part.quantity is None]
    if missing:
        raise NotUnderstood(f"{missing[0].place or first.tag} has no quantity; expected one in QTY02{'' if parts[1:] else ' or PO102'}")
    total = sum((part.quantity or Decimal(0) for part in parts), Decimal(0))
    if ordered is not None and total > ordered and {part.unit for part in parts if part.unit} <= {unit}:
        raise NotUnderstood(f"QTY02 accounts for {total:f}, ordered are {ordered:f}; expected no more than that")
    if any(part.outcome == "partial" for part in parts):
        raise NotUnderstood(
            "ISR01 'BP' (shipment partial, back order to ship) does not say which part comes when; expected an ISR for each"
        )
    return slices_of(partner, parts, [x12_dates(before), *map(x12_dates, above)], words_of(item))


def _part(status: list[Segment], unit: str) -> Part:
    """What an ISR says, of the quantity and with the dates that follow it; the date in ISR02 is of what ISR01 says."""
    code = status[0].at(1)
    answer = answer_of(ORDER_STATUS, code, "ISR01")
    dates = x12_dates(status)
    if text := status[0].at(2):
        period = x12_period(text)
        if code == "EW" and period is not None:
            try:
                period = week_of(period.latest_on)
            except OverflowError:
                period = None
        # A date beside a status that is not about a date: nobody knows of what.
        dates = [Dated(ORDER_STATUS_DATES.get(code, f"of {code}"), period, f"ISR02 after {code}", text), *dates]
    given = next((segment.at(3) for segment in status if segment.tag == "QTY" and segment.at(3)), unit)
    return Part(answer, _counted(status, code), given, dates, f"ISR01 {code}")


def _counted(segments: list[Segment], code: str | None) -> Decimal | None:
    """The quantity that QTY gives; None where there is none. Raises NotUnderstood where there are several."""
    found = {number_at(segment, 2) for segment in segments if segment.tag == "QTY" and segment.at(1) in COUNTED} - {None}
    if len(found) > 1:
        raise NotUnderstood(f"{'ISR01 ' + code if code else 'the line'} is followed by several quantities in QTY; expected one")
    return found.pop() if found else None
