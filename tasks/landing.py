"""Landing: one file (or all parts of one snapshot) becomes the truth of its source, or is refused. All or nothing.

In: frames of a feed (tasks.sources). Out: the source's rows in the warehouse's state and histories, `source_files`, `quarantined_rows`.
Three steps, so that the rows can be checked in between: `stage` (committed working tables), then `accept` or `reject` (one transaction).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, TypeVar

import polars as pl

from data_checks.expectation import first_broken_rule, first_message
from data_checks.facts import row_facts
from data_checks.quoting import Facts
from data_checks.suites import ROW_RULES
from tasks.runs import Run, naive_utc
from tasks.settings import Settings, SourceSettings
from tasks.warehouse import Warehouse

# What each feed's rows are turned into once they are accepted, statement by statement.
_SUPPLY_VERSIONS = (
    "landing/supply_changed",
    "landing/supply_mark_changed",
    "landing/supply_versions_replaced",
    "landing/supply_versions_closed",
    "landing/supply_versions_resumed",
    "landing/supply_versions_opened",
)
_SUPPLY_IN_FORCE = (
    "landing/supplier_etas_next",
    "landing/supplier_etas_replace",
    "landing/supplier_etas_add",
    "landing/supplier_etas_come_back",
)
_ORDER_LINES = (
    "landing/order_lines_next",
    "landing/items_changed",
    "landing/order_line_fingerprints_gone",
    "landing/order_line_versions_replaced",
    "landing/order_line_versions_closed",
    "landing/order_line_versions_resumed",
    "landing/order_line_versions_opened",
    "landing/order_line_fingerprints_kept",
)
# What a snapshot need not say anew is stated by it all the same.
_RESTATED = ("customers", "inventory")
_WORKING_TABLES = (
    *(f"staging.{feed}" for feed in ROW_RULES),
    "staging.refused",
    "staging.feed_facts",
    "staging.statements",
    "staging.next_supply_lines",
    "staging.changed_supply_lines",
    "staging.next_order_lines",
    "staging.file_rows",
    "staging.sifted",
    "staging.raw_texts",
    "staging.current_order_lines",
)


class FileInPlace(Protocol):
    """What landing needs to know of a file; tasks.sources.places has it."""

    @property
    def path(self) -> Path: ...
    @property
    def modified_at(self) -> datetime: ...
    @property
    def sha256(self) -> str: ...
    @property
    def file_date(self) -> date | None: ...


AnyFile = TypeVar("AnyFile", bound=FileInPlace)


@dataclass(frozen=True)
class Unit:
    """Files that are landed together: one file, or all parts of a snapshot. File ids follow from the first one's number."""

    source: SourceSettings
    files: Sequence[FileInPlace]
    first_file_number: int
    is_older: bool
    reading: str

    @property
    def unit_id(self) -> str:
        return self.file_id(0)

    def file_id(self, ordinal: int) -> str:
        return f"f{self.first_file_number + ordinal:06d}"

    @property
    def is_snapshot(self) -> bool:
        return self.source.mode == "snapshot"

    @property
    def keeps_fingerprints(self) -> bool:
        """Whether its rows are found again when they stand in the next file."""
        return self.is_snapshot and not self.is_older


@dataclass(frozen=True)
class Taken:
    """What was read of a unit: rows by ordinal of its files; how many stood in the file in force; whether it is that very file."""

    rows_read: Sequence[int]
    rows_as_before: int = 0
    is_as_in_force: bool = False


def new_files(warehouse: Warehouse, settings: Settings, source: SourceSettings, files: Sequence[AnyFile]) -> list[AnyFile]:
    """Those of a source's files that were not landed before, nor rejected under the same settings (spec 2)."""
    known = {
        (row["place"], row["modified_at"], row["sha256"])
        for row in warehouse.rows("landing/files_known", source=source.name, source_settings=source.fingerprint)
    }
    return [file for file in files if (place_of(settings, file.path), file.modified_at, file.sha256) not in known]


def path_text(path: Path) -> str:
    """A path as text that the warehouse can hold: bytes of a name that are no UTF-8 are written as `\\xff`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def place_of(settings: Settings, path: Path) -> str:
    """What a file is known by: its path below the configuration file's folder, so that a folder that moves lands nothing again."""
    return path_text(path.relative_to(settings.folder) if path.is_relative_to(settings.folder) else path)


def next_unit(warehouse: Warehouse, source: SourceSettings, files: Sequence[FileInPlace], reading: str = "") -> Unit:
    """The unit that these files make, numbered after the last file taken. `reading`: all that says what their rows mean."""
    in_force = warehouse.value("landing/file_date_in_force", source=source.name)
    dates = [file.file_date for file in files if file.file_date]
    is_older = source.mode == "snapshot" and in_force is not None and bool(dates) and max(dates) < in_force
    return Unit(source, files, warehouse.value("landing/next_file_number"), is_older, reading)


def clear_working_tables(warehouse: Warehouse) -> None:
    """Forget the file that was staged last, also by a run that ended in the middle."""
    with warehouse.transaction():
        warehouse.clear(*_WORKING_TABLES)


def stage_frames(warehouse: Warehouse, unit: Unit, ordinal: int, frames: Iterable[pl.DataFrame]) -> int:
    """Put one file's frames into `staging.<feed>`; returns the rows read. Raises what the frames raise (FileRejected)."""
    rows = 0
    for frame in frames:
        rows += frame.height
        named = frame.with_columns(pl.lit(unit.file_id(ordinal)).alias("file_id"), pl.lit(ordinal).alias("file_ordinal"))
        if not unit.keeps_fingerprints:
            named = named.with_columns(pl.lit(None, pl.UInt64).alias("fingerprint"))
        warehouse.append(f"staging.{unit.source.feed}", named)
    return rows


def find_current(warehouse: Warehouse, unit: Unit) -> None:
    """Find what is in force of all that the staged rows may change."""
    if unit.source.feed == "order_lines" and not unit.is_older:
        warehouse.run("landing/current_order_lines", source=unit.source.name)


def facts_of(run: Run, source: SourceSettings) -> Facts:
    """What the row rules need to know: the as-of date and what the source's settings allow."""
    return row_facts(as_of_on=run.as_of_on, date_formats=source.date_formats, units=sorted(source.units), decimal=source.decimal)


def refuse_rows(warehouse: Warehouse, run: Run, unit: Unit) -> None:
    """Mark what breaks a row rule: each refused row once, for the first rule that it breaks."""
    feed, facts = unit.source.feed, facts_of(run, unit.source)
    warehouse.run(f"landing/mark_repeated_{feed}", is_snapshot=unit.is_snapshot)
    if feed == "order_lines":
        warehouse.run("landing/mark_owned_order_lines", source=unit.source.name)
    # A row rule is data (data_checks); the statement is built from it, so that the checks count what the quarantine takes.
    rules = ROW_RULES[feed]
    warehouse.execute(
        f"insert into staging.refused select file_id, file_ordinal, row_number, raw, rule, message from (select *, "
        f"{first_broken_rule(rules, facts)} as rule, {first_message(rules, facts)} as message from staging.{feed}) where rule is not null"
    )


def gather_facts(warehouse: Warehouse, settings: Settings, unit: Unit, taken: Taken) -> None:
    """Fill `staging.feed_facts`, the one row that the feed rules look at."""
    source, rows_read = unit.source, sum(taken.rows_read)
    quarantined = sum(_quarantined(warehouse).values())
    lost = {"dated_before": 0, "dates_lost": 0}
    if source.feed == "supplier_etas" and unit.is_snapshot:
        lost = warehouse.row("landing/count_dates_lost", source=source.name) or lost
    overruled = all(
        warehouse.value("landing/overruled", source=source.name, place=place_of(settings, file.path), sha256=file.sha256)
        for file in unit.files
    )
    facts = {
        "rows_read": rows_read,
        "rows_good": rows_read - quarantined,
        "previous_rows_good": warehouse.value("landing/count_rows_good", source=source.name),
        **lost,
        # A snapshot that is history only changes nothing, so it can lose nothing.
        "is_snapshot": unit.is_snapshot and not unit.is_older,
        "may_be_empty": source.may_be_empty,
        "overruled": overruled,
        "max_row_drop": settings.guard.max_row_drop,
        "max_date_loss": settings.guard.max_date_loss,
    }
    schema = {"previous_rows_good": pl.Int64, "rows_good": pl.Int64, "rows_read": pl.Int64}
    warehouse.append("staging.feed_facts", pl.DataFrame([facts], schema_overrides=schema))


def accept(warehouse: Warehouse, settings: Settings, run: Run, unit: Unit, taken: Taken, now: datetime) -> None:
    """Make the staged rows the truth of their source. Call within a transaction."""
    source = unit.source
    values = {
        **run.values,
        "source": source.name,
        "is_snapshot": unit.is_snapshot,
        "is_older": unit.is_older,
        "file_number": unit.first_file_number,
        "absent_grace_days": settings.promise.absent_grace_days,
    }
    for name in _statements(unit, taken):
        warehouse.run(name, **values)
    warehouse.run("landing/quarantine", **values)
    reason = "older than the snapshot in force: history only" if unit.is_older else None
    _record(warehouse, settings, run, unit, now, reason, taken)


def reject(warehouse: Warehouse, settings: Settings, run: Run, unit: Unit, now: datetime, reason: str) -> None:
    """Record that the files were refused whole; the last accepted truth stays in force. Call within a transaction."""
    _record(warehouse, settings, run, unit, now, reason, None)


def _statements(unit: Unit, taken: Taken) -> tuple[str, ...]:
    feed = unit.source.feed
    if taken.is_as_in_force:
        return (f"landing/{feed}_restate",) if feed in _RESTATED else ()
    if feed == "supplier_etas":
        stated = ("landing/supplier_etas_statements", "landing/supplier_etas_not_in_force")
        if unit.is_older:
            return stated
        missed = ("landing/supplier_etas_miss",) if unit.is_snapshot else ()
        return (*stated, *_SUPPLY_IN_FORCE, *missed, *_SUPPLY_VERSIONS)
    if unit.is_older:
        return ("landing/rows_not_in_force_" + feed,)
    if feed == "order_lines":
        return _ORDER_LINES
    restated = (f"landing/{feed}_restate",) if feed in _RESTATED and unit.is_snapshot else ()
    return (f"landing/{feed}_forget", f"landing/{feed}_remember", *restated)


def _quarantined(warehouse: Warehouse) -> dict[str, int]:
    return {row["file_id"]: row["rows_quarantined"] for row in warehouse.rows("landing/count_rows")}


def _record(
    warehouse: Warehouse,
    settings: Settings,
    run: Run,
    unit: Unit,
    now: datetime,
    reason: str | None,
    taken: Taken | None,
) -> None:
    """Write the unit's files into `source_files`: without what was taken of them, if they were rejected."""
    quarantined = _quarantined(warehouse)
    for ordinal, file in enumerate(unit.files):
        file_id = unit.file_id(ordinal)
        refused = quarantined.get(file_id, 0) if taken else 0
        warehouse.run(
            "landing/record_file",
            **run.values,
            file_id=file_id,
            file_number=unit.first_file_number + ordinal,
            unit_id=unit.unit_id,
            source=unit.source.name,
            feed=unit.source.feed,
            mode=unit.source.mode,
            path=path_text(file.path),
            place=place_of(settings, file.path),
            sha256=file.sha256,
            modified_at=file.modified_at,
            file_date=file.file_date,
            received_at=naive_utc(now),
            status="landed" if taken else "rejected",
            is_in_force=taken is not None and not unit.is_older,
            rows_landed=taken.rows_read[ordinal] - refused if taken else 0,
            rows_quarantined=refused,
            reason=reason,
            source_settings=unit.source.fingerprint,
            reading=unit.reading or None,
        )
