"""`notices`: the outbox, looked at and decided about.

In: the commands of `reading` and `deciding`. Out: one command with all of them below it.
"""

from __future__ import annotations

import typer

from flows.commands import deciding, reading

app = typer.Typer(help="The outbox: what went out, what waits, what could not be sent.", invoke_without_command=True, add_completion=False)
app.callback()(reading.notices)
app.command("show")(reading.show_notice)
for command in (deciding.release, deciding.discard, deciding.retry, deciding.resolve, deciding.reconcile):
    app.command()(command)
