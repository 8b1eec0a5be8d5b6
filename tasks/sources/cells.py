"""Cells: rows of a file before their texts are read as anything.

In: rows, a text (or nothing) for each feed column that the file has. Out: a Polars frame of texts, what normalising starts from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

CHUNK_ROWS = 100_000

# What every frame of cells begins with; then follows one String column for each feed column that the file has.
ROW_COLUMNS: dict[str, pl.DataType] = {
    "row_number": pl.Int64(),
    "raw": pl.String(),
    "row_problem": pl.String(),
    "fingerprint": pl.UInt64(),
}


@dataclass(frozen=True)
class Request:
    """What is asked of a file.

    `rows`: the numbers of the rows that are wanted, all if None. `raw`: whether their raw text is, where it costs something.
    `reading`: what fingerprints depend on beside the file.
    """

    rows: pl.Series | None = None
    raw: bool = True
    reading: str = ""

    def of(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Only the rows that are asked for: for formats that must be read whole."""
        for frame in frames:
            yield frame if self.rows is None else frame.filter(pl.col("row_number").is_in(self.rows.implode()))


class MustBeReadWhole(Exception):
    """What stands in a file cannot be told row by row: it must be read from its start to its end."""


def cell_frame(
    row_numbers: Sequence[int], raws: Sequence[str], problems: Sequence[str | None], columns: dict[str, list[str | None]]
) -> pl.DataFrame:
    """A frame of cells from columns of equal length."""
    return pl.DataFrame(
        [
            pl.Series("row_number", row_numbers, dtype=pl.Int64),
            text_series("raw", raws),
            text_series("row_problem", problems),
            nothing("fingerprint", pl.UInt64(), len(row_numbers)),
            *(text_series(name, texts) for name, texts in columns.items()),
        ]
    )


def nothing(name: str, kind: pl.DataType, rows: int) -> pl.Series:
    """A column without a value."""
    return pl.Series(name, [None], dtype=kind).new_from_index(0, rows)


def text_series(name: str, texts: Sequence[str | None]) -> pl.Series:
    """A column of text. JSON's escapes can write half a character (a lone surrogate): it becomes '?'."""
    try:
        return pl.Series(name, texts, dtype=pl.String)
    except UnicodeEncodeError:
        whole = [None if text is None else text.encode("utf-8", "replace").decode() for text in texts]
        return pl.Series(name, whole, dtype=pl.String)
