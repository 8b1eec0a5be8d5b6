"""`report`: the day and the trends on one page.

In: the warehouse, live or published. Out: one HTML file that needs no network.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.context import Context
from tasks.errors import TellwhenError
from tasks.whole_files import write_whole


def report(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The file to write; one that stands there is replaced.")] = Path("tellwhen-report.html"),
) -> None:
    """The day and the trends on one page that needs no network: changes, who was told, who to call, checks."""
    # Altair and the scripts of its charts take seconds to load: only who asks for a report waits for them.
    from flows.reporting import Written, page_of, report_of

    options: Context = context.obj
    with options.reading() as warehouse:
        is_live = warehouse.path == options.settings.warehouse.path
        content = report_of(warehouse, Written(options.now(), is_live, options.unsettled))
    page = page_of(content).encode()
    try:
        write_whole(out, page)
    except OSError as error:
        raise TellwhenError(f"{out}: the report could not be written ({error.strerror}); name another file with --out") from None
    print(out)
