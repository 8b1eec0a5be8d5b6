"""Publishing: the copy that analysts read, replaced in one step (spec 7).

In: the warehouse, which nobody has open (we hold the writer's lock). Out: `warehouse.published`; readers of the old copy keep it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tasks.errors import TellwhenError
from tasks.settings import WarehouseSettings
from tasks.warehouse import open_for_writing


def publish(settings: WarehouseSettings) -> Path:
    """Replace the published copy by the warehouse as it stands; returns its path.

    Copying the file is safe here only because no connection of this process is open (an open and close of the file would drop
    DuckDB's own lock) and because opening it once has folded the write-ahead log into it.
    """
    target = settings.published_path
    unfinished = target.with_name(f".{target.name}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with open_for_writing(settings) as warehouse:
            warehouse.connection.execute("checkpoint")
        shutil.copyfile(settings.path, unfinished)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise TellwhenError(
            f"{target}: the copy for analysts could not be written ({error.strerror}); the warehouse itself is whole. "
            "Make room or name another place in [warehouse] published; the next run publishes again"
        ) from None
    return target
