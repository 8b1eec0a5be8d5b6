"""`sources`: the feeds and their age; `sources accept`: a person overrules a rejection.

In: the warehouse. Out: rows, or a decision on record that the next run acts on.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.commands.context import Context, say
from flows.commands.reading import AsJson
from flows.commands.showing import show
from tasks import publishing
from tasks.errors import UsageError
from tasks.migrating import migrate
from tasks.runs import naive_utc
from tasks.settings import current_user
from tasks.warehouse import open_for_writing, writer_lock

app = typer.Typer(help="The feeds and their age.", invoke_without_command=True, add_completion=False)

_STATE = ("last_accepted_as_of", "last_accepted_at", "path", "rows_landed", "rows_quarantined", "last_rejected_path", "last_rejection")


@app.callback()
def sources(context: typer.Context, as_json: AsJson = False) -> None:
    """The feeds and their age, in the order of the configuration."""
    if context.invoked_subcommand:
        return
    options: Context = context.obj
    now = naive_utc(options.now())
    with options.reading() as warehouse:
        known = {row["source"]: row for row in warehouse.rows("reading/sources")}
    rows = []
    for source in options.settings.sources:
        state: dict[str, Any] = known.get(source.name) or dict.fromkeys(_STATE)
        age = now - state["last_accepted_at"] if state["last_accepted_at"] else None
        rows.append(
            {
                "source": source.name,
                "feed": source.feed,
                "mode": source.mode,
                "location": source.location,
                **{column: state[column] for column in _STATE},
                "age_hours": round(age / timedelta(hours=1), 1) if age is not None else None,
                "is_too_old": age is not None and source.max_age_hours is not None and age > timedelta(hours=source.max_age_hours),
            }
        )
    columns = ["source", "feed", "last_accepted_as_of", "age_hours", "is_too_old", "rows_landed", "rows_quarantined", "last_rejection"]
    show(rows, as_json=as_json, columns=columns)


@app.command()
def accept(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    by: Annotated[str, typer.Option(help="Who decides; else $USER.")] = "",
) -> None:
    """Overrule the rejection of a file that lost too many rows or dates: the next run takes it."""
    options: Context = context.obj
    settings = options.settings
    if settings.source(name) is None:
        known = ", ".join(source.name for source in settings.sources)
        raise UsageError(f"{name!r} is no source; expected one of {known}")
    with writer_lock(settings.warehouse):
        with open_for_writing(settings.warehouse) as warehouse:
            migrate(warehouse)
            rejected = warehouse.rows("landing/rejected_files", source=name)
            matching = [
                row
                for row in rejected
                if str(file.resolve()) == row["path"] or str(file) in (row["path"], row["place"], Path(row["path"]).name)
            ]
            if not matching:
                known = ", ".join(row["path"] for row in rejected) or "none"
                raise UsageError(f"{file}: no file of this name was rejected from {name}; rejected files: {known}")
            newest = matching[0]
            warehouse.run(
                "landing/overrule",
                source=name,
                place=newest["place"],
                sha256=newest["sha256"],
                decided_by=by or current_user() or "unknown",
                now=naive_utc(options.now()),
            )
        publishing.publish(settings.warehouse)
    say(f"{newest['path']}: the rejection is overruled; the next run takes the file ({newest['reason']})")
