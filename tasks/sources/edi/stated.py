"""Stated: when a supplier said what a message says, so that the latest word rules (spec 2: `stated_at`).

In: a message. Out: a point in time as ISO text without a zone (the warehouse's is meant), empty where the message has none.
"""

from __future__ import annotations

from datetime import datetime

from tasks.sources.edi.envelope import Message
from tasks.sources.edi.periods import moment_of
from tasks.sources.edi.segments import Segment

# Where the date and the time of the message itself stand; BAK04 and BCA06 are the dates of our order.
X12_STATED = {"BAK": (9, 0), "BCA": (10, 0), "BSR": (4, 0), "BSN": (3, 4), "BIA": (4, 5)}
X12_ORDERED = {"BAK": 4, "BCA": 6}


def stated_at(message: Message) -> str:
    """X12: the date of the acknowledgment, else the group's, else the order's. EDIFACT: DTM+137, else the interchange's."""
    moment = _edifact(message) if message.header and message.header.tag == "UNH" else _x12(message)
    return moment.isoformat() if moment else ""


def _x12(message: Message) -> datetime | None:
    beginning = next((segment for segment in message.segments if segment.tag in X12_STATED), None)
    group = message.group.header
    found = None
    if beginning is not None:
        date_at, time_at = X12_STATED[beginning.tag]
        found = _moment(beginning.at(date_at), beginning.at(time_at) if time_at else "")
    if found is None and group is not None:
        found = _moment(group.at(4), group.at(5))
    if found is None and beginning is not None and beginning.tag in X12_ORDERED:
        found = _moment(beginning.at(X12_ORDERED[beginning.tag]), "")
    return found


def _edifact(message: Message) -> datetime | None:
    for segment in message.segments:
        if segment.tag in ("LIN", "DOC"):
            break
        if segment.tag == "DTM" and segment.at(1) == "137":
            return moment_of(segment.at(1, 3) or "102", segment.at(1, 2))
    header: Segment | None = message.group.interchange.header
    return _moment(header.at(4, 1), header.at(4, 2)) if header and header.tag == "UNB" else None


def _moment(day: str, time: str) -> datetime | None:
    """A date of six or eight digits, with a time of four or more where it has one that is sound."""
    form = {6: "101", 8: "102"}.get(len(day), "")
    whole = {6: ("201", "202"), 8: ("203", "204")}.get(len(day), ("", ""))
    if len(time) >= 6:
        return moment_of(whole[1], day + time[:6]) or moment_of(form, day)
    return moment_of(whole[0], day + time) if len(time) == 4 and moment_of(whole[0], day + time) else moment_of(form, day)
