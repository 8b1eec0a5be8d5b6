"""High water: how much customers were told, kept beside the warehouse, so that a restored older backup never tells it again.

In: the ledger of the warehouse (`outbox/ledger`). Out: a mark in a file of our own, raised before a request leaves.
The mark may lag behind the warehouse after a crash; a warehouse behind its mark has forgotten what was told since.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from tasks.errors import TellwhenError, WarehouseIsBackup
from tasks.settings import WarehouseSettings
from tasks.warehouse import Warehouse
from tasks.whole_files import write_whole

_MARK = re.compile(r"([0-9a-f-]{36}) ([0-9]{20})\n")
_BACKUP = re.compile(r"backup of ([0-9TZ:-]{20})\n")


@dataclass(frozen=True)
class Mark:
    """How many tellings (requests, and words of people) the warehouse of this id knew of."""

    warehouse_id: str
    tellings: int

    def __str__(self) -> str:
        return f"{self.warehouse_id} {self.tellings:020d}\n"


def ledger_of(warehouse: Warehouse) -> Mark:
    """How much the warehouse itself knows of."""
    row = warehouse.row("outbox/ledger")
    assert row is not None, "the ledger is one row"
    return Mark(row["warehouse_id"], row["tellings"])


def forgotten(settings: WarehouseSettings, warehouse: Warehouse) -> int:
    """How many tellings the warehouse has forgotten; 0 for one that has not, or that is another than the mark's.

    Raises WarehouseIsBackup when nobody knows how many; TellwhenError when the mark cannot be read.
    """
    mark, ledger = _read(settings.mark_path), ledger_of(warehouse)
    return max(0, mark.tellings - ledger.tellings) if mark and mark.warehouse_id == ledger.warehouse_id else 0


def raise_mark(settings: WarehouseSettings, warehouse: Warehouse, tellings: int) -> None:
    """So many tellings were just committed by a person; what the warehouse has forgotten, it does not know again by that."""
    try:
        mark, ledger = _read(settings.mark_path), ledger_of(warehouse)
    except WarehouseIsBackup:
        # It goes on saying that nobody knows.
        return
    known = mark.tellings + tellings if mark and mark.warehouse_id == ledger.warehouse_id else 0
    _set_mark(settings, Mark(ledger.warehouse_id, max(known, ledger.tellings)))


def forgive(settings: WarehouseSettings, warehouse: Warehouse) -> None:
    """Set the mark to where the warehouse stands: a person says that what it has forgotten is dealt with."""
    _set_mark(settings, ledger_of(warehouse))


def write_mark_of_backup(path: Path, made_at: datetime) -> None:
    """The mark of a copy: nobody knows what is told after it, so that nothing is sent from it until a person says so.

    Raises OSError.
    """
    write_whole(path, f"backup of {made_at:%Y-%m-%dT%H:%M:%SZ}\n".encode())


def _set_mark(settings: WarehouseSettings, mark: Mark) -> None:
    with HighWater(settings, mark):
        pass


class HighWater:
    """The mark while a dispatch goes on: written whole, in place, and on the disk before `raise_by` returns."""

    def __init__(self, settings: WarehouseSettings, ledger: Mark) -> None:
        self._path = settings.mark_path
        self._mark = ledger

    def __enter__(self) -> Self:
        try:
            # Whole at once: there is never an empty mark, which nobody could tell from a damaged one.
            write_whole(self._path, str(self._mark).encode())
            self._descriptor = os.open(self._path, os.O_WRONLY)
        except OSError as error:
            raise _unwritable(self._path, error) from None
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.close(self._descriptor)

    def raise_by(self, tellings: int) -> None:
        """So many more are about to be told. Raises TellwhenError: then nothing may leave."""
        self._mark = Mark(self._mark.warehouse_id, self._mark.tellings + tellings)
        try:
            # One short record at the file's start: it is written as a whole or not at all.
            os.pwrite(self._descriptor, str(self._mark).encode(), 0)
            os.fdatasync(self._descriptor)
        except OSError as error:
            raise _unwritable(self._path, error) from None


def _read(path: Path) -> Mark | None:
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise TellwhenError(
            f"{path}: cannot be read ({error}); it says how much customers were told, so nothing is sent without it"
        ) from None
    if backup := _BACKUP.fullmatch(text):
        raise WarehouseIsBackup(
            f"{path}: this warehouse is the backup of {backup[1]}, and nobody knows what customers were told since; nothing is sent. "
            "See to what they know (docs/operations.md), then: tellwhen notices reconcile --by WHO"
        )
    match = _MARK.fullmatch(text)
    if match is None:
        raise TellwhenError(
            f"{path}: does not say how much customers were told; nothing is sent. If this warehouse is no restored backup: "
            "tellwhen notices reconcile --by WHO"
        )
    return Mark(match[1], int(match[2]))


def _unwritable(path: Path, error: OSError) -> TellwhenError:
    return TellwhenError(f"{path}: cannot be written ({error.strerror}); nothing is sent without it. See to the disk and its permissions")
