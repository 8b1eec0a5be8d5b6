"""Commands that keep house: compact, backup.

In: the configuration. Out: a smaller warehouse with an account of what was forgotten; a copy to restore, and how.
"""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.context import Context, say
from tasks import backing_up, compacting, publishing
from tasks.errors import TellwhenError
from tasks.warehouse import writer_lock


def compact(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="stdout is one JSON object.")] = False,
) -> None:
    """Forget what files said long ago, as [retention] says, and give the room back.

    Promises, changes and notices stay, and all that holds today.
    """
    options: Context = context.obj
    settings = options.settings
    if not settings.warehouse.path.exists():
        raise TellwhenError(f"{settings.warehouse.path}: there is no warehouse to compact yet; `tellwhen run` makes it")
    with writer_lock(settings.warehouse):
        done = compacting.compact(settings)
        publishing.publish(settings.warehouse)
    if as_json:
        typer.echo(json.dumps({"forgotten": done.forgotten, "bytes_before": done.bytes_before, "bytes_after": done.bytes_after}))
        return
    for table, rows in done.forgotten.items():
        typer.echo(f"{table}: {rows:,} rows forgotten")
    if settings.retention.landed_days is None:
        say("nothing is forgotten unless [retention] landed_days says for how long what files said is kept")
    typer.echo(f"{settings.warehouse.path}: {_megabytes(done.bytes_before)} before, {_megabytes(done.bytes_after)} now")


def backup(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to; a folder of its own for each backup.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="stdout is one JSON object.")] = False,
) -> None:
    """Copy the warehouse, as of its last commit, into a folder.

    Others may read meanwhile. While a run writes, nothing is copied.
    """
    options: Context = context.obj
    settings = options.settings.warehouse
    with writer_lock(settings):
        made = backing_up.back_up(settings, folder, options.now())
    if as_json:
        typer.echo(json.dumps({"warehouse": str(made.path), "mark": str(made.mark_path), "bytes": made.size}))
        return
    typer.echo(f"{made.path}: {_megabytes(made.size)}, all that is committed")
    log = settings.path.with_name(f"{settings.path.name}.wal")
    say("to restore it, while nothing of Tellwhen runs:")
    # A log that stays would be that of another file. A mark that stays knows more than the backup's.
    say(f"  cp {shlex.quote(str(made.path))} {shlex.quote(str(settings.path))}")
    say(f"  rm -f {shlex.quote(str(log))}")
    mark = shlex.quote(str(settings.mark_path))
    say(f"  test -e {mark} || cp {shlex.quote(str(made.mark_path))} {mark}")
    say("nothing is sent then until a person has said what customers were told since: docs/operations.md, An older backup was restored")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
