"""Rewriting: a warehouse whose file is half empty is written anew, so that copies and backups stay small.

In: the warehouse, which nobody has open (we hold the writer's lock). Out: the same rows in a smaller file, put in its place in one step.
DuckDB fills the room of deleted rows only with later ones, and gives none of it back.
"""

from __future__ import annotations

from tasks.errors import TellwhenError
from tasks.settings import WarehouseSettings
from tasks.warehouse import Warehouse, open_for_writing
from tasks.whole_files import put_in_place

# Below this size nobody minds.
_WORTH_IT_BYTES = 256 * 1024 * 1024


def is_half_empty(warehouse: Warehouse) -> bool:
    """Whether writing the file anew would make it much smaller; ask after a checkpoint."""
    return warehouse.path.stat().st_size >= _WORTH_IT_BYTES and warehouse.empty_share > 0.5


def rewrite(settings: WarehouseSettings) -> None:
    """Write the warehouse anew. Killed at any point it leaves the old file or the new one, whole.

    Raises TellwhenError where there is no room for the new file beside the old one; the old one then stays.
    """
    fresh = settings.path.with_name(f".{settings.path.name}.fresh")
    log = settings.path.with_name(f"{settings.path.name}.wal")
    try:
        fresh.unlink(missing_ok=True)
        with open_for_writing(settings) as warehouse:
            warehouse.execute("checkpoint")
            warehouse.copy_to(fresh)
        if log.exists():
            raise TellwhenError(f"{log}: not everything is in the warehouse's file yet; try again when nobody else has it open")
        put_in_place(fresh, settings.path)
    except OSError as error:
        raise TellwhenError(
            f"{fresh}: the warehouse could not be written anew ({error.strerror}); it stays as it is. "
            "Make room beside it, as much as it holds"
        ) from None
    finally:
        fresh.unlink(missing_ok=True)
