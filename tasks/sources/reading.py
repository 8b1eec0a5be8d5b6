"""Reading: one file of a source becomes frames of its feed. The door of the sources stage for landing.

In: a source, a path, the warehouse's time zone. Out: frames of `frame_schema(feed)`, or FileRejected with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

import polars as pl

from tasks.errors import ConfigurationError, FileRejected, TellwhenError
from tasks.feeds import FEEDS
from tasks.settings import SourceSettings
from tasks.sources.cells import MustBeReadWhole, Request
from tasks.sources.csv_files import fingerprints_of_csv, read_csv
from tasks.sources.edi.edi_files import read_edifact, read_x12
from tasks.sources.json_files import read_json, read_jsonl
from tasks.sources.normalising import Normaliser, frame_schema
from tasks.sources.opening import opened
from tasks.sources.parquet_files import fingerprints_of_parquet, read_parquet
from tasks.sources.places import FileDate
from tasks.sources.xlsx_files import read_xlsx

__all__ = ["MustBeReadWhole", "Request", "fingerprints", "frame_schema", "has_fingerprints", "read_feed", "source_problems"]

Reader = Callable[[IO[bytes], SourceSettings], Iterator[pl.DataFrame]]
PickingReader = Callable[[IO[bytes], SourceSettings, Request], Iterator[pl.DataFrame]]


def _whole(read: Reader) -> PickingReader:
    """A format that is always read whole."""
    return lambda stream, source, request: request.of(read(stream, source))


FORMATS: dict[str, PickingReader] = {
    "csv": read_csv,
    "edifact": _whole(read_edifact),
    "json": _whole(read_json),
    "jsonl": _whole(read_jsonl),
    "parquet": read_parquet,
    "x12": _whole(read_x12),
    "xlsx": _whole(read_xlsx),
}
FINGERPRINTS: dict[str, PickingReader] = {"csv": fingerprints_of_csv, "parquet": fingerprints_of_parquet}


def has_fingerprints(source: SourceSettings) -> bool:
    """Whether rows of the source's files can be told apart without reading them."""
    return source.format in FINGERPRINTS


def fingerprints(source: SourceSettings, path: Path, request: Request) -> Iterator[pl.DataFrame]:
    """Each row's `row_number` and `fingerprint`: equal only where the row stands as it stood under the same `request.reading`.

    Rows are counted that turn out to be blank when they are read. Raises MustBeReadWhole for files that have no fingerprints,
    and what `read_feed` raises.
    """
    with _blaming(source, path), opened(path) as stream:
        yield from FINGERPRINTS[source.format](stream, source, request)


def read_feed(source: SourceSettings, path: Path, zone: ZoneInfo, request: Request | None = None) -> Iterator[pl.DataFrame]:
    """Read one file, or the rows of it that are asked for, as frames of the source's feed: at least one, perhaps without rows;
    in the order of the file.

    `zone` is that of times without an offset. Raises FileRejected with a sentence when the file is refused whole, perhaps after
    some frames were given out: land all of them or none. Raises MustBeReadWhole when single rows are asked for that cannot be told
    from the others. Raises ConfigurationError for date formats and units that cannot be used, TellwhenError when the file is gone
    or may not be read.
    """
    normaliser = Normaliser(source, zone)
    is_empty = True
    with _blaming(source, path), opened(path) as stream:
        for cells in FORMATS[source.format](stream, source, request or Request()):
            is_empty = False
            yield normaliser.normalise(cells)
    if is_empty:
        yield pl.DataFrame(schema=normaliser.schema)


@contextmanager
def _blaming(source: SourceSettings, path: Path) -> Iterator[None]:
    try:
        yield
    except FileRejected as refusal:
        raise FileRejected(f"{path.name}: {refusal}") from None
    except OSError as error:
        # Not the file's fault: it must not be remembered as rejected.
        raise TellwhenError(
            f"source {source.name}: {path} cannot be read: {error.strerror or error}; see to the file and its folder"
        ) from None


def source_problems(source: SourceSettings) -> list[str]:
    """What of a source's settings cannot be used, one sentence each: known before the first file comes, empty if all is well.

    Looks at location, file_date, date_format, units, delimiter, and at values that are none of the feed's words (spec 9).
    """
    problems = []
    for attempt in (lambda: Normaliser(source, ZoneInfo("UTC")), lambda: FileDate(source) if source.file_date else None):
        try:
            attempt()
        except ConfigurationError as error:
            problems += error.problems
    if "://" in source.location:
        problems.append(f"source {source.name}: location {source.location!r} is a URL; expected a path or a glob")
    if source.delimiter in '"\r\n':
        problems.append(f"source {source.name}: delimiter {source.delimiter!r} cannot divide cells; expected such as ',' or ';'")
    words = {column.name: column.words for column in FEEDS[source.feed] if column.kind == "word"}
    for name, values in source.values.items():
        for word, ours in values.items():
            if name in words and ours and ours not in words[name]:
                problems.append(
                    f"source {source.name}: values.{name} turns {word!r} into {ours!r}; expected one of {', '.join(words[name])}"
                )
    return problems
