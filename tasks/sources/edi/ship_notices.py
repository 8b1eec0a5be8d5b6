"""Ship notices of X12: 856. What is in it is on its way.

In: a message. Out: its lines. A line is LIN with SN1, in an HL of any level; its order and its dates stand there or in an HL above.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tasks.sources.edi.answers import LINE_STATUS, VOIDING_PURPOSES, Answer
from tasks.sources.edi.envelope import Message
from tasks.sources.edi.hierarchy import Node, tree
from tasks.sources.edi.lines import Line, NotUnderstood, Part, Slice, answer_of, line_of, number_at, sku_of, slices_of, x12_dates
from tasks.sources.edi.loops import divided, item_pairs, words_of
from tasks.sources.edi.partner import Partner
from tasks.sources.edi.segments import Segment

SHIPPED = Answer("shipped", "shipped")
# Stands in for the HL that an item has lost.
LOST = Segment(0, (("HL",), ("(none)",), ("(none)",)), "HL")


def ship_notice_lines(message: Message, partner: Partner) -> list[Line]:
    """The lines of an 856."""
    header, nodes = tree(message.segments)
    # An item before the first HL belongs to no order: a line all the same.
    stray = Node(LOST, is_orphan=True, segments=header)
    lost = list(_lines_in(stray, [], partner)) if any(segment.tag == "LIN" for segment in header) else []
    return [*lost, *(line for node in nodes for line in _lines_in(node, header, partner))]


def _lines_in(node: Node, header: list[Segment], partner: Partner) -> Iterator[Line]:
    before, items = divided(node.segments, starts=("LIN",))
    if not items and (node.code == "I" or (any(segment.tag == "SN1" for segment in before) and not _has_item_above(node))):
        # An item that does not say which one it is: a line all the same.
        items, before = [[node.level, *before]], []
    for item in items:
        reading = partial(_read, partner=partner, header=header, node=node, before=before, item=item)
        yield line_of(_po_number(node, item), _po_line(item), item, reading)


def _has_item_above(node: Node) -> bool:
    try:
        return any(segment.tag == "LIN" for above in node.upwards() for segment in above.segments)
    except NotUnderstood:
        return False


def _po_number(node: Node, item: list[Segment]) -> str:
    """PRF01 or REF*PO of the item or of the nearest level above that has one; else a pair PO of LIN. An orphan's is not known."""
    try:
        for segments in (item, *(above.segments for above in node.upwards())):
            for segment in segments:
                if segment.tag == "PRF" and segment.at(1):
                    return segment.at(1)
                if segment.tag == "REF" and segment.at(1) == "PO" and segment.at(2):
                    return segment.at(2)
    except NotUnderstood:
        return "(not known)"
    return dict(item_pairs(item[0], 2)).get("PO", "")


def _po_line(item: list[Segment]) -> str:
    """The pair PL of LIN, REF*LI, else LIN01, else SN101."""
    pairs = dict(item_pairs(item[0], 2)) if item[0].tag == "LIN" else {}
    named = next((segment.at(2) for segment in item if segment.tag == "REF" and segment.at(1) == "LI"), "")
    counted = next((segment.at(1) for segment in item if segment.tag == "SN1"), "")
    return pairs.get("PL") or named or (item[0].at(1) if item[0].tag == "LIN" else "") or counted


def _read(line: Line, partner: Partner, header: list[Segment], node: Node, before: list[Segment], item: list[Segment]) -> list[Slice]:
    levels = [x12_dates(item) or x12_dates(before), *(x12_dates(above.segments) for above in node.upwards() if above is not node)]
    beginning = next((segment for segment in header if segment.tag == "BSN"), None)
    if beginning and beginning.at(1) in VOIDING_PURPOSES:
        raise NotUnderstood(f"BSN01 {beginning.at(1)!r} ({VOIDING_PURPOSES[beginning.at(1)]}) takes an earlier notice back; see to it")
    if item[0].tag != "LIN":
        raise NotUnderstood(f"HL {node.level.at(1)} has no LIN; expected one that says which item it is")
    line.sku = sku_of(partner, item_pairs(item[0], 2), "LIN")
    return slices_of(partner, [_part(item)], [*levels, x12_dates(header)], words_of(item))


def _part(item: list[Segment]) -> Part:
    shipped = [segment for segment in item if segment.tag == "SN1"]
    if len(shipped) != 1:
        raise NotUnderstood(f"LIN is followed by {len(shipped) or 'no'} SN1; expected one with the quantity that was shipped")
    quantity = number_at(shipped[0], 2)
    if quantity is None:
        raise NotUnderstood("SN102 is empty; expected the quantity that was shipped")
    code = shipped[0].at(8)
    answer = answer_of(LINE_STATUS, code, "SN108") if code else SHIPPED
    if answer.outcome in ("backordered", "pending") and quantity:
        raise NotUnderstood(f"SN108 {code!r} ({answer.meaning}) with {quantity:f} shipped in SN102: are these on their way or not?")
    if answer.outcome != "cancelled":
        answer = (
            SHIPPED if answer is SHIPPED or answer.meaning in ("accepted", "accepted and shipped") else Answer("shipped", answer.meaning)
        )
    return Part(answer, quantity, shipped[0].at(3))
