"""`replay`: past runs made again from the files they took, held against what they recorded.

In: the warehouse, live or published, and the files that it says it took. Out: what comes out otherwise; exit code 1 where anything does.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.commands.context import Context, say
from flows.commands.showing import show, text_of
from tasks.errors import UsageError
from tasks.runs import naive_utc


def replay(
    context: typer.Context,
    from_as_of: Annotated[str | None, typer.Option("--from", help="Compare runs from this as-of on; else from the first.")] = None,
    to_as_of: Annotated[str | None, typer.Option("--to", help="Compare runs until this as-of; else to the last.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep the scratch warehouse, as it stood at --to, in this new folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on stdout: a list of objects, one a difference.")] = False,
) -> None:
    """Make past runs again and show any difference to what was recorded: exit code 0 none, 1 some."""
    from flows.replaying import Span, file_in_place, settings_that_differ
    from flows.replaying import replay as play

    options: Context = context.obj
    first, last = options.instant(from_as_of), options.instant_or_day(to_as_of)
    if first and last and first > last:
        raise UsageError(f"--from {from_as_of} lies after --to {to_as_of}; expected an earlier instant")
    if keep and keep.exists():
        raise UsageError(f"--keep {keep}: it stands there already; name a new folder")
    span = Span(first and naive_utc(first), last and naive_utc(last))
    with options.reading() as recorded, tempfile.TemporaryDirectory(prefix="tellwhen-replay-") as scratch:
        folder = keep or Path(scratch)
        if others := settings_that_differ(options.settings, recorded, span):
            say(f"made with other settings than today's, or with settings that are on no record: {', '.join(others)}")
        differences, compared = play(options.settings, recorded, span, folder, file_in_place(options.settings), say)
    show(
        [difference.as_row() if as_json else _in_words(difference.as_row()) for difference in differences],
        as_json=as_json,
        empty=f"{compared} runs came out as they were recorded",
    )
    if keep:
        say(f"the scratch warehouse is kept: {keep / 'history.duckdb'}")
    if differences:
        say(f"{len(differences)} differences; {compared} runs were compared")
        raise typer.Exit(1)


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    """The difference with just those columns that differ."""
    then, now = row["recorded"], row["replayed"]
    unlike = [column for column in {**(then or {}), **(now or {})} if then is None or now is None or then.get(column) != now.get(column)]
    return {
        "as_of": row["as_of"],
        "what": row["what"],
        "key": row["key"],
        **{
            side: "nothing" if values is None else ", ".join(f"{column} {text_of(values.get(column)) or 'null'}" for column in unlike)
            for side, values in (("recorded", then), ("replayed", now))
        },
    }
