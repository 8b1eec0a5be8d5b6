"""Fingerprints: a row as it stands in a file becomes a number; a row that stood there before need not be read again.

In: lines of a file, or typed columns, and what their reading depends on. Out: one UInt64 a row, equal where row and reading are.
They live for one version of Polars, whose hash they are: another number is never worse than reading the row again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import polars as pl

# What a hash is sure to be the same for wherever it is taken; a file with any other type of column is read whole.
STEADY = (pl.String, pl.Boolean, pl.Date, pl.Datetime, pl.Decimal, pl.Float64, pl.Float32)


def seed_of(*readings: str) -> int:
    """All that the meaning of a row depends on beside the row itself, as a number to begin with."""
    return int.from_bytes(hashlib.sha256("\0".join(readings).encode()).digest()[:8], "big")


def of_lines(lines: pl.Series, seed: int) -> pl.Series:
    """Of lines of bytes, each with its line end `\\n`."""
    return lines.hash(seed).alias("fingerprint")


def of_texts(texts: pl.Series, seed: int) -> pl.Series:
    """Of lines of text without their line ends: the same numbers as those of the bytes."""
    return of_lines((texts + "\n").cast(pl.Binary), seed)


def of_columns(columns: Sequence[pl.Series], seed: int) -> pl.Series:
    """Of rows of typed columns; null where a column's type is not steady."""
    if not are_steady([column.dtype for column in columns]):
        return pl.Series("fingerprint", [None], dtype=pl.UInt64).new_from_index(0, len(columns[0]))
    return pl.DataFrame([column.alias(str(place)) for place, column in enumerate(columns)]).select(hash_of_all(seed)).to_series()


def are_steady(kinds: Sequence[pl.DataType]) -> bool:
    """Whether rows of such columns have fingerprints."""
    return bool(kinds) and all(kind.is_integer() or isinstance(kind, STEADY) for kind in kinds)


def hash_of_all(seed: int) -> pl.Expr:
    """The fingerprint of each row of a frame, over all of its columns in their order."""
    return pl.struct(pl.all()).hash(seed).alias("fingerprint")
