"""Stock reports of X12: 846 (inventory inquiry or advice). What is on hand, for the feed `inventory`.

In: a message. Out: its lines. A line is LIN with QTY; other quantities (committed, on order) are not stock.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from tasks.sources.edi.envelope import Message
from tasks.sources.edi.lines import Line, NotUnderstood, Slice, line_of, number_at, sku_of
from tasks.sources.edi.loops import divided, item_pairs
from tasks.sources.edi.partner import Partner
from tasks.sources.edi.segments import Segment

# A report of stock has no orders: what stands in for a PO number in sentences and is no column of the feed.
NO_ORDER = "none (stock report)"


def stock_report_lines(message: Message, partner: Partner) -> list[Line]:
    """The lines of an 846."""
    _, items = divided(message.segments, starts=("LIN",), ends=("CTT",))
    return [line_of(NO_ORDER, item[0].at(1), item, partial(_read, partner=partner, item=item)) for item in items]


def _read(line: Line, partner: Partner, item: list[Segment]) -> list[Slice]:
    line.sku = sku_of(partner, item_pairs(item[0], 2), "LIN")
    for qualifier in partner.stock_qualifiers:
        found = [segment for segment in item if segment.tag == "QTY" and segment.at(1) == qualifier]
        if len(found) > 1:
            raise NotUnderstood(f"QTY01 {qualifier!r} stands there {len(found)} times; expected it once for an item")
        if found:
            return [Slice(_in_our_unit(partner, found[0]))]
    given = ", ".join(segment.at(1) for segment in item if segment.tag == "QTY") or "none"
    raise NotUnderstood(f"QTY01 is {given}; expected one of {', '.join(partner.stock_qualifiers)}, which say what is on hand")


def _in_our_unit(partner: Partner, segment: Segment) -> Decimal:
    """The feed has no column for a unit, so the source's `units` are applied here."""
    quantity, unit = number_at(segment, 2), segment.at(3)
    if quantity is None:
        raise NotUnderstood("QTY02 is empty; expected a quantity")
    factor = partner.units.factor(unit) if unit else Decimal(1)
    if factor is None:
        raise NotUnderstood(f"QTY03 {unit!r} is no unit that the source knows; expected one of its units")
    return quantity * factor
