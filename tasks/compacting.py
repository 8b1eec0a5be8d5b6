"""Compacting: forgets what files said long ago, as `[retention]` says, and gives the room back to the disk.

In: the warehouse, which nobody has open (we hold the writer's lock). Out: a smaller one. Promises, changes, notices, requests and what
people told are never touched, and neither is anything that holds today.
"""

from __future__ import annotations

from dataclasses import dataclass

from tasks.migrating import migrate
from tasks.rewriting import rewrite
from tasks.settings import Settings
from tasks.warehouse import open_for_writing

# Statement -> what analysts call the table.
_FORGETTING = {
    "compacting/supply_versions_forget": "supplier_eta_history",
    "compacting/order_line_versions_forget": "order_line_history",
    "compacting/quarantined_rows_forget": "quarantined_rows",
    "compacting/statements_not_in_force_forget": "statements_not_in_force",
    "compacting/check_results_forget": "check_results",
}


@dataclass(frozen=True)
class Compaction:
    """What was forgotten (table -> rows), and the size of the file before and after, in bytes."""

    forgotten: dict[str, int]
    bytes_before: int
    bytes_after: int


def compact(settings: Settings) -> Compaction:
    """Forget what is older than `[retention]` keeps, counted back from the last committed run, and write the file anew."""
    path = settings.warehouse.path
    before = path.stat().st_size
    with open_for_writing(settings.warehouse) as warehouse:
        migrate(warehouse)
        forgotten = dict.fromkeys(_FORGETTING.values(), 0)
        days = settings.retention.landed_days
        kept_from = None if days is None else warehouse.value("compacting/kept_from", landed_days=days)
        if kept_from is not None:
            with warehouse.transaction():
                forgotten = {table: warehouse.value(name, kept_from=kept_from) for name, table in _FORGETTING.items()}
    rewrite(settings.warehouse)
    return Compaction(forgotten, before, path.stat().st_size)
