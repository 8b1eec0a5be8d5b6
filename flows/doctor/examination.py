"""The examination: looks everything up, and has each check say what it finds.

In: the configuration file and the time. Out: findings in the order of the way through the house, and whether the configuration is wrong.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from flows.doctor import (
    calendar,
    clock,
    configuration,
    disk,
    integrity,
    mark,
    notices,
    packages,
    runs,
    schedule,
    sending,
    sources,
    warehouse,
)
from flows.doctor.finding import Finding
from flows.pipeline import check_usable, system_clock
from flows.secrets import provide_from_blocks
from tasks import high_water
from tasks.calendar import count_holidays
from tasks.errors import ConfigurationError, TellwhenError
from tasks.migrating import migrations
from tasks.runs import naive_utc
from tasks.settings import Settings, SourceSettings, load_settings, prefect_access
from tasks.sources.places import files_in_place
from tasks.transports.registry import transport_for
from tasks.warehouse import Warehouse, open_for_reading, open_published

SayWhere = Callable[[Settings, Literal["live", "published"]], None]


@dataclass
class History:
    """What the warehouse says, live or published; empty where there is none, it cannot be opened, or it is of another version."""

    which: Literal["live", "published"] | None = None
    refusal: str | None = None
    migration: int | None = None
    is_read: bool = False
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    notices: Sequence[Mapping[str, Any]] = ()
    runs: Sequence[Mapping[str, Any]] = ()
    wrong: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    forgotten: int = 0
    mark_refusal: str | None = None

    @property
    def newest(self) -> Mapping[str, Any] | None:
        return self.runs[0] if self.runs else None

    @property
    def committed(self) -> Mapping[str, Any] | None:
        return next((run for run in self.runs if run["status"] == "committed"), None)


def examine(config: Path, now: datetime, say_where: SayWhere) -> tuple[list[Finding], bool]:
    """Every finding, and whether the configuration is wrong. A check that cannot be made because another failed is left out."""
    settings, problems = read_configuration(config)
    findings = configuration.findings(config, problems)
    needed = packages.requirements()
    versions = packages.installed(needed)
    findings += packages.findings(needed, versions)
    if settings is not None:
        findings += examine_house(settings, now, say_where)
    findings += schedule.findings(schedule.look(prefect_access()), versions.get("prefect"))
    return findings, bool(problems)


def read_configuration(config: Path) -> tuple[Settings | None, list[str]]:
    """The settings, if the file holds any, and every fault found."""
    try:
        settings = load_settings(config)
    except ConfigurationError as error:
        return None, error.problems
    if prefect_access() is not None:
        # Prefect is slow to import and may need a temporary server: only one that runs already is asked for secrets.
        provide_from_blocks(settings.dispatch)
    try:
        check_usable(settings, send=True)
    except ConfigurationError as error:
        return settings, error.problems
    return settings, []


def examine_house(settings: Settings, now: datetime, say_where: SayWhere) -> Iterator[Finding]:
    """What hangs on the settings."""
    writer = warehouse.writer_of(settings.warehouse)
    history = read_history(settings, say_where)
    utc, is_being_written = naive_utc(now), writer is not None
    facts = warehouse.WarehouseFacts(
        settings.warehouse.path,
        settings.warehouse.path.exists(),
        history.refusal,
        history.migration,
        max(migrations()),
        writer,
        history.which == "published" and writer is None,
        warehouse.file_system_of(settings.warehouse.path, warehouse.mounts()),
    )
    yield from warehouse.findings(facts, now)
    if history.is_read:
        copy = copy_of(settings) if history.which == "live" else None
        yield from runs.findings(runs.RunFacts(history.newest, history.committed, copy), utc, is_being_written)
        yield from integrity.findings(history.wrong)
        yield from notices.findings(history.notices, utc, is_being_written)
        if history.which == "live":
            # The mark goes on while another process writes; the copy does not.
            yield from mark.findings(history.forgotten, history.mark_refusal)
    if history.is_read or not facts.exists:
        for source in settings.sources:
            seen = sources.SourceFacts(source, count_files(source), history.sources.get(source.name))
            yield from sources.findings(seen, utc, has_runs=history.committed is not None)
    yield from calendar_findings(settings.promise.calendar, now.astimezone(settings.warehouse.zone).year)
    yield from sending_findings(settings)
    yield from disk.findings(places(settings), settings.warehouse.path.stat().st_size if facts.exists else 0)
    yield from clock.findings(clock.ClockFacts(now.astimezone(), last_written_at(history), settings.warehouse))


def read_history(settings: Settings, say_where: SayWhere) -> History:
    """Read what there is to read, from the live warehouse or the published copy; says which."""
    if not settings.warehouse.path.exists():
        return History()
    try:
        opened, which = open_for_reading(settings.warehouse)
    except TellwhenError as error:
        return History(refusal=str(error))
    say_where(settings, which)
    with opened:
        migration = opened.value("reading/migration_newest")
        if migration != max(migrations()):
            # Of another version: the statements of this one may name what it does not have.
            return History(which, migration=migration)
        forgotten, refusal = forgotten_by(settings, opened)
        return History(
            which,
            migration=migration,
            is_read=True,
            sources={row["source"]: row for row in opened.rows("reading/sources")},
            notices=opened.rows("reading/notices_waiting"),
            runs=opened.rows("reading/runs_last"),
            wrong={name: opened.rows(name) for name in integrity.STATEMENTS},
            forgotten=forgotten,
            mark_refusal=refusal,
        )


def forgotten_by(settings: Settings, warehouse: Warehouse) -> tuple[int, str | None]:
    """What the warehouse has forgotten by its mark, and why the mark cannot be read."""
    try:
        return high_water.forgotten(settings.warehouse, warehouse), None
    except TellwhenError as error:
        return 0, str(error)


def copy_of(settings: Settings) -> runs.Copy:
    """The published copy, and the last committed run in it."""
    path = settings.warehouse.published_path
    if not path.exists():
        return runs.Copy(path, False, None)
    try:
        with open_published(settings.warehouse) as copy:
            last = copy.row("runs/last_committed")
    except TellwhenError as error:
        return runs.Copy(path, True, None, str(error))
    return runs.Copy(path, True, last["run_id"] if last else None)


def count_files(source: SourceSettings) -> int:
    """How many files stand in a source's place; none in one that cannot be used, which the configuration's check has said."""
    try:
        return len(files_in_place(source))
    except ConfigurationError:
        return 0


def calendar_findings(name: str, year: int) -> list[Finding]:
    """This year's holidays and the next's; nothing of a calendar that nobody knows, which the configuration's check has said."""
    try:
        return calendar.findings(name, {each: count_holidays(name, each) for each in (year, year + 1)})
    except ConfigurationError:
        return []


def sending_findings(settings: Settings) -> list[Finding]:
    """What the transport says; nothing of one that cannot be made, which the configuration's check has said."""
    try:
        transport = transport_for(settings.dispatch, system_clock)
    except ConfigurationError:
        return []
    try:
        return list(sending.findings(settings.dispatch, transport.problems()))
    finally:
        transport.close()


def places(settings: Settings) -> list[disk.Place]:
    """Where a run writes, and a dry run."""
    found = [disk.place("the warehouse", settings.warehouse.path.parent), disk.place("the copy", settings.warehouse.published_path.parent)]
    if settings.dispatch.transport == "outbox":
        found.append(disk.place("messages", settings.dispatch.outbox.path))
    return [*found, disk.place("dry runs", Path(tempfile.gettempdir()))]


def last_written_at(history: History) -> datetime | None:
    """The newest time that the history has of this machine's clock."""
    newest = history.newest
    return (newest["finished_at"] or newest["started_at"]).replace(tzinfo=UTC) if newest else None
