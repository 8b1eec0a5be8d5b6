"""`report`: the day and the trends on one page.

In: the warehouse, live or published. Out: one HTML file that needs no network.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.context import Context, say_where
from tasks.errors import TellwhenError
from tasks.warehouse import open_for_reading
from tasks.whole_files import write_whole


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(report)


def report(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The file to write; one that stands there is replaced.")] = Path("tellwhen-report.html"),
) -> None:
    """Changes, who was told, who to call, slip, ageing, checks: one HTML page, no network."""
    # Altair and the scripts of its charts take seconds to load: only who asks for a report waits for them.
    from flows.reporting import Written, page_of, report_of

    options: Context = context.obj
    warehouse, which = open_for_reading(options.settings.warehouse)
    say_where(options.settings, which)
    with warehouse:
        content = report_of(warehouse, Written(options.now(), which, options.unsettled))
    page = page_of(content).encode()
    try:
        write_whole(out, page)
    except OSError as error:
        raise TellwhenError(f"{out}: the report could not be written ({error.strerror}); name another file with --out") from None
    print(out)
