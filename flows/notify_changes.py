"""The main flow: pull, land, check, promise, diff, outbox, dispatch, publish.

In: a configuration file and, if not now, an as-of instant. Out: a run in the warehouse and, on Prefect's page, an account of it.
"""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import cast

from prefect import State, flow
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.artifacts import account_of
from flows.pipeline import new_run_id, plan_of, run_steps, system_clock, warm_up_checks
from flows.progress import Progress, silent
from flows.progress_on_page import shown_on_page
from flows.secrets import provide_from_blocks
from flows.stages import Stages
from flows.steps import as_tasks
from flows.summary import RunSummary
from tasks.errors import NoticesUnsettled
from tasks.settings import configuration_path, load_settings

# Where progress is shown: in a terminal when there is one. No parameter, since Prefect keeps parameters.
_progress: ContextVar[Progress] = ContextVar("progress", default=silent)


def run_in_terminal(config: Path, as_of: datetime | None, announce: bool, send: bool, progress: Progress) -> RunSummary:
    """The flow, run here and now, its progress shown by `progress`. Raises what the flow raises."""
    token = _progress.set(progress)
    try:
        # Also of a state that the flow has named itself, what comes back is what it holds.
        return cast(RunSummary, notify_changes(str(config.resolve()), as_of, announce, send))
    finally:
        _progress.reset(token)


def _run_name() -> str:
    as_of = flow_run.parameters.get("as_of")
    return f"notify-changes as of {as_of or 'now'}"


@flow(name="notify-changes", flow_run_name=_run_name, description=__doc__, persist_result=False)
def notify_changes(
    config: str | None = None,
    as_of: datetime | None = None,
    announce: bool = False,
    send: bool = True,
) -> RunSummary | State[RunSummary]:
    """Tell every customer whose date changed, and nobody else.

    config: the configuration file; else $TELLWHEN_CONFIG, else ./tellwhen.toml. as_of: the instant the run speaks of; else now.
    announce: the first run of a warehouse sends, too. send: false leaves notices pending.
    A run whose notices a guard holds ends in the state Held; the deployment release-notices decides about it, too.
    Raises NoticesUnsettled when notices failed, are uncertain, or the dispatch stopped: the run is then seen as failed.
    """
    settings = load_settings(configuration_path(Path(config) if config else None))
    warm_up_checks("great_expectations")
    if send:
        provide_from_blocks(settings.dispatch)
    moment = as_of or system_clock()
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=settings.warehouse.zone)
    # A run of its own each time, also when Prefect runs this flow run again: where to go on stands in the warehouse.
    run_id = new_run_id(moment)
    with account_of(settings, run_id), shown_on_page(plan_of(settings, send=send), _progress.get()) as progress:
        stages = Stages(settings, system_clock, "great_expectations", progress)
        summary = run_steps(settings, as_tasks(stages), moment, announce=announce, send=send, run_id=run_id, progress=progress)
        if summary.exit_code == NoticesUnsettled.exit_code:
            raise NoticesUnsettled(summary)
    return _held(summary) if summary.held_because else summary


def _held(summary: RunSummary) -> State[RunSummary]:
    """The run is done, and a person has to look: a state that can be seen, and waited for, on Prefect's page."""
    message = f"{summary.notices.get('held')} notices are held: {summary.held_because}. Run release-notices with run_id {summary.run_id}."
    return Completed(name="Held", message=message, data=summary)
