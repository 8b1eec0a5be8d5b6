"""CSV tables: lines that are plain rows become a frame of cells all at once; whatever is not plain is left to the careful reader.

In: a block of lines (csv_lines) and the table that they stand in. Out: a frame of texts as the careful reader has them, or None.
Plain: quotes stand only around whole cells, every row is as wide as the header, none is blank, a title or a header.
"""

from __future__ import annotations

from csv import field_size_limit

import numpy as np
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
from pyarrow import csv

from tasks.sources.csv_lines import Lines
from tasks.sources.tables import NARROWEST_WITH_TITLES, Table

QUOTE, NEWLINE = ord('"'), ord("\n")

# What one reader takes for white space or for an end, and the other does not.
RARE = (b"\0", b"\x1c", b"\x1d", b"\x1e", b"\x1f")


def plain_cells(lines: Lines, table: Table, delimiter: str) -> pl.DataFrame | None:
    """The cells of all lines, a String column for each cell of the header, named by its place; None where one line is not plain."""
    width = len(table.headers)
    if width < len(table.cells) or width < 2 or len(delimiter.encode()) > 1 or any(sign in lines.data for sign in RARE):
        return None
    if np.diff(lines.ends).max() > field_size_limit():
        return None
    if QUOTE in lines.data and not _quotes_are_plain(lines, ord(delimiter)):
        return None
    names = [str(place) for place in range(width)]
    try:
        cells = csv.read_csv(
            pa.BufferReader(lines.data),
            csv.ReadOptions(column_names=names, use_threads=True),
            csv.ParseOptions(delimiter=delimiter, newlines_in_values=False, ignore_empty_lines=False),
            csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    frame = pl.DataFrame(pl.from_arrow(cells))
    if frame.height != len(lines) or _has_odd_rows(frame, table):
        return None
    return frame


def _quotes_are_plain(lines: Lines, delimiter: int) -> bool:
    """Whether each quote opens or closes a whole cell of its line, or is one of a doubled pair within."""
    data = np.frombuffer(lines.data, np.uint8)
    quotes = np.flatnonzero(data == QUOTE)
    before_line = np.searchsorted(quotes, lines.ends)
    if np.any(before_line % 2):
        return False  # a cell that runs over its line's end
    opening, closing = quotes[::2], quotes[1::2]
    before = data[opening - 1]
    opens = (opening == 0) | (before == delimiter) | (before == NEWLINE) | (before == QUOTE)
    after = data[closing + 1]
    closes = (after == delimiter) | (after == NEWLINE) | (after == QUOTE)
    return bool(np.all(opens) and np.all(closes))


def _has_odd_rows(frame: pl.DataFrame, table: Table) -> bool:
    """Whether a row is blank, may be a title, or has a cell that is a header's name."""
    least = 2 if frame.width >= NARROWEST_WITH_TITLES else 1
    stripped = frame.select(pl.all().str.strip_chars())
    is_odd = pl.sum_horizontal(pl.all() != "") < least
    is_named = pl.any_horizontal(pl.all().is_in(sorted(table.signs)))
    return bool(stripped.select((is_odd | is_named).any()).item())
