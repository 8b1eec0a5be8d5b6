"""Is the warehouse there, of this version, and free to be written?

In: the file, its migrations, its writer's lock and the file system it stands on. Out: findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.doctor.finding import Finding, in_words, ok, problem, warning
from tasks.settings import WarehouseSettings
from tasks.warehouse import writer_is_alive

CHECK = "warehouse"
# A run of ten million order lines takes minutes; one that has held the lock for this long hangs.
LONG_RUN = timedelta(hours=6)
# Two machines see each other's locks on these late, or never.
NETWORK_FILE_SYSTEMS = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs")
MOUNTS = Path("/proc/self/mountinfo")


@dataclass(frozen=True)
class Writer:
    """The process that holds the warehouse for writing."""

    process: str
    since: datetime


@dataclass(frozen=True)
class WarehouseFacts:
    """`refusal` is why it cannot be opened; `file_system` is empty where nobody knows it.

    `is_kept_open` is true when another program than a writer of ours has it open, so that it could not be read.
    `migration` is the newest that the warehouse has seen, None where it could not be read; `known_migration` the newest of this version.
    """

    path: Path
    exists: bool
    refusal: str | None
    migration: int | None
    known_migration: int
    writer: Writer | None
    is_kept_open: bool
    file_system: str


def writer_of(settings: WarehouseSettings) -> Writer | None:
    """Who writes at this moment."""
    if not writer_is_alive(settings):
        return None
    try:
        process = settings.lock_path.read_text(encoding="utf-8", errors="replace").strip()
        since = datetime.fromtimestamp(settings.lock_path.stat().st_mtime, UTC)
    except OSError:
        return None  # it has ended in between
    return Writer(process or "unknown", since)


def mounts() -> list[str]:
    """The lines of this machine's table of mounts; none where there is no such table."""
    return MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines() if MOUNTS.exists() else []


def file_system_of(path: Path, mounted: Iterable[str]) -> str:
    """The type of the file system that a path stands on, from lines of /proc/self/mountinfo (proc(5)); empty where none fits."""
    best, found = -1, ""
    for line in mounted:
        before, divider, after = line.partition(" - ")
        fields = before.split()
        if not divider or len(fields) < 5 or not after:
            continue
        point = Path(fields[4].replace("\\040", " "))
        # A later mount on the same point hides the earlier.
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, found = len(point.parts), after.split()[0]
    return found


def findings(facts: WarehouseFacts, now: datetime) -> Iterator[Finding]:
    """What stands in the way of the next run."""
    if not facts.exists:
        yield ok(
            CHECK,
            f"{facts.path}: there is no warehouse yet, as in any new installation",
            "`tellwhen run --dry-run` shows what a first run would take in; `tellwhen run` makes the warehouse",
        )
    elif facts.refusal and not facts.writer:
        yield problem(CHECK, facts.refusal, "put back a backup (the file and its .wal), or name the right file in [warehouse] path")
    elif facts.migration is not None:
        yield _version(facts.path, facts.migration, facts.known_migration)
    yield from _lock(facts, now)


def _version(path: Path, migration: int, known: int) -> Finding:
    if migration > known:
        found = f"{path}: was written by a newer Tellwhen (migration {migration}; this one knows {known})"
        return problem(CHECK, found, "install that version, or put back a backup from before")
    if migration < known:
        found = f"{path}: is of an older version (migration {migration} of {known})"
        return warning(CHECK, found, "make a backup; the next run brings it to this version by itself")
    return ok(CHECK, f"{path}: opens, and is of this version (migration {migration})")


def _lock(facts: WarehouseFacts, now: datetime) -> Iterator[Finding]:
    if facts.writer:
        held = f"process {facts.writer.process} has been writing for {in_words(now - facts.writer.since)}"
        if now - facts.writer.since > LONG_RUN:
            yield warning(CHECK, f"{held}: it may hang", f"look at it (ps -p {facts.writer.process}); if it is dead to the world, end it")
        else:
            yield ok(CHECK, held)
    if facts.is_kept_open:
        found = f"{facts.path}: another program keeps it open, so that the next run cannot write"
        yield problem(CHECK, found, "close it; the published copy can be kept open by anybody")
    if facts.file_system in NETWORK_FILE_SYSTEMS:
        yield warning(
            CHECK,
            f"{facts.path}: stands on a network file system ({facts.file_system}), where two machines may both take its lock",
            "keep the warehouse on a local disk, and let analysts read the published copy",
        )
