"""Functional acknowledgements: our answer to an interchange: 997 in X12, CONTRL in EDIFACT. They speak of its syntax, not its content.

In: an interchange, the feed that it was read for, and when. Out: the text of the answer, or None where none is due.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from tasks.sources.edi.envelope import Group, Interchange, Message
from tasks.sources.edi.message_kinds import refusal
from tasks.sources.edi.segments import Segment

# An acknowledgement is never acknowledged, or two systems would thank each other for ever.
ACKNOWLEDGEMENTS = ("997", "999", "CONTRL", "APERAK")

# X12 718, in AK502: why a set is not, or only with a note, accepted. X12 716, in AK905: the same of a group.
SET_NOT_TAKEN, SET_WITHOUT_END, SET_CONTROL_DIFFERS, SET_MISCOUNTED = "1", "2", "3", "4"
GROUP_WITHOUT_END, GROUP_CONTROL_DIFFERS, GROUP_MISCOUNTED = "3", "4", "5"
# UN/EDIFACT 0083, in UCI, UCF and UCM, and 0085: why a message is rejected (no agreement to receive its kind).
ACKNOWLEDGED, REJECTED, NO_AGREEMENT = "7", "4", "17"


def acknowledgement(interchange: Interchange, feed: str, now: datetime) -> str | None:
    """The answer to an interchange; None for one without a header, or with nothing in it but acknowledgements. `now` is UTC."""
    groups = [group for group in interchange.groups if any(message.kind not in ACKNOWLEDGEMENTS for message in group.messages)]
    if interchange.header is None or not groups:
        return None
    if interchange.header.tag == "ISA":
        return _x12(interchange.header, [group for group in groups if group.header is not None], feed, now)
    return _edifact(interchange.header, groups, feed, now)


def _x12(isa: Segment, groups: Sequence[Group], feed: str, now: datetime) -> str | None:
    if not groups:
        return None
    first = groups[0].header
    assert first is not None, "groups without GS were left out"
    control = isa.at(13) or "0"
    sets = [_of_group(group, feed, f"{number:04d}") for number, group in enumerate(groups, start=1)]
    segments = [
        [
            "ISA", "00", " " * 10, "00", " " * 10, isa.at(7).ljust(2), isa.at(8).ljust(15), isa.at(5).ljust(2), isa.at(6).ljust(15),
            f"{now:%y%m%d}", f"{now:%H%M}", "U", isa.at(12).zfill(5), control.zfill(9), "0", isa.at(15) or "P", ">",
        ],
        ["GS", "FA", first.at(3), first.at(2), f"{now:%Y%m%d}", f"{now:%H%M}", control.lstrip("0") or "0", "X", first.at(8)[:6]],
        *(segment for one in sets for segment in one),
        ["GE", str(len(sets)), control.lstrip("0") or "0"],
        ["IEA", "1", control.zfill(9)],
    ]  # fmt: skip
    # Their texts may hold our separators, where theirs are others.
    return "".join("*".join(re.sub(r"[*~>\n\r]", " ", text) if text != ">" else text for text in one) + "~\n" for one in segments)


def _of_group(group: Group, feed: str, control: str) -> list[list[str]]:
    """One 997: what became of each set of a group, then of the group."""
    header = group.header
    assert header is not None, "groups without GS were left out"
    verdicts = [_verdict(message, feed) for message in group.messages]
    answered = [
        segment
        for message, (status, *notes) in zip(group.messages, verdicts, strict=True)
        for segment in (["AK2", message.kind, message.control], ["AK5", status, *notes])
    ]
    taken = sum(status != "R" for status, *_ in verdicts)
    notes = _group_notes(group)
    is_noted = bool(notes) or any(status == "E" for status, *_ in verdicts)
    status = "R" if not taken else "P" if taken < len(verdicts) else "E" if is_noted else "A"
    stated = group.trailer.at(1) if group.trailer and group.trailer.at(1) else str(len(verdicts))
    body = [["AK1", header.at(1), header.at(6)], *answered, ["AK9", status, stated, str(len(verdicts)), str(taken), *notes]]
    return [["ST", "997", control], *body, ["SE", str(len(body) + 2), control]]


def _verdict(message: Message, feed: str) -> list[str]:
    """AK501 and what follows it: accepted, accepted with notes, or rejected because we do not take such sets."""
    if refusal(message, feed):
        return ["R", SET_NOT_TAKEN]
    if message.trailer is None:
        return ["E", SET_WITHOUT_END]
    notes = [SET_CONTROL_DIFFERS] if message.trailer.at(2) != message.control else []
    if message.trailer.at(1) != str(len(message.segments) + 2):
        notes.append(SET_MISCOUNTED)
    return ["E", *notes] if notes else ["A"]


def _group_notes(group: Group) -> list[str]:
    if group.trailer is None:
        return [GROUP_WITHOUT_END]
    differs = group.header is not None and group.trailer.at(2) != group.header.at(6)
    notes = [GROUP_CONTROL_DIFFERS] if differs else []
    return [*notes, GROUP_MISCOUNTED] if group.trailer.at(1).lstrip("0") != str(len(group.messages)) else notes


def _edifact(unb: Segment, groups: Sequence[Group], feed: str, now: datetime) -> str:
    sender, recipient, reference = _composite(unb, 2), _composite(unb, 3), _composite(unb, 5)
    body = [f"UCI+{reference}+{sender}+{recipient}+{ACKNOWLEDGED}"]
    for group in groups:
        if group.header is not None:
            ung = group.header
            body.append(f"UCF+{_composite(ung, 5)}+{_composite(ung, 2)}+{_composite(ung, 3)}+{ACKNOWLEDGED}")
        for message in group.messages:
            if message.header is not None and message.kind not in ACKNOWLEDGEMENTS:
                verdict = f"{REJECTED}+{NO_AGREEMENT}" if refusal(message, feed) else ACKNOWLEDGED
                body.append(f"UCM+{_composite(message.header, 1)}+{_composite(message.header, 2)}+{verdict}")
    segments = [
        f"UNB+{_composite(unb, 1)}+{recipient}+{sender}+{now:%y%m%d}:{now:%H%M}+{reference}",
        "UNH+1+CONTRL:D:3:UN",
        *body,
        f"UNT+{len(body) + 2}+1",
        f"UNZ+1+{reference}",
    ]
    return "".join(f"{segment}'\n" for segment in segments)


def _composite(segment: Segment, element: int) -> str:
    """An element of theirs as it is written with the standard's separators."""
    if element >= len(segment.parts):
        return ""
    return ":".join(re.sub(r"[?+:']", r"?\g<0>", component.strip()) for component in segment.parts[element])
