"""CSV: a supplier's delimited text becomes frames of cells. Right before fast: Python's csv module reads it, record by record.

In: a binary stream, its source and what is asked of it. Out: frames of cells, each row with its record number and its raw text.
Where all rows are asked for, the file is read record by record; single rows are taken from their lines.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import IO

import polars as pl

from tasks.errors import FileRejected
from tasks.settings import SourceSettings
from tasks.sources.cells import CHUNK_ROWS, MustBeReadWhole, Request, cell_frame
from tasks.sources.csv_lines import Lines, lines_of
from tasks.sources.encoding import decoding_problem, refuse_other_kinds, text_encoding
from tasks.sources.fingerprints import of_lines, of_texts, seed_of
from tasks.sources.mapping import wanted_headers
from tasks.sources.records import Record, records
from tasks.sources.tables import Table, find_table, is_blank, rows_of


def read_csv(stream: IO[bytes], source: SourceSettings, request: Request) -> Iterator[pl.DataFrame]:
    """Frames of cells of the source's table in a CSV file.

    Raises FileRejected when the bytes are another kind of file or of another encoding, without a header that holds the wanted
    columns, and for quotes that do not close; it may come after some frames were given out. Raises MustBeReadWhole when single rows
    are asked for and cannot be told from their lines.
    """
    refuse_other_kinds(stream, "CSV text")
    encoding = text_encoding(stream, source.encoding)
    if request.rows is not None:
        yield from _rows_asked_for(stream, source, encoding, request)
        return
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        found = records(_without_mark(text), source.delimiter)
        table = find_table(found, wanted_headers(source), source.delimiter)
        seed = _seed(request, table)
        rows = rows_of(table, found)
        while chunk := list(islice(rows, CHUNK_ROWS)):
            yield _frame(table, chunk, seed)
    except UnicodeDecodeError:
        raise decoding_problem(text.buffer, encoding, source.delimiter) from None
    finally:
        text.detach()  # the stream belongs to the caller


def fingerprints_of_csv(stream: IO[bytes], source: SourceSettings, request: Request) -> Iterator[pl.DataFrame]:
    """Each line's number and fingerprint, from the row after the header on. Raises MustBeReadWhole where rows need not be lines."""
    refuse_other_kinds(stream, "CSV text")
    blocks = lines_of(stream, text_encoding(stream, source.encoding))
    table, header, blocks = _header(blocks, source)
    seed = _seed(request, table)
    for lines in blocks:
        numbers = pl.int_range(lines.first, lines.first + len(lines), dtype=pl.Int64, eager=True).alias("row_number")
        frame = pl.DataFrame([numbers, of_lines(lines.series, seed)])
        yield frame.filter(pl.col("row_number") > header) if lines.first <= header else frame


def _rows_asked_for(stream: IO[bytes], source: SourceSettings, encoding: str, request: Request) -> Iterator[pl.DataFrame]:
    """Single rows, each from its line alone: no other line may have a say in what it is."""
    table, _, blocks = _header(lines_of(stream, encoding), source)
    seed = _seed(request, table)
    asked = pl.Series(request.rows).sort()
    for lines in blocks:
        numbers = asked.filter(asked.is_between(lines.first, lines.first + len(lines) - 1)).to_list()
        for start in range(0, len(numbers), CHUNK_ROWS):
            chunk = _records_of(lines, numbers[start : start + CHUNK_ROWS], source.delimiter)
            if any(table.is_header(record.cells) for record in chunk):
                raise MustBeReadWhole  # what follows is another table
            if rows := [record for record in chunk if not is_blank(record.cells)]:
                yield _frame(table, rows, seed)


def _records_of(lines: Lines, numbers: list[int], delimiter: str) -> list[Record]:
    """The lines' records, each with its number in the file."""
    try:
        found = list(records(lines.texts(numbers), delimiter))
    except FileRejected:
        raise MustBeReadWhole from None
    if len(found) != len(numbers):
        raise MustBeReadWhole  # a record runs over several lines
    return [record._replace(number=number) for record, number in zip(found, numbers, strict=True)]


def _header(blocks: Iterator[Lines], source: SourceSettings) -> tuple[Table, int, Iterator[Lines]]:
    """The table, the number of its header's row, and all blocks; the header must stand in the first."""
    first = next(blocks, None)
    if first is None:
        raise MustBeReadWhole
    read: list[str] = []
    found = records(_noting((first.texts([number])[0] for number in range(1, len(first) + 1)), read), source.delimiter)
    numbers: list[int] = []
    try:
        table = find_table(_numbering(found, numbers), wanted_headers(source), source.delimiter)
    except FileRejected:
        raise MustBeReadWhole from None
    if len(read) != numbers[-1]:
        raise MustBeReadWhole  # a record above the header runs over several lines
    return table, numbers[-1], chain((first,), blocks)


def _noting(lines: Iterator[str], read: list[str]) -> Iterator[str]:
    for line in lines:
        read.append(line)
        yield line


def _numbering(found: Iterator[Record], numbers: list[int]) -> Iterator[Record]:
    for record in found:
        numbers.append(record.number)
        yield record


def _seed(request: Request, table: Table) -> int:
    """A row means what its line says under this header."""
    return seed_of(request.reading, *table.cells)


def _without_mark(text: io.TextIOWrapper) -> Iterator[str]:
    return chain((text.readline().removeprefix("\ufeff"),), text)


def _frame(table: Table, chunk: list[Record], seed: int) -> pl.DataFrame:
    width = max(table.places.values(), default=0) + 1
    # A row that is too short keeps the cells that it has.
    cells: list[list[str | None]] = [
        [*record.cells, *[None] * (width - len(record.cells))] if len(record.cells) < width else list(record.cells) for record in chunk
    ]
    frame = cell_frame(
        [record.number for record in chunk],
        [record.raw for record in chunk],
        [table.problem(record) for record in chunk],
        {column: [row[place] for row in cells] for column, place in table.places.items()},
    )
    return frame.with_columns(of_texts(frame["raw"], seed))
