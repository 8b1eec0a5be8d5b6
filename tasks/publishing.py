"""Publishing: the copy that analysts read, replaced in one step (spec 7).

In: the warehouse, which nobody has open (we hold the writer's lock). Out: `warehouse.published`; readers of the old copy keep it.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from tasks.errors import ConfigurationError, TellwhenError
from tasks.rewriting import is_half_empty, rewrite
from tasks.settings import WarehouseSettings
from tasks.warehouse import open_for_writing
from tasks.whole_files import put_in_place


def require_own_place(settings: WarehouseSettings) -> None:
    """Raise ConfigurationError when the copy would take the place of the warehouse, of its lock, or of what is no file."""
    target = settings.published_path
    log = settings.path.with_name(settings.path.name + ".wal")
    for other, what in ((settings.path, "the warehouse itself"), (log, "its log"), (settings.lock_path, "its lock file")):
        if target.resolve() == other.resolve():
            raise ConfigurationError([f"warehouse.published: {target} is {what}; expected a path of its own"])
    for path, key in ((target, "published"), (settings.path, "path"), (settings.lock_path, "path")):
        if path.exists() and not path.is_file():
            raise ConfigurationError([f"warehouse.{key}: {path} is no file; expected the path of a file, which may be missing"])


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
            warehouse.execute("checkpoint")
            is_worth_rewriting = is_half_empty(warehouse)
        if is_worth_rewriting:
            # Without room for a second file beside it, it is copied as it is.
            with suppress(TellwhenError):
                rewrite(settings)
        shutil.copyfile(settings.path, unfinished)
        put_in_place(unfinished, target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise TellwhenError(
            f"{target}: the copy for analysts could not be written ({error.strerror}); the warehouse itself is whole. "
            "Make room or name another place in [warehouse] published; the next run publishes again"
        ) from None
    return target
