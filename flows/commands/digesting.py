"""The command that tells staff: digest.

In: the configuration. Out: a digest of the day for each member of staff, at most one a day; counts on stdout.
"""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.context import Context, say
from flows.commands.running import provide_secrets_for
from tasks.errors import NoticesUnsettled


def digest(
    context: typer.Context,
    as_of: Annotated[str | None, typer.Option(help="The instant the digests speak of; else now.", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the digests that would go out, and send nothing.")] = False,
) -> None:
    """Tell staff what became of their customers and deliveries, once a day: the work of the flow staff-digest."""
    from flows import digests

    options: Context = context.obj
    moment = options.instant(as_of) or options.now()
    if dry_run:
        made = digests.preview(options.settings, moment, options.now)
        for due in made.digests:
            print(f"{due.addressee.staff_id or 'staff.fallback_email'} <{due.addressee.address}>: {due.words.subject}\n\n{due.words.text}")
        say(f"{len(made.digests)} digests would go out; nothing was sent")
        return
    provide_secrets_for(options)
    _, report = digests.send_daily(options.settings, moment, options.now)
    print("\n".join(digests.in_words(report)))
    if not report.is_clean:
        raise typer.Exit(NoticesUnsettled.exit_code)
