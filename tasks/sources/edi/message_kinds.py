"""Message kinds: which transaction sets and messages we take, for which feed, and what the others are called.

In: a message. Out: its lines, or a sentence that refuses it by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tasks.sources.edi.answers import MESSAGE_FUNCTION, MESSAGE_RESPONSE, WHOLE_ORDER
from tasks.sources.edi.edifact_orders import edifact_lines
from tasks.sources.edi.envelope import Message
from tasks.sources.edi.lines import Line
from tasks.sources.edi.order_responses import order_response_lines
from tasks.sources.edi.order_status import order_status_lines
from tasks.sources.edi.partner import Partner
from tasks.sources.edi.ship_notices import ship_notice_lines
from tasks.sources.edi.stock_reports import stock_report_lines


class Taken(NamedTuple):
    """A kind of message that we take."""

    feed: str
    name: str
    read: Callable[[Message, Partner], list[Line]]


TAKEN = {
    "855": Taken("supplier_etas", "purchase order acknowledgment", order_response_lines),
    "865": Taken("supplier_etas", "purchase order change acknowledgment", order_response_lines),
    "870": Taken("supplier_etas", "order status report", order_status_lines),
    "856": Taken("supplier_etas", "ship notice", ship_notice_lines),
    "846": Taken("inventory", "inventory advice", stock_report_lines),
    "ORDRSP": Taken("supplier_etas", "order response", edifact_lines),
    "DESADV": Taken("supplier_etas", "despatch advice", edifact_lines),
    "OSTRPT": Taken("supplier_etas", "order status report", edifact_lines),
}

# Others that partners send, and what they are.
OTHERS = {
    "810": "invoice",
    "820": "payment order",
    "824": "application advice",
    "830": "planning schedule",
    "832": "price catalog",
    "850": "purchase order",
    "860": "purchase order change of the buyer",
    "862": "shipping schedule",
    "869": "order status inquiry",
    "940": "warehouse shipping order",
    "944": "warehouse stock transfer receipt",
    "945": "warehouse shipping advice",
    "997": "functional acknowledgment",
    "999": "implementation acknowledgment",
    "APERAK": "application error",
    "CONTRL": "syntax report",
    "DELFOR": "delivery schedule of the buyer",
    "DELJIT": "just-in-time delivery",
    "IFTSTA": "transport status",
    "INVOIC": "invoice",
    "INVRPT": "inventory report",
    "ORDCHG": "order change of the buyer",
    "ORDERS": "purchase order",
    "OSTENQ": "order status enquiry",
    "PRICAT": "price catalogue",
    "RECADV": "receiving advice",
    "SLSRPT": "sales report",
}
# What makes a line in any of them, so that the lines of a refused message are accounted for.
LINE_TAGS = ("PO1", "POC", "LIN", "IT1", "W01", "W12")


def refusal(message: Message, feed: str) -> str | None:
    """Why a message is not taken for a feed, by its name; None if it is."""
    kind = message.kind
    if message.header is None:
        return "segments stand outside of a message; expected ST or UNH before them"
    taken = TAKEN.get(kind)
    if taken is not None and taken.feed == feed:
        return None
    name = taken.name if taken else OTHERS.get(kind)
    expected = ", ".join(code for code, one in TAKEN.items() if one.feed == feed and code.isdigit() == (message.header.tag == "ST"))
    hint = f'; it is taken by a source with feed = "{taken.feed}"' if taken else ""
    called = f"{'transaction set' if message.header.tag == 'ST' else 'message'} {kind or '(none)'}{f' ({name})' if name else ''}"
    return f"{called} is not taken for {feed}; expected {expected or 'none of this syntax'}{hint}"


def without_lines(message: Message) -> str:
    """What a message says that has no lines: an answer to a whole order that names none of them."""
    beginning = next((segment for segment in message.segments if segment.tag in ("BAK", "BCA", "BGM", "BSN", "BSR", "BIA")), None)
    said, about = "", f"{message.kind} {message.control}"
    if beginning and beginning.tag in ("BAK", "BCA"):
        about = f"{message.kind} of PO {beginning.at(3) or '(none)'}"
        answer = WHOLE_ORDER.get(beginning.at(2))
        said = f" ({beginning.tag}02 {beginning.at(2)}: {answer.meaning if answer else 'not known'})"
    elif beginning and beginning.tag == "BGM":
        answer = MESSAGE_FUNCTION.get(beginning.at(3)) or MESSAGE_RESPONSE.get(beginning.at(4))
        said = f" (BGM: {answer.meaning})" if answer else ""
    return f"{about} has no lines{said}; expected each line that it speaks of"
