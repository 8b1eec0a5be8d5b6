"""The flow by which a person decides, on Prefect's page, about what a guard holds of a run: release it, or discard it.

In: a run id, who decides and why. Out: the same as from `tellwhen notices release` and `discard`, and an artifact that says what it was.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Literal

from prefect import State, flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

from flows.deciding import decide
from flows.pipeline import system_clock
from flows.secrets import provide_from_blocks
from flows.stages import Stages
from flows.steps import is_busy
from tasks import deciding
from tasks.deciding import Word
from tasks.dispatching import DispatchReport
from tasks.errors import NoticesUnsettled
from tasks.runs import naive_utc
from tasks.settings import configuration_path, load_settings

Action = Literal["release", "discard"]


@task(
    name="decide about held notices",
    task_run_name="{action} notices of {run_id}",
    retries=20,
    retry_delay_seconds=30,
    retry_condition_fn=is_busy,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def _decide(config: Path, run_id: str, action: Action, by: str, why: str | None) -> tuple[str, DispatchReport]:
    settings = load_settings(config)
    if action == "release":
        provide_from_blocks(settings.dispatch)
    word = Word(by, why, naive_utc(system_clock()))
    act = {"release": deciding.release, "discard": deciding.discard}[action]
    return decide(settings, Stages(settings, system_clock, "sql"), partial(act, word=word, run=run_id), send=action == "release")


@flow(name="release-notices", flow_run_name="{action} notices of {run_id}", description=__doc__, persist_result=False)
def release_notices(
    run_id: str,
    by: str,
    action: Action = "release",
    why: str | None = None,
    config: str | None = None,
) -> State[None]:
    """Decide about what a guard holds of a run, as `tellwhen notices release` and `tellwhen notices discard` do.

    run_id: the run in the state Held; its summary names it. by: who decides. action: release sends what is still true; discard drops it.
    why: for the record. config: the configuration file; else $TELLWHEN_CONFIG, else ./tellwhen.toml.
    Raises UsageError when nothing of the run is held, NoticesUnsettled when notices failed, are uncertain, or the dispatch stopped,
    WarehouseBusy when another process writes for more than ten minutes.
    """
    done, report = _decide(configuration_path(Path(config) if config else None), run_id, action, by, why)
    sent = ", ".join(f"{count} {state}" for state, count in sorted(report.states.items()))
    message = f"{done}. Sent: {sent}" if sent else done
    create_markdown_artifact(message, key="tellwhen-release", description="What a person decided about held notices, and what it came to.")
    if not report.is_clean:
        raise NoticesUnsettled(report)
    return Completed(message=message)
