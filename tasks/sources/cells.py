"""Cells: rows of a file before their texts are read as anything.

In: rows, a text (or nothing) for each feed column that the file has. Out: a Polars frame of texts, what normalising starts from.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

CHUNK_ROWS = 100_000

# What every frame of cells begins with; then follows one String column for each feed column that the file has.
ROW_COLUMNS: dict[str, pl.DataType] = {"row_number": pl.Int64(), "raw": pl.String(), "row_problem": pl.String()}


def cell_frame(
    row_numbers: Sequence[int], raws: Sequence[str], problems: Sequence[str | None], columns: dict[str, list[str | None]]
) -> pl.DataFrame:
    """A frame of cells from columns of equal length."""
    return pl.DataFrame(
        [
            pl.Series("row_number", row_numbers, dtype=pl.Int64),
            text_series("raw", raws),
            text_series("row_problem", problems),
            *(text_series(name, texts) for name, texts in columns.items()),
        ]
    )


def text_series(name: str, texts: Sequence[str | None]) -> pl.Series:
    """A column of text. JSON's escapes can write half a character (a lone surrogate): it becomes '?'."""
    try:
        return pl.Series(name, texts, dtype=pl.String)
    except UnicodeEncodeError:
        whole = [None if text is None else text.encode("utf-8", "replace").decode() for text in texts]
        return pl.Series(name, whole, dtype=pl.String)
