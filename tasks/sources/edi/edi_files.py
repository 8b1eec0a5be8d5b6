"""EDI files: the messages of a file become frames of cells. X12 and EDIFACT differ in their syntax alone.

In: a binary stream and its source. Out: frames of cells; every line of every message is a row, understood or with its problem.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import polars as pl

from tasks.errors import FileRejected
from tasks.settings import SourceSettings
from tasks.sources.cells import CHUNK_ROWS, cell_frame
from tasks.sources.edi.envelope import Interchange, Message, Syntax, interchanges
from tasks.sources.edi.lines import Line
from tasks.sources.edi.loops import supplier_of
from tasks.sources.edi.message_kinds import LINE_TAGS, TAKEN, refusal, without_lines
from tasks.sources.edi.partner import Partner
from tasks.sources.edi.stated import stated_at
from tasks.sources.edi.tokenizer import edifact_segments, x12_segments
from tasks.sources.encoding import refuse_other_kinds, text_encoding, whole_text

# Syntax identifiers of UNB and the character sets that they name (ISO 9735); UNOA and UNOB are plain letters.
CHARACTER_SETS = {
    "UNOA": "latin-1", "UNOB": "latin-1", "UNOC": "latin-1", "UNOD": "iso8859-2", "UNOE": "iso8859-5", "UNOF": "iso8859-7",
    "UNOG": "iso8859-3", "UNOH": "iso8859-4", "UNOI": "iso8859-6", "UNOJ": "iso8859-8", "UNOK": "iso8859-9",
}  # fmt: skip
UNB_WITHIN = 64
COLUMNS = {
    "supplier_etas": ("supplier_id", "po_number", "po_line", "slice_no", "sku", "quantity", "eta", "status", "unit", "stated_at", "reason"),
    "inventory": ("sku", "on_hand"),
}


@dataclass
class _Said:
    """A line with what its message says for all of them; `ordinal`: the message's place in the file."""

    line: Line
    supplier_id: str = ""
    stated_at: str = ""
    ordinal: int = 0
    kind: str = ""


def read_x12(stream: IO[bytes], source: SourceSettings) -> Iterator[pl.DataFrame]:
    """Frames of cells of X12's 855, 865, 870, 856 (supplier_etas) and 846 (inventory).

    Raises FileRejected when the bytes are no X12, and for a file without a line of a transaction set that the feed takes, by name.
    """
    return _frames(_interchanges(stream, source, "x12"), source, "x12")


def read_edifact(stream: IO[bytes], source: SourceSettings) -> Iterator[pl.DataFrame]:
    """Frames of cells of EDIFACT's ORDRSP, DESADV and OSTRPT (supplier_etas). Raises FileRejected as `read_x12` does."""
    return _frames(_interchanges(stream, source, "edifact"), source, "edifact")


def read_interchanges(stream: IO[bytes], source: SourceSettings) -> list[Interchange]:
    """The interchanges of a file of a source whose format is x12 or edifact. Raises FileRejected when it is neither."""
    return _interchanges(stream, source, "x12" if source.format == "x12" else "edifact")


def _interchanges(stream: IO[bytes], source: SourceSettings, syntax: Syntax) -> list[Interchange]:
    if syntax == "x12":
        refuse_other_kinds(stream, "X12")
        return interchanges(x12_segments(whole_text(stream, source.encoding)))
    refuse_other_kinds(stream, "EDIFACT")
    return interchanges(edifact_segments(_edifact_text(stream, source.encoding)))


def _edifact_text(stream: IO[bytes], encoding: str) -> str:
    """The text: in the source's encoding, else UTF-8, else in the character set that UNB names. Raises FileRejected for none of these."""
    text_encoding(stream, encoding)
    content = stream.read()
    stream.seek(0)
    head = content[:UNB_WITHIN].decode("latin-1")
    named = next((name for identifier, name in CHARACTER_SETS.items() if identifier in head), None)
    if named is None or encoding != "utf-8":
        return whole_text(stream, encoding)
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return content.decode(named, "replace")


def _frames(found: list[Interchange], source: SourceSettings, syntax: Syntax) -> Iterator[pl.DataFrame]:
    partner = Partner.of(source, syntax)
    messages = [message for interchange in found for group in interchange.groups for message in group.messages]
    said, problems = [], []
    for ordinal, message in enumerate(messages):
        lines, problem = _lines(message, source.feed, partner)
        if problem:
            problems.append(problem)
        supplier = supplier_of(message.segments) or message.group.interchange.sender
        said += [_Said(line, supplier, stated_at(message), ordinal, message.kind) for line in lines]
    if len(problems) == len(messages):
        # Nothing but what we do not take: there is no line that could stand in quarantine for it.
        raise FileRejected("; ".join(dict.fromkeys(problems)) or f"expected a message, found none in the {len(found)} interchange(s)")
    rows = _rows(said, source, partner)
    for start in range(0, len(rows), CHUNK_ROWS):
        chunk = rows[start : start + CHUNK_ROWS]
        yield cell_frame(
            list(range(start + 1, start + 1 + len(chunk))),
            [raw for raw, _, _ in chunk],
            [problem for _, problem, _ in chunk],
            {column: [cells.get(column) for _, _, cells in chunk] for column in COLUMNS[source.feed]},
        )


def _lines(message: Message, feed: str, partner: Partner) -> tuple[list[Line], str | None]:
    """The lines of a message; if it is refused or has none, what stands in for them, and why."""
    refused = refusal(message, feed)
    if refused:
        raws = [segment.raw for segment in message.segments if segment.tag in LINE_TAGS] or [_raw(message)]
        return [Line("", "", raw, problem=refused) for raw in raws], refused
    lines = TAKEN[message.kind].read(message, partner)
    if not lines:
        problem = without_lines(message)
        return [Line("", "", _raw(message), problem=problem)], problem
    if partner.strict_envelope and message.faults:
        for line in lines:
            line.problem = line.problem or f"PO {line.po_number}, line {line.po_line or '(none)'}: {'; '.join(message.faults)}"
    elif message.trailer is None:
        end = "UNT" if message.header and message.header.tag == "UNH" else "SE"
        lines[-1].problem = lines[-1].problem or (
            f"PO {lines[-1].po_number}, line {lines[-1].po_line or '(none)'}: the message ends without {end}, so that its last line "
            f"may have lost its end; expected {end}"
        )
    return lines, None


def _raw(message: Message) -> str:
    first = [message.header] if message.header else []
    return "\n".join(segment.raw for segment in (*first, *message.segments))


def _rows(said: list[_Said], source: SourceSettings, partner: Partner) -> list[tuple[str, str | None, dict[str, str]]]:
    """Raw text, problem and cells of each row."""
    numbers = _slice_numbers(said, is_snapshot=source.mode == "snapshot")
    rows: list[tuple[str, str | None, dict[str, str]]] = []
    for one, firsts in zip(said, numbers, strict=True):
        line = one.line
        keys = {"po_number": line.po_number, "po_line": line.po_line, "sku": line.sku}
        shared = {**keys, "supplier_id": one.supplier_id, "stated_at": one.stated_at}
        if line.problem:
            rows.append((line.raw, line.problem, shared))
            continue
        for number, part in zip(firsts, line.slices, strict=True):
            quantity = partner.written(part.quantity)
            own = {
                "quantity": quantity,
                "on_hand": quantity,
                "eta": part.eta,
                "status": part.status,
                "unit": part.unit,
                "reason": part.reason,
            }
            rows.append((line.raw, None, {**shared, **own, "slice_no": str(number)}))
    return rows


def _slice_numbers(said: list[_Said], *, is_snapshot: bool) -> list[list[int]]:
    """The numbers of each line's slices.

    A PO line that one message gives in several places has all their slices; ship notices of one time add up over the messages, too. A line
    that is repeated word for word, or that a later message of the same time states anew, gets numbers that are given again: the row rules
    then let the last one count (spec 2).
    """
    last_message: dict[tuple[str, ...], int] = {}
    for one in said:
        if not one.line.problem:
            last_message[_key(one, is_snapshot)] = one.ordinal
    given: dict[tuple[str, ...], int] = {}
    repeated: dict[tuple[str, ...], list[int]] = {}
    numbers: list[list[int]] = []
    for one in said:
        key = _key(one, is_snapshot)
        count = len(one.line.slices)
        text = (*key, str(one.ordinal), one.line.raw)
        if one.line.problem:
            numbers.append([])
        elif not _adds_up(one) and one.ordinal < last_message[key]:
            numbers.append([1] * count)
        elif text in repeated:
            numbers.append(repeated[text])
        else:
            repeated[text] = [given.get(key, 0) + place for place in range(1, count + 1)]
            given[key] = given.get(key, 0) + count
            numbers.append(repeated[text])
    return numbers


def _adds_up(one: _Said) -> bool:
    return one.kind in ("856", "DESADV")


def _key(one: _Said, is_snapshot: bool) -> tuple[str, ...]:
    """What one statement is about: a PO line, at one time."""
    line = one.line
    return one.supplier_id, line.po_number, line.po_line or line.sku, "" if is_snapshot else one.stated_at
