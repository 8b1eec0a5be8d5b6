"""Commands that run: run, dispatch.

In: the configuration. Out: a run further, with an account of it; the exit code says whether people must look (spec 8).
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.context import Context, say
from flows.commands.showing import in_days, plain
from flows.progress import shown
from tasks.errors import ChecksStoppedRun, NoticesUnsettled
from tasks.settings import default_environment
from tasks.warehouse import writer_lock

if TYPE_CHECKING:
    from datetime import datetime

    from flows.summary import RunSummary
    from tasks.dispatching import DispatchReport

# Prefect reads these before its first import. A temporary server takes longer to come up than Prefect's own time-out;
# its analytics would call a host outside; and its log lines would stand between ours.
_PREFECT = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # On the console only: the log on Prefect's page stays whole.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_CLI_PROMPT": "false",
}


def run(
    context: typer.Context,
    as_of: Annotated[str | None, typer.Option(help="The instant the run speaks of; else now.", show_default=False)] = None,
    announce: Annotated[bool, typer.Option("--announce", help="The first run of a warehouse sends, too.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show who would be told what, and change nothing.")] = False,
    no_dispatch: Annotated[bool, typer.Option("--no-dispatch", help="Leave notices pending.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The last line on stdout is one JSON object.")] = False,
) -> None:
    """One run: pull, land, check, promise, compare, tell."""
    options: Context = context.obj
    instant = options.instant(as_of)
    try:
        if dry_run:
            _dry_run(options, instant, announce=announce, as_json=as_json)
            return
        summary = run_flow(options, instant, announce=announce, send=not no_dispatch)
    except ChecksStoppedRun as stopped:
        if as_json:
            show_summary(_account(stopped), as_json=True)
        raise
    show_summary(summary, as_json=as_json)
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)


def run_flow(options: Context, as_of: datetime | None, *, announce: bool = False, send: bool = True) -> RunSummary:
    """One run as a Prefect flow, on the server that PREFECT_API_URL names, else on a temporary one."""
    from flows.pipeline import check_usable, warm_up_checks
    from flows.secrets import missing_secrets

    # The flow knows Prefect's Secret blocks; what they may hold is not missed before.
    check_usable(options.settings, send=send and not missing_secrets(options.settings.dispatch))
    # Held from here on: Prefect takes its time to start, and who comes second must be told at once.
    with writer_lock(options.settings.warehouse):
        warm_up_checks("great_expectations")
        default_environment(_PREFECT)
        with shown(say) as progress:
            progress("starting Prefect (a temporary server takes 10 to 30 s; none is started where PREFECT_API_URL names one)")
            from flows.notify_changes import run_in_terminal

            try:
                return run_in_terminal(options.config_path, as_of, announce, send, progress)
            except NoticesUnsettled as error:
                return _account(error)


def dispatch(context: typer.Context) -> None:
    """Send what is pending."""
    from flows import pipeline
    from flows.stages import Stages

    options: Context = context.obj
    provide_secrets_for(options)
    show_dispatch(pipeline.dispatch(options.settings, Stages(options.settings, options.now, "sql")))


def provide_secrets_for(options: Context) -> None:
    """Take what sending needs and the environment lacks from Prefect's blocks."""
    from flows.secrets import missing_secrets, provide_from_blocks

    if missing_secrets(options.settings.dispatch):
        default_environment(_PREFECT)
        provide_from_blocks(options.settings.dispatch)


def show_dispatch(report: DispatchReport) -> None:
    """What a dispatch did; leaves with its exit code where people must look."""
    print(", ".join(f"{count} {state}" for state, count in sorted(report.states.items())) or "nothing was pending")
    if not report.is_clean:
        if report.stopped:
            say(f"the dispatch stopped: {report.stopped}")
        raise typer.Exit(NoticesUnsettled.exit_code)


def show_summary(summary: RunSummary, *, as_json: bool) -> None:
    """The account of a run."""
    if as_json:
        print(json.dumps(summary.as_json(), ensure_ascii=False))
        return
    from flows.summary import in_words

    print(in_words(summary))


def _account(error: ChecksStoppedRun | NoticesUnsettled) -> RunSummary:
    """The account of the run that ended so."""
    from flows.summary import RunSummary

    assert isinstance(error.summary, RunSummary)
    return error.summary


def _dry_run(options: Context, as_of: datetime | None, *, announce: bool, as_json: bool) -> None:
    """Run on a copy of the warehouse, send nothing, show what would be said, and forget the copy."""
    from flows.dry_run import dry_run

    with tempfile.TemporaryDirectory(prefix="tellwhen-dry-run-") as folder, shown(say) as progress:
        summary, notices = dry_run(options.settings, as_of or options.now(), announce=announce, folder=Path(folder), progress=progress)
    if as_json:
        would = {
            f"would_{verb}": [notice for notice in notices if notice["state"] == state]
            for verb, state in (("send", "pending"), ("hold", "held"))
        }
        print(json.dumps({**summary.as_json(), **would}, default=plain, ensure_ascii=False))
        return
    for notice in notices:
        held = "held: " if notice["state"] == "held" else ""
        print(f"{held}{notice['customer_id']} <{notice['to_address']}>: {notice['subject']}")
        for line in notice["lines"]:
            day = in_days(line)
            print(f"  order {line['order_id']}, line {line['line_no']}: {line['kind']}, told {day['told_on']}, now {day['expected_on']}")
    # The run is forgotten: there is nothing of it to release.
    show_summary(replace(summary, held_because=None), as_json=False)
    if summary.held_because:
        print(f"  A guard would hold what this run makes: {summary.held_because}")
