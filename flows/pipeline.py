"""The pipeline: joins the stages into a run. The one composition that flows, commands, simulations and benchmarks share; no Prefect here.

In: a configuration file and an as-of instant. Out: the warehouse a run further, messages on their way, and a `RunSummary`.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from data_checks.engines import CheckEngine, warm_up
from flows.progress import Progress, silent
from flows.stages import COMPARING, PROMISING, PUBLISHING, SENDING, Stages, composer_for
from flows.summary import RunSummary, summarise
from tasks import publishing, runs
from tasks.calendar import require_known
from tasks.digesting.sending import DigestReport
from tasks.dispatching import DispatchReport
from tasks.errors import ChecksStoppedRun, ConfigurationError, TellwhenError
from tasks.messages.rehearsal import rehearse
from tasks.settings import Settings, load_settings
from tasks.sources.reading import source_problems
from tasks.transports.envelope import Sender
from tasks.transports.registry import transport_for
from tasks.warehouse import writer_lock


class Steps(Protocol):
    """The stages as the pipeline calls them: plain (`Stages`), or wrapped as Prefect tasks (`flows.steps`)."""

    def begin(self, run_id: str, as_of: datetime) -> bool: ...
    def land(self, run_id: str, source_name: str) -> None: ...
    def require_sources(self) -> None: ...
    def promise(self, run_id: str) -> None: ...
    def decide(self, run_id: str, announce: bool) -> None: ...
    def dispatch(self) -> DispatchReport: ...
    def call(self, run_id: str) -> DigestReport: ...
    def finish(self, run_id: str, status: str, reason: str | None = None) -> None: ...
    def publish(self) -> None: ...


def system_clock() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


def new_run_id(as_of: datetime) -> str:
    """An id that sorts by as-of and is never given twice."""
    return f"{as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def run(
    config: Path,
    as_of: datetime,
    *,
    announce: bool = False,
    send: bool = True,
    check_engine: CheckEngine = "great_expectations",
    clock: Callable[[], datetime] = system_clock,
    progress: Progress = silent,
) -> RunSummary:
    """Carry out one run with plain functions, without Prefect."""
    settings = load_settings(config)
    return run_steps(settings, Stages(settings, clock, check_engine, progress), as_of, announce=announce, send=send, progress=progress)


def run_steps(
    settings: Settings, steps: Steps, as_of: datetime, *, announce: bool, send: bool, run_id: str | None = None, progress: Progress = silent
) -> RunSummary:
    """Carry out one run with the given steps.

    Raises WarehouseBusy at once when another process writes, ChecksStoppedRun when a check stopped the run; what was landed by then
    stays landed, and the next run computes from it.
    """
    runs.require_plausible(as_of)
    check_usable(settings, send=send)
    run_id = run_id or new_run_id(as_of)
    report = DispatchReport()
    with writer_lock(settings.warehouse):
        is_current = steps.begin(run_id, as_of)
        try:
            if is_current:
                _compute(settings, steps, run_id, announce, progress)
            if send:
                progress(SENDING)
                report = steps.dispatch()
                # Where customers could not be told, nobody else is: the next run, or the daily digest, says it.
                if is_current and not report.stopped:
                    steps.call(run_id)
        except BaseException as error:
            status = "stopped" if isinstance(error, ChecksStoppedRun) else "failed"
            steps.finish(run_id, status, str(error) or type(error).__name__)
            steps.publish()
            if isinstance(error, ChecksStoppedRun):
                error.summary = summarise(settings, run_id, report)
            raise
        steps.finish(run_id, "outdated", report.stopped)
        steps.publish()
        return summarise(settings, run_id, report)


def plan_of(settings: Settings, *, send: bool) -> list[str]:
    """The steps of a run in order, each by what its progress begins with."""
    return [*(f"{source.name}: " for source in settings.sources), PROMISING, COMPARING, *([SENDING] if send else []), PUBLISHING]


def _compute(settings: Settings, steps: Steps, run_id: str, announce: bool, progress: Progress) -> None:
    for source in settings.sources:
        steps.land(run_id, source.name)
    steps.require_sources()
    progress(PROMISING)
    steps.promise(run_id)
    progress(COMPARING)
    steps.decide(run_id, announce)


def dispatch(settings: Settings, stages: Stages) -> DispatchReport:
    """Send what is pending, without a run."""
    check_usable(settings, send=True)
    with writer_lock(settings.warehouse):
        stages.prepare()
        report = stages.dispatch()
        stages.publish()
        return report


def publish(settings: Settings) -> None:
    """Replace the copy that analysts read, without a run. Raises WarehouseBusy, and TellwhenError while there is nothing to publish."""
    publishing.require_own_place(settings.warehouse)
    if not settings.warehouse.path.exists():
        raise TellwhenError(f"{settings.warehouse.path}: there is no warehouse to publish yet; `tellwhen run` makes it")
    with writer_lock(settings.warehouse):
        publishing.publish(settings.warehouse)


def check_usable(settings: Settings, *, send: bool) -> None:
    """Raise ConfigurationError for all that can be known to be wrong before anything is done: sources, calendar, messages, transport.

    What only sending needs (a key, a password) is not asked for where nothing is sent.
    """
    problems = [problem for source in settings.sources for problem in source_problems(source)]
    requirements: list[Callable[[], None]] = [
        lambda: publishing.require_own_place(settings.warehouse),
        lambda: require_known(settings.promise.calendar),
        lambda: _rehearse(settings),
        lambda: _require_way_out(settings, send=send),
    ]
    for require in requirements:
        try:
            require()
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(problems)


def _rehearse(settings: Settings) -> None:
    composer = composer_for(settings)
    if settings.messages.templates or settings.messages.locales:
        for locale in composer.locales_of_shop:
            rehearse(composer, locale)


def _require_way_out(settings: Settings, *, send: bool) -> None:
    if send:
        transport_for(settings.dispatch, system_clock).close()
    else:
        Sender.of(settings.dispatch)


def warm_up_checks(check_engine: CheckEngine) -> None:
    """Pay for the check engine's import while files are read."""
    threading.Thread(target=warm_up, args=(check_engine,), daemon=True, name="warm-up").start()
