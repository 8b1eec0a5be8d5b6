"""Commands that keep house: compact.

In: the configuration. Out: a smaller warehouse, a fresh published copy, and an account of what was forgotten.
"""

from __future__ import annotations

import json
from typing import Annotated

import typer

from flows.commands.context import Context, say
from tasks import compacting, publishing
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


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
