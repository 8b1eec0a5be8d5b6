"""The stages of a run as Prefect tasks: names that read well in Prefect's page, time limits, and what may be tried again.

In: `Stages`. Out: the same methods, each wrapped as a task. Nothing is cached: what was done is in the warehouse, not in Prefect.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from flows.pipeline import Steps
from flows.stages import Stages
from tasks.errors import WarehouseBusy


@dataclass(frozen=True)
class Step:
    """How one stage appears in Prefect. `timeout_s`: None for what must never be cut off in the middle."""

    task_name: str
    run_name: str
    timeout_s: float | None = None
    retries: int = 0


# Only publishing is tried again by Prefect: it has no effect that could happen twice. The others go on from the warehouse at the next run.
STEPS: dict[str, Step] = {
    "begin": Step("begin run", "begin {run_id}", timeout_s=300),
    "land": Step("land source", "land {source_name}"),
    "require_sources": Step("require sources", "require sources"),
    "promise": Step("work out promises", "work out promises"),
    "decide": Step("decide changes and notices", "decide changes and notices"),
    "dispatch": Step("dispatch notices", "dispatch notices"),
    "call": Step("send call lists", "send call lists"),
    "finish": Step("finish run", "finish run", timeout_s=300),
    "publish": Step("publish history", "publish history", retries=2),
}


def is_busy(_task: Any, _run: Any, state: State) -> bool:
    """Only a busy warehouse is worth another try: it passes by itself."""
    return isinstance(state.result(raise_on_failure=False), WarehouseBusy)


def as_tasks(stages: Stages) -> Steps:
    """The stages, each call a task run."""
    wrapped = {
        method: task(
            getattr(stages, method),
            name=step.task_name,
            task_run_name=step.run_name,
            description=getattr(Stages, method).__doc__,
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=step.retries,
            retry_delay_seconds=5,
            timeout_seconds=step.timeout_s,
        )
        for method, step in STEPS.items()
    }
    return cast(Steps, SimpleNamespace(**wrapped))
