"""Tokenizer: the text of a file becomes segments, in either syntax, with the separators that each interchange in it names.

In: text. Out: segments in order, with the text that each came from. What is damaged stays a segment: who reads the message judges it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tasks.errors import FileRejected
from tasks.sources.edi.segments import Segment
from tasks.sources.sentences import start_of

SPACE = re.compile(r"\s*")
LINE_ENDS = re.compile(r"[\r\n]+")
X12_START = re.compile(r"(ISA|GS|ST)[^A-Za-z0-9\s]", re.ASCII)
EDIFACT_START = re.compile(r"UN[ABGH][^A-Za-z0-9]", re.ASCII)

# ISA is 106 characters long; real ones lose their padding, or gain a line break.
ISA_ELEMENTS = 16
LONGEST_ISA = 400


@dataclass(frozen=True)
class Separators:
    """What divides segments, elements and components; `release` takes the next character's meaning away, `decimal` is the decimal mark."""

    segment: str
    element: str
    component: str = ""
    release: str = ""
    decimal: str = "."


# Without UNA these hold (ISO 9735); there a decimal may have either mark.
EDIFACT = Separators("'", "+", ":", "?")

# The separators that hold from a place in the text on, and where the segment that stands there may end at the earliest.
Announcement = tuple[Separators, int]


def x12_segments(text: str) -> Iterator[Segment]:
    """The segments of X12 text. Raises FileRejected for text that does not begin with ISA, GS or ST."""
    start = _after_space(text, 0)
    if not X12_START.match(text, start):
        hint = '; is it format = "edifact"?' if EDIFACT_START.match(text, start) else ""
        raise FileRejected(f"expected X12, which begins with ISA, found {start_of(text[start : start + 60])}{hint}")
    return _segments(text, start, "ISA", _announced_by_isa)


def edifact_segments(text: str) -> Iterator[Segment]:
    """The segments of EDIFACT text. Raises FileRejected for text that does not begin with UNA, UNB, UNG or UNH."""
    start = _after_space(text, 0)
    if not EDIFACT_START.match(text, start):
        hint = '; is it format = "x12"?' if X12_START.match(text, start) else ""
        raise FileRejected(f"expected EDIFACT, which begins with UNA or UNB, found {start_of(text[start : start + 60])}{hint}")
    return _segments(text, start, "UNA", _announced_by_una)


def _segments(text: str, place: int, opening: str, announced: Callable[[str, int], Announcement]) -> Iterator[Segment]:
    """Segment after segment from `place` on; a segment `opening` names the separators anew."""
    separators, earliest_end = announced(text, place)
    number = 0
    while place < len(text):
        end = _end_of_segment(text, max(place, earliest_end), separators)
        raw = LINE_ENDS.sub("", text[place:end]).strip()
        if raw:
            number += 1
            yield Segment(number, _parts(raw, separators), raw, separators.decimal, is_ended=end < len(text))
        place = _after_space(text, end + 1)
        if text.startswith(opening, place) and not text[place + 3 : place + 4].isalnum():
            separators, earliest_end = announced(text, place)


def _after_space(text: str, place: int) -> int:
    found = SPACE.match(text, place)
    return found.end() if found else place


def _announced_by_isa(text: str, place: int) -> Announcement:
    """X12: the character after ISA divides elements; the one after ISA16 ends segments, whatever widths the elements have."""
    mark = text[place + 2] if text.startswith("ST", place) or text.startswith("GS", place) else text[place + 3 : place + 4]
    isa = text[place : place + LONGEST_ISA].split(mark, ISA_ELEMENTS) if mark else []
    if not text.startswith("ISA", place) or len(isa) <= ISA_ELEMENTS or re.search(r"\W\s*GS$", "".join(isa[-2:-1])):
        # No ISA, or a short one: what stands before the next segment of the envelope, or the first of the message, ends segments.
        following = re.compile(rf"([^A-Za-z0-9\s]?)\s*(?<![A-Za-z0-9])(?:GS|ST|B[A-Z]{{2}}){re.escape(mark)}")
        found = following.search(text, place + 3)
        return Separators((found and found[1]) or "\n", mark), place
    component, terminator = isa[ISA_ELEMENTS][:1] or "\n", isa[ISA_ELEMENTS][1:2] or "\n"
    ends = re.compile(rf"{re.escape(component)}\s*(?:GS|ST|SE|GE|IEA){re.escape(mark)}")
    if terminator.isalnum() or (terminator in "\r\n" and len(ends.findall(text, place)) > 1):
        terminator = component  # ISA16 is missing
    if terminator == "\r" and "\n" in text:
        terminator = "\n"
    return Separators(terminator, mark), place + sum(map(len, isa[:ISA_ELEMENTS])) + ISA_ELEMENTS + 1


def _announced_by_una(text: str, place: int) -> Announcement:
    """EDIFACT: UNA names six characters; without it, or where it is broken, the standard's hold."""
    if not text.startswith("UNA", place):
        return EDIFACT, place
    named = text[place + 3 : place + 9]
    is_short = named[4:5] == EDIFACT.segment and named[5:6] != EDIFACT.segment
    if is_short:
        # The fifth character, which says nothing, was left out.
        named = f"{named[:4]} {named[4]}"
    component, element, decimal, release, _, terminator = tuple(named.ljust(6))
    if any(character.isalnum() for character in named) or len({component, element, terminator, release}) < 4:
        return EDIFACT, place
    return Separators(terminator, element, component, release.strip(), "," if decimal == "," else "."), place + (7 if is_short else 8)


def _end_of_segment(text: str, place: int, separators: Separators) -> int:
    """Where the segment ends that `place` stands in: at the next terminator that is not released, else with the text."""
    start, end = place, text.find(separators.segment, place)
    while separators.release and end > 0:
        released = end
        while released > start and text[released - 1] == separators.release:
            released -= 1
        if (end - released) % 2 == 0:
            break
        end = text.find(separators.segment, end + 1)
    return len(text) if end < 0 else end


def _parts(raw: str, separators: Separators) -> tuple[tuple[str, ...], ...]:
    release = separators.release
    if not separators.component:
        return tuple((element,) for element in raw.split(separators.element))
    if not release or release not in raw:
        return tuple(tuple(element.split(separators.component)) for element in raw.split(separators.element))
    return tuple(
        tuple(re.sub(re.escape(release) + "(.?)", r"\1", component) for component in _divided(element, separators.component, release))
        for element in _divided(raw, separators.element, release)
    )


def _divided(text: str, separator: str, release: str) -> list[str]:
    """The text, divided where the separator is not released; released characters keep their mark."""
    pieces, piece, characters = [], "", iter(text)
    for character in characters:
        if character == separator:
            pieces.append(piece)
            piece = ""
        else:
            piece += character + next(characters, "") if character == release else character
    return [*pieces, piece]
