"""CSV: a supplier's delimited text becomes frames of cells. Right before fast: Python's csv module reads it, record by record.

In: a binary stream and its source. Out: frames of cells, each row with its record number and its raw text.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import IO

import polars as pl

from tasks.settings import SourceSettings
from tasks.sources.cells import CHUNK_ROWS, cell_frame
from tasks.sources.encoding import decoding_problem, refuse_other_kinds, text_encoding
from tasks.sources.mapping import wanted_headers
from tasks.sources.records import Record, records
from tasks.sources.tables import Table, find_table, rows_of


def read_csv(stream: IO[bytes], source: SourceSettings) -> Iterator[pl.DataFrame]:
    """Frames of cells of the source's table in a CSV file.

    Raises FileRejected when the bytes are another kind of file or of another encoding, without a header that holds the wanted
    columns, and for quotes that do not close; it may come after some frames were given out.
    """
    refuse_other_kinds(stream, "CSV text")
    encoding = text_encoding(stream, source.encoding)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        found = records(_without_mark(text), source.delimiter)
        table = find_table(found, wanted_headers(source), source.delimiter)
        rows = rows_of(table, found)
        while chunk := list(islice(rows, CHUNK_ROWS)):
            yield _frame(table, chunk)
    except UnicodeDecodeError:
        raise decoding_problem(text.buffer, encoding, source.delimiter) from None
    finally:
        text.detach()  # the stream belongs to the caller


def _without_mark(text: io.TextIOWrapper) -> Iterator[str]:
    return chain((text.readline().removeprefix("\ufeff"),), text)


def _frame(table: Table, chunk: list[Record]) -> pl.DataFrame:
    width = max(table.places.values(), default=0) + 1
    # A row that is too short keeps the cells that it has.
    cells: list[list[str | None]] = [
        [*record.cells, *[None] * (width - len(record.cells))] if len(record.cells) < width else list(record.cells) for record in chunk
    ]
    return cell_frame(
        [record.number for record in chunk],
        [record.raw for record in chunk],
        [table.problem(record) for record in chunk],
        {column: [row[place] for row in cells] for column, place in table.places.items()},
    )
