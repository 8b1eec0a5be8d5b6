"""JSON and JSON Lines: a list of objects becomes frames of cells; numbers keep the text in which they were written.

In: a binary stream and its source. Out: frames of cells, each row with its ordinal (JSON Lines: its line) and its raw text.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from json.encoder import encode_basestring
from typing import IO, Any, NamedTuple

import polars as pl

from tasks.errors import FileRejected
from tasks.settings import SourceSettings
from tasks.sources.cells import CHUNK_ROWS, cell_frame
from tasks.sources.encoding import refuse_other_kinds, whole_text
from tasks.sources.mapping import Wanted, wanted_headers
from tasks.sources.sentences import columns_named, listed, start_of


class Number(str):
    """A JSON number, as the text in which it was written."""

    __slots__ = ()


class Row(NamedTuple):
    """An object of the file: its number, its raw text, its keys and values (none if it could not be read), what is wrong with it."""

    number: int
    raw: str
    values: dict[str, Any]
    problem: str | None


def read_json(stream: IO[bytes], source: SourceSettings) -> Iterator[pl.DataFrame]:
    """Frames of cells of a JSON file: a list of objects, or an object that has exactly one list of objects inside.

    Raises FileRejected when it is anything else, or lacks a wanted key in every object.
    """
    refuse_other_kinds(stream, "JSON")
    text = whole_text(stream, source.encoding)
    try:
        document = _decode(text)
    except (ValueError, RecursionError) as error:
        hint = '; is it format = "jsonl"?' if "Extra data" in str(error) else ""
        raise FileRejected(f"expected JSON, found text that is none: {error}{hint}") from None
    rows = (
        Row(number, compact(item), item, None) if isinstance(item, dict) else Row(number, compact(item), {}, _no_object(item))
        for number, item in enumerate(_list_of_objects(document), start=1)
    )
    yield from _frames(rows, wanted_headers(source))


def read_jsonl(stream: IO[bytes], source: SourceSettings) -> Iterator[pl.DataFrame]:
    """Frames of cells of a JSON Lines file; a line that is no JSON object is a row with a problem.

    Raises FileRejected when no line is a JSON object, or all objects lack a wanted key; it may come after frames were given out.
    """
    refuse_other_kinds(stream, "JSON Lines")
    lines = io.StringIO(whole_text(stream, source.encoding), newline="")
    rows = (_row_of_line(number, line) for number, line in enumerate(lines, start=1) if line.strip())
    yield from _frames(rows, wanted_headers(source))


def compact(value: Any) -> str:
    """A value of `_decode` as JSON without white space, its numbers as they were written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{encode_basestring(key)}:{compact(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    return json.dumps(value)


def _decode(text: str) -> Any:
    return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=Number)


def _list_of_objects(document: Any) -> list[Any]:
    """The rows of a document. Raises FileRejected when there is no list of objects in it, or more than one."""
    if isinstance(document, list):
        if document and not any(isinstance(item, dict) for item in document):
            raise FileRejected(f"expected a list of objects, found a list of {len(document)} items of which none is an object")
        return document
    if not isinstance(document, dict):
        raise FileRejected(f"expected a list of objects, found {start_of(compact(document))}")
    lists = {key: value for key, value in document.items() if isinstance(value, list) and all(isinstance(item, dict) for item in value)}
    filled = {key: value for key, value in lists.items() if value}
    candidates = filled or lists
    if len(candidates) != 1:
        found = f"{len(candidates)} such lists: {listed(candidates)}" if candidates else f"only {listed(document) or 'nothing'}"
        raise FileRejected(f"expected a list of objects, or an object with exactly one such list inside, found an object with {found}")
    return next(iter(candidates.values()))


def _row_of_line(number: int, line: str) -> Row:
    raw = line.rstrip("\r\n")
    try:
        value = _decode(line)
    except (ValueError, RecursionError) as error:
        return Row(number, raw, {}, f"the line is not JSON ({error}); expected one JSON object")
    return Row(number, raw, value, None) if isinstance(value, dict) else Row(number, raw, {}, _no_object(value))


def _no_object(value: Any) -> str:
    return f"the row is no JSON object but {start_of(compact(value))}; expected keys and values"


def _frames(rows: Iterator[Row], wanted: Wanted) -> Iterator[pl.DataFrame]:
    keys = _Keys(wanted)
    first: Row | None = None
    has_objects = False
    while chunk := list(islice(rows, CHUNK_ROWS)):
        first = first or chunk[0]
        has_objects = has_objects or any(row.problem is None for row in chunk)
        keys.note(row.values for row in chunk)
        columns = {column: keys.texts(chunk, column) for column in keys.headers if keys.feeds(column)}
        yield cell_frame([row.number for row in chunk], [row.raw for row in chunk], [row.problem for row in chunk], columns)
    if first is not None and not has_objects:
        hint = '; is it format = "json"?' if first.raw.lstrip().startswith("[") else ""
        raise FileRejected(f"expected a JSON object on each line, found none; the first line is {start_of(first.raw)}{hint}")
    missing = keys.missing() if first is not None else []
    if missing:
        raise FileRejected(f"expected {columns_named(missing)} in at least one object, found {listed(sorted(keys.seen)) or 'no key'}")


def _text(value: Any) -> str | None:
    """A value as the text of a cell: null is empty, what is nested becomes compact JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return compact(value)


class _Keys:
    """Which keys of the objects feed a column: the wanted one as written, then those that differ in case or white space only."""

    def __init__(self, wanted: Wanted) -> None:
        self.must, self.needed = wanted.must, wanted.needed
        self.headers = wanted.must | wanted.may
        self.seen: set[str] = set()
        self.alike: dict[str, list[str]] = {}

    def note(self, objects: Iterable[dict[str, Any]]) -> None:
        new = set[str]().union(*objects) - self.seen
        self.seen |= new
        for column, header in self.headers.items():
            alike = sorted(key for key in new if key != header and key.strip().casefold() == header.casefold())
            if alike:
                self.alike.setdefault(column, []).extend(alike)

    def feeds(self, column: str) -> bool:
        """Whether any object so far has a key for the column."""
        return self.headers[column] in self.seen or column in self.alike

    def texts(self, rows: list[Row], column: str) -> list[str | None]:
        header, alike = self.headers[column], self.alike.get(column)
        if not alike:
            return [_text(row.values.get(header)) for row in rows]
        keys = [header, *alike]
        return [_text(next((row.values[key] for key in keys if key in row.values), None)) for row in rows]

    def missing(self) -> list[str]:
        # An object leaves out what it has no value for: only a column that the feed cannot do without is missed.
        return [header for column, header in self.must.items() if column in self.needed and not self.feeds(column)]
