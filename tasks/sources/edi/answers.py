"""Answers: what a supplier's codes for a line mean, as data. A code that is not here goes to quarantine by name.

In: nothing. Out: for each code its answer in our words, and its meaning in half a line, which becomes the row's reason.
Sources: X12 elements 668, 368 and 670, UN/EDIFACT 1229 and 9011 (with EANCOM's own), as named in docs/edi.md.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

# accepted: all of the quantity comes. changed: so it does, but the quantity is another one than ordered. partial: some of it comes, the
# balance later. backordered: it comes later. pending: it comes, nobody knows when. shipped, cancelled: our statuses.
# unclear: a person must look.
Outcome = Literal["accepted", "changed", "partial", "backordered", "pending", "shipped", "cancelled", "unclear"]


class Answer(NamedTuple):
    """What a code says of a line."""

    outcome: Outcome
    meaning: str


# X12 668, in ACK01 and SN108.
LINE_STATUS = {
    "IA": Answer("accepted", "accepted"),
    "AA": Answer("accepted", "accepted, forwarded to another location of the supplier"),
    "AR": Answer("accepted", "accepted and released for shipment"),
    "AC": Answer("shipped", "accepted and shipped"),
    "DR": Answer("accepted", "accepted, date rescheduled"),
    "IC": Answer("changed", "accepted with changes"),
    "IE": Answer("accepted", "accepted, price pending"),
    "IP": Answer("accepted", "accepted, price changed"),
    "IQ": Answer("changed", "accepted, quantity changed"),
    "SP": Answer("pending", "accepted, schedule date pending"),
    "BP": Answer("partial", "accepted, partial shipment, balance backordered"),
    "IB": Answer("backordered", "backordered"),
    "IH": Answer("pending", "on hold"),
    "IF": Answer("pending", "on hold, incomplete description"),
    "IW": Answer("pending", "on hold, waiver required"),
    "IS": Answer("unclear", "accepted with a substitute: another item comes, which a person must agree to"),
    "ID": Answer("cancelled", "deleted"),
    "IR": Answer("cancelled", "rejected"),
    "R1": Answer("cancelled", "rejected, not a contract item"),
    "R2": Answer("cancelled", "rejected, invalid item number"),
    "R3": Answer("cancelled", "rejected, invalid unit"),
    "R4": Answer("cancelled", "rejected, contract item not available"),
    "R5": Answer("cancelled", "rejected, to be ordered again as just in time"),
    "R6": Answer("cancelled", "rejected, to be ordered again as extended delivery"),
    "R7": Answer("cancelled", "rejected, to be ordered again as drop ship"),
    "R8": Answer("cancelled", "rejected, to be ordered again as surge"),
    "R9": Answer("cancelled", "rejected, discontinued"),
}

# X12 587, in BAK02 and BCA02: what lines without an answer of their own have been told.
WHOLE_ORDER = {
    "AC": Answer("accepted", "acknowledged with detail and change"),
    "AD": Answer("accepted", "acknowledged with detail, no change"),
    "AK": Answer("accepted", "acknowledged, no detail or change"),
    "AP": Answer("accepted", "acknowledged, product replenishment"),
    "AT": Answer("accepted", "accepted"),
    "NA": Answer("accepted", "no acknowledgement needed"),
    "AE": Answer("unclear", "acknowledged, exceptions only"),
    "AH": Answer("pending", "acknowledged, on hold"),
    "RD": Answer("cancelled", "rejected with detail"),
    "RJ": Answer("cancelled", "rejected"),
    "RF": Answer("unclear", "rejected, exceptions only"),
    "RO": Answer("unclear", "rejected with a counter offer"),
}

# X12 353, in BAK01, BCA01 and BSN01: what voids what was said before, instead of saying something.
VOIDING_PURPOSES = {"01": "cancellation", "03": "deletion"}

# X12 670, in POC02, for lines without ACK.
LINE_CHANGE = {
    "AI": Answer("accepted", "item added"),
    "CA": Answer("changed", "changed"),
    "CF": Answer("unclear", "an earlier change is taken back"),
    "CT": Answer("accepted", "date changed"),
    "DI": Answer("cancelled", "item deleted"),
    "NC": Answer("accepted", "no change"),
    "PC": Answer("accepted", "price changed"),
    "QD": Answer("changed", "quantity decreased"),
    "QI": Answer("changed", "quantity increased"),
    "RS": Answer("accepted", "rescheduled"),
}

# X12 368, in ISR01. EX, CC and BP look like codes of element 668 and are not.
ORDER_STATUS = {
    "AN": Answer("pending", "available, not scheduled"),
    "AS": Answer("accepted", "available, scheduled to ship"),
    "BK": Answer("backordered", "backordered from previous order"),
    "BM": Answer("backordered", "backordered, manufacturer out of stock"),
    "BO": Answer("backordered", "backordered"),
    "BP": Answer("partial", "shipment partial, back order to ship"),
    "CC": Answer("shipped", "shipment complete"),
    "CL": Answer("shipped", "complete"),
    "CP": Answer("unclear", "partial shipment, no backorder: what was not shipped never comes"),
    "CS": Answer("unclear", "shipment complete with a substitute: another item comes"),
    "CU": Answer("cancelled", "line cancelled"),
    "DE": Answer("cancelled", "order deleted"),
    "DI": Answer("cancelled", "discontinued"),
    "DS": Answer("backordered", "out of stock"),
    "ED": Answer("accepted", "expected to ship"),
    "EW": Answer("accepted", "expected to ship in the week"),
    "EX": Answer("accepted", "expected to be delivered"),
    "IC": Answer("cancelled", "item cancelled"),
    "IN": Answer("pending", "in process"),
    "LM": Answer("unclear", "shipment late"),
}
# What the date in ISR02 is the date of, as a qualifier of element 374; EW is known to the week.
ORDER_STATUS_DATES = {"AS": "068", "BP": "068", "CC": "011", "ED": "068", "EW": "068", "EX": "067"}

# UN/EDIFACT 1229, in LIN02.
LINE_ACTION = {
    "1": Answer("accepted", "added"),
    "2": Answer("cancelled", "deleted"),
    "3": Answer("changed", "changed"),
    "4": Answer("accepted", "no action"),
    "5": Answer("accepted", "accepted without amendment"),
    "6": Answer("changed", "accepted with amendment"),
    "7": Answer("cancelled", "not accepted"),
    "8": Answer("accepted", "schedule only"),
    "10": Answer("cancelled", "not found"),
    "11": Answer("accepted", "not amended"),
    "23": Answer("unclear", "amendment proposed, which a person must agree to"),
    "24": Answer("changed", "accepted with amendment, no confirmation required"),
    "37": Answer("cancelled", "cancelled"),
    "42": Answer("shipped", "already delivered"),
    "52": Answer("pending", "pending"),
}

# UN/EDIFACT 1225 and 4343, in BGM03 and BGM04: what lines without an action of their own have been told.
MESSAGE_FUNCTION = {
    "27": Answer("cancelled", "not accepted"),
    "29": Answer("accepted", "accepted without amendment"),
    "30": Answer("changed", "accepted with amendment in the lines"),
}
VOIDING_FUNCTIONS = {"1": "cancellation", "3": "deletion"}
MESSAGE_RESPONSE = {
    "AC": Answer("accepted", "acknowledged with detail and change"),
    "AD": Answer("accepted", "acknowledged with detail, no change"),
    "AP": Answer("accepted", "accepted"),
    "CA": Answer("changed", "conditionally accepted"),
    "AJ": Answer("pending", "pending"),
    "RE": Answer("cancelled", "rejected"),
}

# UN/EDIFACT 9011, in STS02, with EANCOM's own (which end in E).
STATUS_EVENT = {
    "14": Answer("shipped", "completed"),
    "21": Answer("shipped", "delivered"),
    "27": Answer("shipped", "despatched"),
    "22E": Answer("shipped", "despatched urgently"),
    "25E": Answer("cancelled", "cancelled"),
    "31E": Answer("accepted", "despatch is being prepared"),
    "40E": Answer("pending", "delayed at origin"),
    "41E": Answer("pending", "held by the logistic service provider"),
}
