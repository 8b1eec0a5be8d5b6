"""The flow that publishes the history again, by itself: for a copy that was lost, or that a run could not write.

In: a configuration file. Out: a fresh `warehouse.published`; a writer that is at work is waited for.
"""

from __future__ import annotations

from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.pipeline import publish
from flows.steps import is_busy
from tasks.settings import configuration_path, load_settings


@task(
    name="publish history",
    retries=20,
    retry_delay_seconds=30,
    retry_condition_fn=is_busy,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def _publish(config: Path) -> None:
    publish(load_settings(config))


@flow(name="publish-history", description=__doc__, persist_result=False)
def publish_history(config: str | None = None) -> None:
    """Replace the copy that analysts read by the warehouse as it stands.

    config: the configuration file; else $TELLWHEN_CONFIG, else ./tellwhen.toml.
    Raises WarehouseBusy when another process writes for more than ten minutes.
    """
    _publish(configuration_path(Path(config) if config else None))
