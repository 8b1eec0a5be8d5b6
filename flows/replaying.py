"""A replay: past runs made again from the files they took, in a scratch warehouse, and held against what they recorded.

In: the warehouse, open for reading, and the as-of instants between which to look. Out: a `Difference` for each thing that is unlike.
A run depends on its files, on all runs before it, on its settings, and on what customers had been told meanwhile: a replay begins with the
first run, takes the settings from the record, and before each run puts the notices, words of people and suppressions of then in place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl

from flows.stages import Stages
from tasks import landing, runs
from tasks.errors import ChecksStoppedRun
from tasks.settings import Settings
from tasks.sources.places import FoundFile
from tasks.warehouse import Warehouse, open_for_writing

Row = dict[str, Any]
# Where the bytes of a file on record stand today; None = nowhere.
Finder = Callable[[Mapping[str, Any]], Path | None]

# What is put in place before each run: table -> statement that says how it stood.
_MEANWHILE = {
    "notices": "replay/notices",
    "notice_lines": "replay/notice_lines",
    "state.unseen_notices": "replay/unseen_notices",
    "state.tellings_by_person": "replay/tellings_by_person",
    "state.suppressions": "replay/suppressions",
    "state.overrules": "replay/overrules",
}
# What a run says, and the columns by which two sayings are of the same thing.
_OF_FILES = {"file": ("replay/said_files", ["file_number"])}
_OF_A_RUN = {
    "supply line": ("replay/said_supply", ["supplier_id", "po_number", "po_line", "slice_no"]),
    "order line": ("replay/said_order_lines", ["order_id", "line_no"]),
    "promise": ("replay/said_promises", ["order_id", "line_no"]),
    "change": ("replay/said_changes", ["order_id", "line_no"]),
    "notice": ("replay/said_notices", ["notice_id", "order_id", "line_no"]),
}


@dataclass(frozen=True)
class Difference:
    """One thing of one run: as it was recorded, and as it comes out today; None = it is not there."""

    run_id: str
    as_of: datetime
    what: str
    key: str
    recorded: Row | None
    replayed: Row | None

    def as_row(self) -> Row:
        return asdict(self)


@dataclass(frozen=True)
class Span:
    """The as-of instants, naive UTC, of the runs to compare; None = from the first, to the last."""

    from_as_of: datetime | None
    to_as_of: datetime | None

    def holds(self, as_of: datetime) -> bool:
        return (self.from_as_of is None or as_of >= self.from_as_of) and (self.to_as_of is None or as_of <= self.to_as_of)


def file_in_place(settings: Settings) -> Finder:
    """Looks where the record says that a file was; where the whole folder has moved, below the configuration file's."""

    def find(file: Mapping[str, Any]) -> Path | None:
        paths = (Path(file["path"]), settings.folder / file["place"])
        return next((path for path in paths if path.is_file()), None)

    return find


def replay(
    settings: Settings, recorded: Warehouse, span: Span, folder: Path, find: Finder, progress: Callable[[str], None]
) -> tuple[list[Difference], int]:
    """Make all runs until `span.to_as_of` again in `folder`; returns what differs within the span, and how many runs were compared.

    A file that is gone or changed ends the replay: without it nothing after it could be compared.
    """
    differences: list[Difference] = []
    compared = 0
    for run in recorded.rows("replay/runs", until=span.to_as_of):
        again = _Again(settings, recorded, run, folder, find)
        if lost := again.lost_files():
            return differences + lost, compared
        progress(f"run {run['run_id']}, as of {run['as_of']:%Y-%m-%d %H:%M}")
        stopped = again.play()
        if span.holds(run["as_of"]):
            compared += 1
            differences += stopped + again.differences()
    return differences, compared


class _Again:
    """One run on record, made again."""

    def __init__(self, settings: Settings, recorded: Warehouse, run: Row, folder: Path, find: Finder) -> None:
        then = settings.with_recorded(run["settings"]) if run["settings"] else settings
        scratch = then.warehouse.model_copy(update={"path": folder / "history.duckdb", "published": folder / "published.duckdb"})
        self.settings = then.model_copy(update={"warehouse": scratch})
        self.recorded, self.run, self.find = recorded, run, find
        self.files = recorded.rows("replay/files", run_id=run["run_id"])
        self.stages = Stages(self.settings, lambda: self.run["started_at"].replace(tzinfo=UTC), "sql")

    def lost_files(self) -> list[Difference]:
        """The landed files whose bytes are gone; one that was rejected told nobody anything."""
        lost = []
        for file in self.files:
            if file["status"] == "landed" and (why := self._why_lost(file)):
                lost.append(self._difference("file", f"{file['source']}: {file['path']}: {why}", {"sha256": file["sha256"]}, None))
        return lost

    def play(self) -> list[Difference]:
        """Make the run again as far as it was made; returns whether it was stopped this time."""
        self._put_in_place()
        is_current = self.stages.begin(self.run["run_id"], self.run["as_of"].replace(tzinfo=UTC))
        try:
            if is_current:
                self._land()
            if self.run["status"] == "committed":
                self.stages.promise(self.run["run_id"])
                self.stages.decide(self.run["run_id"], announce=not self.run["is_baseline"])
        except ChecksStoppedRun as stopped:
            return [self._difference("run", "status", {"status": self.run["status"]}, {"status": "stopped", "reason": str(stopped)})]
        finally:
            self.stages.finish(self.run["run_id"], self.run["status"])
        return []

    def differences(self) -> list[Difference]:
        """What the run says otherwise than it did."""
        compared = dict(_OF_FILES)
        if self.run["status"] == "committed" and not self.run["is_replaced"]:
            compared |= _OF_A_RUN
        values = {"run_id": self.run["run_id"], "as_of": self.run["as_of"]}
        with open_for_writing(self.settings.warehouse) as scratch:
            return [
                self._difference(what, key, then, now)
                for what, (statement, keys) in compared.items()
                for key, then, now in unlike(self.recorded.frame(statement, **values), scratch.frame(statement, **values), keys)
            ]

    def _put_in_place(self) -> None:
        """What happened between the runs, and what of this run's own doing is no question of dates."""
        self.stages.prepare()
        with open_for_writing(self.settings.warehouse) as scratch, scratch.transaction():
            scratch.clear(*_MEANWHILE)
            for table, statement in _MEANWHILE.items():
                scratch.append(table, self.recorded.frame(statement, now=self.run["started_at"]))

    def _land(self) -> None:
        with open_for_writing(self.settings.warehouse) as scratch:
            run = runs.load(scratch, self.run["run_id"])
            for _, unit in groupby(self.files, key=lambda file: file["unit_id"]):
                files = list(unit)
                source = self.settings.source(files[0]["source"])
                if source is None:
                    continue  # its settings are on no record and it is configured no more: the files differ
                found = [FoundFile(self._path(file), file["modified_at"], file["sha256"], file["file_date"]) for file in files]
                if all(self._why_lost(file) is None for file in files):
                    landing.clear_working_tables(scratch)
                    self.stages.land_unit(scratch, run, source, found)
                else:
                    with scratch.transaction():
                        number = landing.next_unit(scratch, source, found)
                        landing.reject(scratch, self.settings, run, number, self.stages.clock(), files[0]["reason"])
            landing.clear_working_tables(scratch)

    def _path(self, file: Row) -> Path:
        return self.find(file) or Path(file["path"])

    def _why_lost(self, file: Row) -> str | None:
        path = self.find(file)
        if path is None:
            return "the file is gone"
        with path.open("rb") as stream:
            is_same = hashlib.file_digest(stream, "sha256").hexdigest() == file["sha256"]
        return None if is_same else "the file has changed since"

    def _difference(self, what: str, key: str, recorded: Row | None, replayed: Row | None) -> Difference:
        return Difference(self.run["run_id"], self.run["as_of"], what, key, recorded, replayed)


def unlike(recorded: pl.DataFrame, replayed: pl.DataFrame, keys: list[str]) -> Iterator[tuple[str, Row | None, Row | None]]:
    """The rows of two frames with the same columns that are not the same, by key: as recorded, and as replayed."""
    columns = recorded.columns
    then = recorded.join(replayed, on=columns, how="anti", nulls_equal=True).rows_by_key(keys, named=True, unique=True)
    now = replayed.join(recorded, on=columns, how="anti", nulls_equal=True).rows_by_key(keys, named=True, unique=True)
    for key in sorted({*then, *now}, key=repr):
        text = "/".join(map(str, key)) if isinstance(key, tuple) else str(key)
        yield text, then.get(key), now.get(key)


def settings_that_differ(settings: Settings, recorded: Warehouse, span: Span) -> list[str]:
    """The ids of the runs in the span that were made with other settings than today's, or with settings that are on no record."""
    return [
        run["run_id"]
        for run in recorded.rows("replay/runs", until=span.to_as_of)
        if span.holds(run["as_of"]) and run["settings"] != settings.as_recorded
    ]
