"""The flow that tells staff, once a day and after the customers: what their customers were told, whom to call, what to chase.

In: a configuration file. Out: at most one digest a day for each member of staff, and an account of it on Prefect's page (counts only).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import State, flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

from flows.digests import in_words, send_daily
from flows.pipeline import system_clock
from flows.secrets import provide_from_blocks
from flows.steps import is_busy
from tasks.errors import TellwhenError
from tasks.settings import configuration_path, load_settings


@task(
    name="send digests",
    retries=20,
    retry_delay_seconds=30,
    retry_condition_fn=is_busy,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def _send(config: Path, as_of: datetime | None) -> tuple[bool, str]:
    settings = load_settings(config)
    provide_from_blocks(settings.dispatch)
    moment = as_of or system_clock()
    made, report = send_daily(settings, moment if moment.tzinfo else moment.replace(tzinfo=settings.warehouse.zone), system_clock)
    sections = [f"- digests with lines {words}: {made.counts[section]}" for section, words in _SECTIONS.items() if made.counts[section]]
    account = "\n".join([*(f"- {line}" for line in in_words(report)), *sections])
    create_markdown_artifact(account, key="tellwhen-digest", description="What staff were told, after the customers.")
    return report.is_clean, "; ".join(in_words(report))


_SECTIONS = {"call": "to call about", "waiting": "of customers not told yet", "told": "told", "moved": "that moved with nothing to tell"}


@flow(name="staff-digest", description=__doc__, persist_result=False)
def staff_digest(config: str | None = None, as_of: datetime | None = None) -> State[None]:
    """Send each member of staff their digest of the day. Run again, it sends only those that were not sent.

    config: the configuration file; else $TELLWHEN_CONFIG, else ./tellwhen.toml. as_of: the instant the digests speak of; else now.
    Raises TellwhenError when a digest failed, is uncertain or could not leave, WarehouseBusy when another process writes for more than ten
    minutes, UsageError when no run was committed yet.
    """
    is_clean, said = _send(configuration_path(Path(config) if config else None), as_of)
    if not is_clean:
        raise TellwhenError(said)
    return Completed(message=said)
