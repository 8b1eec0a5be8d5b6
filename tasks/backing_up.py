"""Backing up: a consistent copy of the warehouse for another place, and a mark beside it that lets nothing be sent from it unseen.

In: the warehouse, which others may read meanwhile (we hold the writer's lock). Out: a folder with the copy and its mark.
The warehouse's own mark is no part of a backup: it has to stay where it is, to know what customers were told after the backup was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tasks import high_water
from tasks.errors import TellwhenError, UsageError
from tasks.settings import WarehouseSettings
from tasks.warehouse import open_at_rest
from tasks.whole_files import UNFINISHED, put_in_place


@dataclass(frozen=True)
class Backup:
    """Where the copy and its mark stand, and the copy's size in bytes."""

    path: Path
    mark_path: Path
    size: int


def back_up(settings: WarehouseSettings, folder: Path, now: datetime) -> Backup:
    """Copy all that is committed, also what only the log holds yet. Killed at any point it leaves no copy or a whole one.

    Raises UsageError where there is nothing to copy, or something stands in the copy's place already; TellwhenError where it cannot be
    written.
    """
    if not settings.path.exists():
        raise UsageError(f"{settings.path}: there is no warehouse to copy yet; `tellwhen run` makes it")
    target = folder / settings.path.name
    if target.exists():
        raise UsageError(f"{target}: stands there already, and no backup takes another's place; name a folder of its own for each")
    made = settings.model_copy(update={"path": target})
    unfinished = target.with_name(f".{target.name}{UNFINISHED}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _forget(unfinished)
        with open_at_rest(settings) as warehouse:
            warehouse.copy_to(unfinished)
        # Before the copy has its name: it never stands there without its mark.
        high_water.write_mark_of_backup(made.mark_path, now)
        put_in_place(unfinished, target)
    except OSError as error:
        raise TellwhenError(
            f"{folder}: the backup could not be written ({error.strerror}); the warehouse itself is whole. "
            "Make room, or name another folder"
        ) from None
    finally:
        _forget(unfinished)
    return Backup(target, made.mark_path, target.stat().st_size)


def _forget(unfinished: Path) -> None:
    """Take away what was not finished, and its log."""
    if unfinished.parent.is_dir():
        unfinished.unlink(missing_ok=True)
        unfinished.with_name(f"{unfinished.name}.wal").unlink(missing_ok=True)
