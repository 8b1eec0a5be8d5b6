"""Parquet: typed columns become text faithfully, so that every format goes the same way from there.

In: a binary stream and its source. Out: frames of cells, each row with its ordinal and its compact JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from tasks.errors import FileRejected
from tasks.settings import SourceSettings
from tasks.sources.cells import CHUNK_ROWS
from tasks.sources.encoding import refuse_other_kinds
from tasks.sources.mapping import locate, wanted_headers

SIGNATURE = b"PAR1"

# Beyond this a float no longer holds every whole number.
LARGEST_EXACT_FLOAT = 2.0**53


def read_parquet(stream: IO[bytes], source: SourceSettings) -> Iterator[pl.DataFrame]:
    """Frames of cells of a Parquet file.

    Raises FileRejected when it is none or is damaged, or lacks a wanted column; damage may show after frames were given out.
    """
    if stream.read(len(SIGNATURE)) != SIGNATURE:
        stream.seek(0)
        refuse_other_kinds(stream, "a Parquet file")
        raise FileRejected("expected a Parquet file, found bytes that do not begin with PAR1")
    stream.seek(0)
    try:
        file = pq.ParquetFile(stream)
        headers: list[str] = file.schema_arrow.names
        places = locate(wanted_headers(source), headers).checked("the Parquet file")
        row_number = 1
        for batch in file.iter_batches(batch_size=CHUNK_ROWS):
            yield _frame(batch, places, row_number)
            row_number += batch.num_rows
    except (pa.ArrowException, OSError, pl.exceptions.PolarsError) as error:
        raise FileRejected(f"expected a sound Parquet file, found one that cannot be read: {error}") from None


def _frame(batch: pa.RecordBatch, places: dict[str, int], first_row: int) -> pl.DataFrame:
    columns = [pl.Series(pl.from_arrow(_plain(array))).alias(name) for name, array in zip(batch.schema.names, batch.columns, strict=True)]
    texts = {feed_column: _text(columns[place]).alias(feed_column) for feed_column, place in places.items()}
    return pl.DataFrame(
        [
            pl.int_range(first_row, first_row + batch.num_rows, dtype=pl.Int64, eager=True).alias("row_number"),
            _raw(columns),
            pl.Series("row_problem", [None], dtype=pl.String).new_from_index(0, batch.num_rows),
            *texts.values(),
        ]
    )


def _plain(array: pa.Array) -> pa.Array:
    """An array that Polars takes: it knows no time zone that is a mere offset, no number of over 38 digits, and not all bytes are text."""
    kind = array.type
    if pa.types.is_timestamp(kind) and kind.tz and kind.tz[0] in "+-":
        return pc.strftime(array, format="%Y-%m-%dT%H:%M:%S%z")
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        try:
            return array.cast(pa.binary()).cast(pa.string())
        except pa.ArrowInvalid:
            return pa.array([None if cell is None else cell.hex() for cell in array.to_pylist()], pa.string())
    if pa.types.is_decimal256(kind):
        return array.cast(pa.string())
    return array


def _raw(columns: list[pl.Series]) -> pl.Series:
    """Each row as compact JSON."""
    return pl.DataFrame(columns).select(pl.struct(pl.all()).struct.json_encode().alias("raw")).to_series()


def _text(series: pl.Series) -> pl.Series:
    """A typed column as the text that a supplier would write: ISO dates and times, whole floats without '.0', exact decimals."""
    kind = series.dtype
    if isinstance(kind, pl.Datetime):
        return series.dt.to_string("%Y-%m-%dT%H:%M:%S%.f" + ("%:z" if kind.time_zone else ""))
    if isinstance(kind, pl.Duration):
        return series.dt.to_string("iso")
    if kind == pl.Float16:
        series = series.cast(pl.Float64)
    if kind.is_float():
        # pandas writes a column of whole numbers that has gaps as floats: 4711.0 is the order 4711.
        is_whole = (series == series.floor()) & (series.abs() <= LARGEST_EXACT_FLOAT)
        whole = series.set(~is_whole.fill_null(False), None).cast(pl.Int64)
        return whole.cast(pl.String).zip_with(is_whole.fill_null(False), series.cast(pl.String))
    if kind.is_nested():
        wrapped = pl.DataFrame([series.alias("cell")]).select(pl.struct(pl.all()).struct.json_encode()).to_series()
        inner = wrapped.str.strip_prefix('{"cell":').str.strip_suffix("}")
        return inner.set(inner == "null", None)
    return series.cast(pl.String)
