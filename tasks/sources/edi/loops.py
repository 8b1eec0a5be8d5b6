"""Loops: what belongs together in a message: its header and its lines, a line's item numbers and its words.

In: segments. Out: groups of segments, pairs, texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tasks.sources.edi.segments import Segment

# X12 element 235: what the pairs of a line may be, so that pairs that slipped by an element are found again.
PAIR_QUALIFIERS = frozenset(
    "A1 B6 BO BP C3 C4 C7 CB CG CH CL CM CN CR CT D1 D4 DR DV EC EM EN EO F1 F2 FS GE GS IB IN IT IZ JN JP KB LT MF MG MN MS N1 N2 N3 N4 "
    "ND OC ON OP PC PD PI PL PN PO PR PU PV RC RN RY SB SC SE SF SH SI SK SM SN ST SV SW SZ TP UA UB UD UE UH UI UJ UK UL UM UN UP UR UX "
    "VA VC VE VI VN VO VP VS VU VV VX XA XX YP ZB ZZ".split()
)


def divided(segments: Sequence[Segment], starts: Sequence[str], ends: Sequence[str] = ()) -> tuple[list[Segment], list[list[Segment]]]:
    """The segments before the first that starts a line, then the lines; what follows a segment that ends them belongs to none."""
    header: list[Segment] = []
    loops: list[list[Segment]] = []
    current: list[Segment] | None = header
    for segment in segments:
        if segment.tag in starts:
            current = [segment]
            loops.append(current)
        elif segment.tag in ends and loops:
            current = None
        elif current is not None:
            current.append(segment)
    return header, loops


def item_pairs(segment: Segment, first: int) -> Iterator[tuple[str, str]]:
    """The pairs of qualifier and item number. Where they do not stand as the standard has it, they are looked for from `first` on."""
    given = [segment.at(place) for place in range(first, len(segment.parts), 2)]
    if all(not qualifier or qualifier in PAIR_QUALIFIERS for qualifier in given):
        yield from segment.pairs(first)
        return
    # They may have slipped to the left as well, where an element before them was left out.
    place = first - 1
    while place < len(segment.parts) - 1:
        if segment.at(place) in PAIR_QUALIFIERS and segment.at(place + 1):
            yield segment.at(place), segment.at(place + 1)
            place += 2
        else:
            place += 1


def words_of(segments: Iterable[Segment]) -> list[str]:
    """What the supplier says of a line in plain words: MSG and the text of REF*ZZ of X12, FTX of EDIFACT."""
    words = []
    for segment in segments:
        if segment.tag == "MSG":
            words.append(segment.at(1))
        elif segment.tag == "REF" and segment.at(1) == "ZZ":
            words.append(segment.at(3))
        elif segment.tag == "FTX":
            words.append(" ".join(text for component in range(1, 6) if (text := segment.at(4, component))))
    return [" ".join(text.split()) for text in words if text]


def supplier_of(segments: Iterable[Segment]) -> str:
    """Who the message says the supplier is: N1 or NAD with SU, by number, else by name."""
    for segment in segments:
        if segment.tag == "N1" and segment.at(1) == "SU":
            return segment.at(4) or segment.at(2)
        if segment.tag == "NAD" and segment.at(1) == "SU":
            return segment.at(2) or segment.at(4) or segment.at(3)
    return ""
