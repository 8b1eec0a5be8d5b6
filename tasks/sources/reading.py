"""Reading: one file of a source becomes frames of its feed. The door of the sources stage for landing.

In: a source, a path, the warehouse's time zone. Out: frames of `frame_schema(feed)`, or FileRejected with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

import polars as pl

from tasks.errors import FileRejected
from tasks.settings import SourceSettings
from tasks.sources.csv_files import read_csv
from tasks.sources.json_files import read_json, read_jsonl
from tasks.sources.normalising import Normaliser, frame_schema
from tasks.sources.opening import opened
from tasks.sources.parquet_files import read_parquet

__all__ = ["frame_schema", "read_feed"]

FORMATS: dict[str, Callable[[IO[bytes], SourceSettings], Iterator[pl.DataFrame]]] = {
    "csv": read_csv,
    "json": read_json,
    "jsonl": read_jsonl,
    "parquet": read_parquet,
}


def read_feed(source: SourceSettings, path: Path, zone: ZoneInfo) -> Iterator[pl.DataFrame]:
    """Read one file as frames of the source's feed: at least one, perhaps without rows; in the order of the file.

    `zone` is that of times without an offset. Raises FileRejected with a sentence when the file is refused whole, perhaps after
    some frames were given out: land all of them or none. Raises ConfigurationError for date formats and units that cannot be used.
    """
    normaliser = Normaliser(source, zone)
    is_empty = True
    try:
        with opened(path) as stream:
            for cells in FORMATS[source.format](stream, source):
                is_empty = False
                yield normaliser.normalise(cells)
    except FileRejected as refusal:
        raise FileRejected(f"{path.name}: {refusal}") from None
    if is_empty:
        yield pl.DataFrame(schema=normaliser.schema)
