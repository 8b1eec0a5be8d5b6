"""CSV: a supplier's delimited text becomes frames of cells. Right before fast: what is not plain, Python's csv module reads.

In: a binary stream, its source and what is asked of it. Out: frames of cells, each row with its record number and its raw text.
Blocks of plain rows are read at once, other blocks line by line, and from the first that cannot be so, record by record.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import IO, NamedTuple

import polars as pl

from tasks.errors import FileRejected
from tasks.settings import SourceSettings
from tasks.sources.cells import CHUNK_ROWS, MustBeReadWhole, Request, cell_frame, nothing
from tasks.sources.csv_lines import Lines, lines_of
from tasks.sources.csv_tables import plain_cells
from tasks.sources.encoding import decoding_problem, refuse_other_kinds, text_encoding
from tasks.sources.fingerprints import of_lines, of_texts, seed_of
from tasks.sources.mapping import wanted_headers
from tasks.sources.records import Record, records
from tasks.sources.tables import Table, find_table, is_blank, is_title, rows_of


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
    rest = Rest(0, 1, 0, None)
    try:
        table, header, blocks = _header(lines_of(stream, encoding), source)
        for block in blocks:
            rest = Rest(block.start, block.first, header, table)
            if lines := block.after(header):
                yield _frame_of_lines(lines, table, source.delimiter, request)
        return
    except MustBeReadWhole:
        pass
    yield from _records_from(stream, source, encoding, request, rest)


class Rest(NamedTuple):
    """Where the careful reader begins: a byte of the file, the number of the row there, the header's row and table if they are known."""

    start: int
    first: int
    header: int
    table: Table | None


def _records_from(stream: IO[bytes], source: SourceSettings, encoding: str, request: Request, rest: Rest) -> Iterator[pl.DataFrame]:
    """Record by record to the end: a record may run over several lines, another table may begin."""
    stream.seek(rest.start)
    text = io.TextIOWrapper(stream, encoding="utf-8" if rest.start and encoding == "utf-8-sig" else encoding, newline="")
    try:
        lines = _without_mark(text) if rest.start == 0 else text
        found = records(lines, source.delimiter, rest.first - 1)
        if rest.table is None:
            table = find_table(found, wanted_headers(source), source.delimiter)
        else:
            table = rest.table
            found = (record for record in found if record.number > rest.header)
        seed = _seed(request, table)
        rows = rows_of(table, found)
        while chunk := list(islice(rows, CHUNK_ROWS)):
            yield _frame(table, chunk, seed)
    except UnicodeDecodeError:
        raise decoding_problem(text.buffer, encoding, source.delimiter) from None
    finally:
        text.detach()  # the stream belongs to the caller


def _frame_of_lines(lines: Lines, table: Table, delimiter: str, request: Request) -> pl.DataFrame:
    """Rows that are lines. Raises MustBeReadWhole where a record is more than a line, or may be no row of this table."""
    seed = _seed(request, table)
    cells = plain_cells(lines, table, delimiter)
    if cells is None:
        found = _records_of(lines, list(range(lines.first, lines.first + len(lines))), delimiter)
        if any(table.is_header(record.cells) or is_title(record.cells, len(table.headers)) for record in found):
            raise MustBeReadWhole
        return _frame(table, [record for record in found if not is_blank(record.cells)], seed)
    series = lines.series
    raw = series.cast(pl.String).str.strip_suffix("\n") if request.raw else nothing("raw", pl.String(), len(lines))
    return pl.DataFrame(
        [
            pl.int_range(lines.first, lines.first + len(lines), dtype=pl.Int64, eager=True).alias("row_number"),
            raw.alias("raw"),
            nothing("row_problem", pl.String(), len(lines)),
            of_lines(series, seed),
            *(cells[str(place)].alias(column) for column, place in table.places.items()),
        ]
    )


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
