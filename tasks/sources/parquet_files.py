"""Parquet: typed columns become text faithfully, so that every format goes the same way from there.

In: a binary stream, its source and what is asked of it. Out: frames of cells, each row with its ordinal and its compact JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from tasks.errors import FileRejected
from tasks.settings import SourceSettings
from tasks.sources.cells import CHUNK_ROWS, MustBeReadWhole, Request, nothing
from tasks.sources.encoding import refuse_other_kinds
from tasks.sources.fingerprints import are_steady, hash_of_all, of_columns, seed_of
from tasks.sources.mapping import locate, wanted_headers

SIGNATURE = b"PAR1"

# Beyond this a float no longer holds every whole number.
LARGEST_EXACT_FLOAT = 2.0**53


# Rows that are hashed at a time: a few dozen megabytes.
HASHED_ROWS = 1_000_000


def read_parquet(stream: IO[bytes], source: SourceSettings, request: Request) -> Iterator[pl.DataFrame]:
    """Frames of cells of a Parquet file.

    Raises FileRejected when it is none or is damaged, or lacks a wanted column; damage may show after frames were given out.
    """
    with _refusing_damage():
        file, places, seed = _opened(stream, source, request)
        for first_row, batch in _batches(file, request.rows):
            yield from _frames(batch, places, first_row, request, seed)


def fingerprints_of_parquet(stream: IO[bytes], source: SourceSettings, request: Request) -> Iterator[pl.DataFrame]:
    """Each row's number and fingerprint. Raises MustBeReadWhole when its columns have none, and what `read_parquet` raises."""
    with _refusing_damage():
        file, places, seed = _opened(stream, source, request)
        headers = file.schema_arrow.names
        names = [headers[place] for place in places.values()]
        # Polars hashes as it decodes, in a third of the time; it takes a file by its name.
        scan = pl.scan_parquet(stream.name if isinstance(stream.name, str) else stream, glob=False)
        schema = scan.collect_schema()
        if len(set(headers)) < len(headers) or not are_steady([schema[name] for name in names]):
            raise MustBeReadWhole
        columns = scan.select(pl.col(name).alias(str(place)) for place, name in enumerate(names)).select(hash_of_all(seed))
        for start in range(0, file.metadata.num_rows, HASHED_ROWS):
            frame = columns.slice(start, HASHED_ROWS).collect()
            yield frame.select(pl.int_range(start + 1, start + 1 + pl.len(), dtype=pl.Int64).alias("row_number"), "fingerprint")


@contextmanager
def _refusing_damage() -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, pl.exceptions.PolarsError) as error:
        raise FileRejected(f"expected a sound Parquet file, found one that cannot be read: {error}") from None


def _opened(stream: IO[bytes], source: SourceSettings, request: Request) -> tuple[pq.ParquetFile, dict[str, int], int]:
    """The file, the places of the wanted columns, and the seed of its fingerprints: types belong to what a row means."""
    if stream.read(len(SIGNATURE)) != SIGNATURE:
        stream.seek(0)
        refuse_other_kinds(stream, "a Parquet file")
        raise FileRejected("expected a Parquet file, found bytes that do not begin with PAR1")
    stream.seek(0)
    file = pq.ParquetFile(stream)
    headers: list[str] = file.schema_arrow.names
    places = locate(wanted_headers(source), headers).checked("the Parquet file")
    types = [f"{feed_column} {file.schema_arrow.types[place]}" for feed_column, place in places.items()]
    return file, places, seed_of(request.reading, *types)


def _batches(file: pq.ParquetFile, rows: pl.Series | None) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Batches with the numbers of their first rows; groups without a row that is asked for are passed over."""
    first_row = 1
    for group in range(file.metadata.num_row_groups):
        size = file.metadata.row_group(group).num_rows
        if rows is None or rows.is_between(first_row, first_row + size - 1).any():
            start = first_row
            for batch in file.iter_batches(batch_size=CHUNK_ROWS, row_groups=[group]):
                yield start, batch
                start += batch.num_rows
        first_row += size


def _frames(batch: pa.RecordBatch, places: dict[str, int], first_row: int, request: Request, seed: int) -> Iterator[pl.DataFrame]:
    numbers = pl.int_range(first_row, first_row + batch.num_rows, dtype=pl.Int64, eager=True).alias("row_number")
    if request.rows is not None:
        asked = numbers.is_in(request.rows.implode())
        numbers, batch = numbers.filter(asked), batch.filter(asked.to_arrow())
    if len(numbers):
        yield _frame(batch, places, numbers, request, seed)


def _frame(batch: pa.RecordBatch, places: dict[str, int], numbers: pl.Series, request: Request, seed: int) -> pl.DataFrame:
    columns = [pl.Series(pl.from_arrow(_plain(array))).alias(name) for name, array in zip(batch.schema.names, batch.columns, strict=True)]
    wanted = {feed_column: columns[place] for feed_column, place in places.items()}
    return pl.DataFrame(
        [
            numbers,
            _raw(columns) if request.raw else nothing("raw", pl.String(), len(numbers)),
            nothing("row_problem", pl.String(), len(numbers)),
            of_columns(list(wanted.values()), seed),
            *(_text(column).alias(feed_column) for feed_column, column in wanted.items()),
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
