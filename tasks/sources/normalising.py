"""Normalising: a frame of text cells becomes a frame of the feed, every cell read as what its column is.

In: frames of cells (tasks/sources/cells.py). Out: frames of `frame_schema(feed)`: each typed column with the text it came from.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from tasks.feeds import FEEDS, Column
from tasks.settings import SourceSettings
from tasks.settings_schema import Scalar
from tasks.sources.cells import ROW_COLUMNS
from tasks.sources.dates import Dates
from tasks.sources.quantities import Numbers, Units

QUANTITY = pl.Decimal(18, 6)
TYPES: dict[str, pl.DataType] = {
    "word": pl.String(),
    "whole": pl.Int64(),
    "decimal": QUANTITY,
    "day": pl.Date(),
    "instant": pl.Datetime("us"),
    "flag": pl.Boolean(),
}
FLAGS = dict.fromkeys(("true", "yes", "y", "t", "1"), True) | dict.fromkeys(("false", "no", "n", "f", "0"), False)

Reader = Callable[[str], Any]


def frame_schema(feed: str) -> dict[str, pl.DataType]:
    """The columns of every frame of a feed, in order, with their types.

    `row_number`, `raw`, `row_problem`, then for each column of the feed its typed column and, unless it is plain text, the text
    that it was read from (`<column>_text`, null when empty); an eta has its earliest and latest day and its precision instead.
    """
    schema = dict(ROW_COLUMNS)
    for column in FEEDS[feed]:
        if column.kind == "text":
            schema[column.name] = pl.String()
        elif column.kind == "eta":
            schema |= {f"{column.name}_earliest_on": pl.Date(), f"{column.name}_latest_on": pl.Date()}
            schema |= {f"{column.name}_precision": pl.String(), f"{column.name}_text": pl.String()}
        else:
            schema |= {column.name: TYPES[column.kind], f"{column.name}_text": pl.String()}
        if column.name == "unit":
            schema["unit_known"] = pl.Boolean()
    return schema


class Normaliser:
    """Turns the frames of cells of one source into frames of its feed."""

    def __init__(self, source: SourceSettings, zone: ZoneInfo) -> None:
        """`zone`: of times without an offset. Raises ConfigurationError for date formats and units that cannot be used."""
        self.source = source
        self.schema = frame_schema(source.feed)
        self.dates = Dates(source, zone)
        self.numbers = Numbers(source)
        self.units = Units(source)
        self.readers: dict[str, Reader] = {
            "whole": self.numbers.whole,
            "decimal": self.numbers.quantity,
            "day": self.dates.day,
            "instant": self.dates.instant,
            "flag": lambda text: FLAGS.get(text.casefold()),
        }

    def normalise(self, cells: pl.DataFrame) -> pl.DataFrame:
        """A frame of `frame_schema`, row for row. What cannot be read is null beside its text; nothing is raised."""
        columns = [cells[name] for name in ROW_COLUMNS]
        texts = {column.name: self._texts(cells, column) for column in FEEDS[self.source.feed]}
        words = {name: self._ours(name, series) for name, series in texts.items()}
        for column in FEEDS[self.source.feed]:
            columns += self._typed(column, words, texts[column.name])
        # Selecting by the schema proves that nothing is missing, in whatever order it was made.
        return pl.DataFrame(columns).select(pl.col(name).cast(kind) for name, kind in self.schema.items())

    def _typed(self, column: Column, words: dict[str, pl.Series], text: pl.Series) -> list[pl.Series]:
        """The series of one feed column."""
        name, word = column.name, words[column.name]
        if column.kind == "text":
            typed = [word.fill_null(column.default) if column.default else word]
            return [*typed, self._unit_known(word)] if name == "unit" else typed
        if column.kind == "eta":
            return [*self._eta(name, word), text.alias(f"{name}_text")]
        if name == "quantity" and "unit" in words:
            series = self._in_our_unit(word, words["unit"])
        else:
            series = _read_distinct(word, self._reader(column), TYPES[column.kind])
        if column.default is not None:
            default = pl.Series([_default(column)], dtype=TYPES[column.kind])
            series = series.zip_with(word.is_not_null(), default.new_from_index(0, len(word)))
        return [series.alias(name), text.alias(f"{name}_text")]

    def _reader(self, column: Column) -> Reader:
        if column.kind == "word":
            return _word_reader(column.words)
        return self.readers[column.kind]

    def _texts(self, cells: pl.DataFrame, column: Column) -> pl.Series:
        """A column's texts as they came: stripped, empty = null; the constant, where there is one."""
        if column.name in self.source.constants:
            constant = self._constant(self.source.constants[column.name])
            return pl.Series(column.name, [constant], dtype=pl.String).new_from_index(0, len(cells))
        if column.name not in cells.columns:
            return pl.Series(column.name, [None], dtype=pl.String).new_from_index(0, len(cells))
        stripped = cells[column.name].str.strip_chars()
        return stripped.set(stripped == "", None)

    def _constant(self, constant: Scalar) -> str | None:
        if isinstance(constant, bool):
            return "true" if constant else "false"
        if isinstance(constant, int | float):
            return self.numbers.written(constant)
        if isinstance(constant, date | datetime):
            return constant.isoformat()
        return constant.strip() or None

    def _ours(self, name: str, texts: pl.Series) -> pl.Series:
        """The texts with the file's words replaced by ours (`values`): exactly as written, then in any case."""
        values = {word.strip(): ours.strip() for word, ours in self.source.values.get(name, {}).items()}
        if not values:
            return texts
        folded = {word.casefold(): ours for word, ours in values.items()}
        ours = _read_distinct(texts, lambda text: values.get(text, folded.get(text.casefold(), text)) or None, pl.String())
        return ours.fill_null(values[""]) if values.get("") else ours

    def _eta(self, name: str, words: pl.Series) -> list[pl.Series]:
        distinct = words.drop_nulls().unique()
        etas = [self.dates.eta(text) for text in distinct.to_list()]
        earliest = pl.Series([eta and eta.earliest_on for eta in etas], dtype=pl.Date)
        latest = pl.Series([eta and eta.latest_on for eta in etas], dtype=pl.Date)
        precision = pl.Series([eta and eta.precision for eta in etas], dtype=pl.String)
        read = _replaced(words, distinct, precision)
        return [
            _replaced(words, distinct, earliest).alias(f"{name}_earliest_on"),
            _replaced(words, distinct, latest).alias(f"{name}_latest_on"),
            read.zip_with(words.is_not_null(), pl.Series(["unknown"]).new_from_index(0, len(words))).alias(f"{name}_precision"),
        ]

    def _in_our_unit(self, quantities: pl.Series, units: pl.Series) -> pl.Series:
        """Quantities times their unit's factor, exact before they are rounded; a unit that is not named changes nothing."""
        if not self.units.factors or units.null_count() == len(units):
            return _read_distinct(quantities, self.numbers.quantity, QUANTITY)
        factors = {unit: self.units.factor(unit) or Decimal(1) for unit in units.drop_nulls().unique().to_list()}
        known: dict[tuple[str | None, str | None], Decimal | None] = {}
        read = []
        for pair in zip(quantities.to_list(), units.to_list(), strict=True):
            if pair not in known:
                quantity, unit = pair
                known[pair] = None if quantity is None else self.numbers.quantity(quantity, factors[unit] if unit else Decimal(1))
            read.append(known[pair])
        return pl.Series(read, dtype=QUANTITY)

    def _unit_known(self, units: pl.Series) -> pl.Series:
        named = [unit for unit in units.drop_nulls().unique().to_list() if self.units.factor(unit) is not None]
        return (units.is_null() | units.is_in(named)).alias("unit_known")


def _word_reader(words: tuple[str, ...]) -> Reader:
    """Ours are lower case; a file may write them in any."""
    known = set(words)
    return lambda text: text if text in known else text.casefold() if text.casefold() in known else None


def _default(column: Column) -> Any:
    """What an empty cell of a typed column means (tasks/feeds.py)."""
    default = column.default or ""
    if column.kind == "whole":
        return int(default)
    return FLAGS[default] if column.kind == "flag" else default


def _read_distinct(texts: pl.Series, read: Reader, kind: pl.DataType) -> pl.Series:
    """Read each distinct text once; a million rows seldom hold more than some thousand different ones."""
    distinct = texts.drop_nulls().unique()
    return _replaced(texts, distinct, pl.Series([read(text) for text in distinct.to_list()], dtype=kind))


def _replaced(texts: pl.Series, distinct: pl.Series, values: pl.Series) -> pl.Series:
    if distinct.is_empty():
        return pl.Series(texts.name, [None], dtype=values.dtype).new_from_index(0, len(texts))
    return texts.replace_strict(distinct, values, default=None, return_dtype=values.dtype)
