"""Envelope: segments become the messages in them, each with what its interchange and group say of who sent it and when.

In: segments. Out: messages in order. Missing and broken envelopes are named, not refused: every segment belongs to some message.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from tasks.sources.edi.segments import Segment

Syntax = Literal["x12", "edifact"]

# The tags of the envelope: interchange, group and message, each opening and closing.
OPENING = {"ISA": "interchange", "UNB": "interchange", "GS": "group", "UNG": "group", "ST": "message", "UNH": "message"}
CLOSING = {"SE": "message", "UNT": "message", "GE": "group", "UNE": "group", "IEA": "interchange", "UNZ": "interchange"}
# What may stand in an envelope outside of messages and says nothing of orders.
BESIDE = ("UNA", "TA1", "ISB", "ISE", "TA3")


@dataclass
class Interchange:
    """One interchange. `header` is None where ISA or UNB is missing, `trailer` where IEA or UNZ is."""

    header: Segment | None = None
    trailer: Segment | None = None
    groups: list[Group] = field(default_factory=list)

    @property
    def sender(self) -> str:
        if self.header is None:
            return ""
        return self.header.at(6) if self.header.tag == "ISA" else self.header.at(2)

    @property
    def control(self) -> str:
        if self.header is None:
            return ""
        return self.header.at(13) if self.header.tag == "ISA" else self.header.at(5)


@dataclass
class Group:
    """A functional group; EDIFACT seldom has one: then `header` is None, as where GS or UNG is missing."""

    interchange: Interchange
    header: Segment | None = None
    trailer: Segment | None = None
    messages: list[Message] = field(default_factory=list)


@dataclass
class Message:
    """A transaction set or message: its `segments` without ST/UNH and SE/UNT. `header` is None where that is missing."""

    group: Group
    header: Segment | None
    segments: list[Segment] = field(default_factory=list)
    trailer: Segment | None = None

    @property
    def kind(self) -> str:
        """Such as 855 or ORDRSP; empty without a header."""
        if self.header is None:
            return ""
        return self.header.at(1) if self.header.tag == "ST" else self.header.at(2)

    @property
    def control(self) -> str:
        if self.header is None:
            return ""
        return self.header.at(2) if self.header.tag == "ST" else self.header.at(1)

    def first(self, tag: str) -> Segment | None:
        """The first segment of this tag."""
        return next((segment for segment in self.segments if segment.tag == tag), None)

    @property
    def faults(self) -> list[str]:
        """What SE or UNT says that is not so, one phrase each. Real systems miscount: it is told, and acknowledged with `noted`."""
        if self.trailer is None:
            return ["its end (SE or UNT) is missing"]
        if self.header is None:
            return ["its beginning (ST or UNH) is missing"]
        faults = []
        count, found = self.trailer.at(1), len(self.segments) + 2
        if not count.isdecimal() or int(count) != found:
            faults.append(f"{self.trailer.tag}01 counts {count or 'no'} segments, {found} are there")
        if self.trailer.at(2) != self.control:
            faults.append(f"{self.trailer.tag}02 is {self.trailer.at(2)!r}, {self.header.tag} says {self.control!r}")
        return faults


def interchanges(segments: Iterable[Segment]) -> list[Interchange]:
    """The interchanges of a file, with all of its segments."""
    found: list[Interchange] = []
    group: Group | None = None
    message: Message | None = None
    for segment in segments:
        level = OPENING.get(segment.tag)
        if level == "interchange" or (not found and segment.tag not in BESIDE):
            found.append(Interchange(segment if level == "interchange" else None))
            group = message = None
        if level == "group" or (group is None and segment.tag not in BESIDE and level != "interchange" and segment.tag not in CLOSING):
            group = Group(found[-1], segment if level == "group" else None)
            found[-1].groups.append(group)
            message = None
        if level == "message":
            assert group is not None
            message = Message(group, segment)
            group.messages.append(message)
        elif level is None and segment.tag not in BESIDE:
            group, message = _put(segment, found[-1], group, message)
    return found


def _put(segment: Segment, interchange: Interchange, group: Group | None, message: Message | None) -> tuple[Group | None, Message | None]:
    """Put a segment that opens nothing where it belongs; returns the group and the message that are open then."""
    closes = CLOSING.get(segment.tag)
    if closes == "interchange":
        interchange.trailer = segment
        return None, None
    if closes == "group":
        if group is not None:
            group.trailer = segment
        return None, None
    if message is None:
        if closes:
            return group, None
        # A message that lost its beginning.
        assert group is not None
        message = Message(group, None)
        group.messages.append(message)
    if closes:
        message.trailer = segment
        return group, None
    message.segments.append(segment)
    return group, message
