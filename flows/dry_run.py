"""A dry run: one run on a copy of the warehouse that is thrown away; nothing is sent and nothing changes.

In: the settings and an as-of instant. Out: the account of the run that would have been, and the notices that it would have made.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.pipeline import run_steps, system_clock
from flows.progress import Progress
from flows.stages import Stages
from flows.summary import RunSummary
from tasks.settings import Settings
from tasks.warehouse import open_copy, writer_lock


def dry_run(
    settings: Settings, as_of: datetime, *, announce: bool, folder: Path, progress: Progress
) -> tuple[RunSummary, list[dict[str, Any]]]:
    """Run in `folder`; returns the summary and what would be sent or held: rows of `notices`, each with its `lines`.

    Raises what a run raises.
    """
    copy = folder / "history.duckdb"
    _copy_warehouse(settings, copy)
    warehouse = settings.warehouse.model_copy(update={"path": copy, "published": folder / "published.duckdb"})
    elsewhere = settings.model_copy(update={"warehouse": warehouse})
    progress("a dry run: on a copy of the warehouse, sending nothing")
    stages = Stages(elsewhere, system_clock, "great_expectations", progress)
    summary = run_steps(elsewhere, stages, as_of, announce=announce, send=False, progress=progress)
    with open_copy(copy) as opened:
        made = [notice for notice in opened.rows("reading/notices", notice_id=None) if notice["state"] in ("pending", "held")]
        return summary, [{**notice, "lines": opened.rows("reading/notice_lines", notice_id=notice["notice_id"])} for notice in made]


def _copy_warehouse(settings: Settings, copy: Path) -> None:
    """Copy the warehouse as it stands. We hold the writer's lock and have no connection open, so the files are at rest."""
    path = settings.warehouse.path
    if not path.exists():
        return
    with writer_lock(settings.warehouse):
        shutil.copyfile(path, copy)
        log = path.with_name(path.name + ".wal")
        if log.exists():
            shutil.copyfile(log, copy.with_name(copy.name + ".wal"))
