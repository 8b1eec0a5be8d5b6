"""Taking: joins what reads files with what stages their rows; no more of a file is read than what it says anew.

In: a unit of files and the warehouse. Out: its rows in the working tables, and what was `Taken` of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import polars as pl

from tasks import landing, sifting
from tasks.errors import FileRejected
from tasks.settings import Settings
from tasks.sources.places import FoundFile
from tasks.sources.reading import MustBeReadWhole, Request, fingerprints, has_fingerprints, read_feed
from tasks.warehouse import Warehouse

Seen = Callable[[int], None]


def take(
    warehouse: Warehouse, settings: Settings, unit: landing.Unit, files: Sequence[FoundFile], seen: Seen = lambda _rows: None
) -> landing.Taken:
    """Put what the unit's files say anew into the working tables. Call outside a transaction. Raises FileRejected.

    `seen` hears now and then how many rows of a file are read.
    """
    for file in files:
        if unit.source.file_date and file.file_date is None:
            raise FileRejected(
                f"{file.path.name}: the name has no date; expected one as file_date = {unit.source.file_date!r} describes it"
            )
    if unit.keeps_fingerprints and unit.source.feed in sifting.SIFTED_FEEDS and sifting.has_rows_in_force(warehouse, unit.source):
        if len(files) == 1 and (rows := sifting.rows_as_in_force(warehouse, unit.source, files[0].sha256, unit.reading)) is not None:
            return landing.Taken([rows], rows, is_as_in_force=True)
        try:
            with warehouse.transaction():
                return _take_what_is_new(warehouse, settings, unit, files, seen)
        except MustBeReadWhole:
            with warehouse.transaction():
                sifting.sift_nothing(warehouse, unit.source)
    with warehouse.transaction():
        read = [_stage(warehouse, settings, unit, files, ordinal, None, seen) for ordinal in range(len(files))]
        landing.find_current(warehouse, unit)
        return landing.Taken(read)


def add_text(warehouse: Warehouse, settings: Settings, unit: landing.Unit, files: Sequence[FoundFile]) -> None:
    """Fetch the raw text of refused rows that was left in the files."""
    for ordinal, rows in sifting.refused_without_text(warehouse).items():
        sifting.add_text(warehouse, ordinal, _read(settings, unit, files, ordinal, rows))


def _take_what_is_new(
    warehouse: Warehouse, settings: Settings, unit: landing.Unit, files: Sequence[FoundFile], seen: Seen
) -> landing.Taken:
    source = unit.source
    if not has_fingerprints(source):
        raise MustBeReadWhole
    request = Request(reading=unit.reading)
    rows = tuple(sifting.add_rows(warehouse, ordinal, fingerprints(source, file.path, request)) for ordinal, file in enumerate(files))
    sifted = sifting.sift(warehouse, source, rows)
    if sifted is None:
        raise MustBeReadWhole
    as_before = [count - len(numbers) for count, numbers in zip(rows, sifted.to_read, strict=True)]
    read = [_stage(warehouse, settings, unit, files, ordinal, numbers, seen) for ordinal, numbers in enumerate(sifted.to_read)]
    landing.find_current(warehouse, unit)
    for ordinal, numbers in sifting.twins(warehouse, source).items():
        as_before[ordinal] -= len(numbers)
        read[ordinal] += _stage(warehouse, settings, unit, files, ordinal, numbers, seen)
    return landing.Taken([a + b for a, b in zip(as_before, read, strict=True)], sum(as_before))


def _stage(
    warehouse: Warehouse,
    settings: Settings,
    unit: landing.Unit,
    files: Sequence[FoundFile],
    ordinal: int,
    rows: pl.Series | None,
    seen: Seen,
) -> int:
    if rows is not None and rows.is_empty():
        return 0
    frames = _watched(_read(settings, unit, files, ordinal, rows), seen)
    return landing.stage_frames(warehouse, unit, ordinal, frames)


def _watched(frames: Iterator[pl.DataFrame], seen: Seen) -> Iterator[pl.DataFrame]:
    rows = 0
    for frame in frames:
        rows += len(frame)
        seen(rows)
        yield frame


def _read(
    settings: Settings, unit: landing.Unit, files: Sequence[FoundFile], ordinal: int, rows: pl.Series | None
) -> Iterator[pl.DataFrame]:
    # Of a whole file the raw text is fetched later, for the rows that are refused; what is no more than history keeps all of it.
    raw = rows is not None or not unit.keeps_fingerprints or unit.source.feed == "supplier_etas"
    return read_feed(unit.source, files[ordinal].path, settings.warehouse.zone, Request(rows, raw, unit.reading))
