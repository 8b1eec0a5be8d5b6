"""Putting back: a notice that told nobody waits again to leave, or is superseded where it is no longer true (spec 5).

In: a notice, or all that are held of a run; a transaction is open. Out: the same moved, and the next run looks at their lines.
"""

from __future__ import annotations

from datetime import datetime

from tasks.warehouse import Warehouse


def put_back(warehouse: Warehouse, now: datetime, *, notice_id: str | None = None, run_id: str | None = None) -> None:
    """Name the notice or the run, not both. `now` is naive UTC."""
    warehouse.run("outbox/put_back", now=now, run_id=run_id, notice_id=notice_id)
    warehouse.run("outbox/put_back_unseen", run_id=run_id, notice_id=notice_id)
