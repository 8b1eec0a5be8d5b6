"""The flow that settles what left: events of the webhook, SendGrid's suppression lists, and its log for what is uncertain.

In: a configuration file. Out: notices and suppressions brought up to date, and an account of it on Prefect's page (counts only).
"""

from __future__ import annotations

from pathlib import Path

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.deliveries import settle
from flows.pipeline import system_clock
from flows.secrets import provide_from_blocks
from tasks.errors import TellwhenError, WarehouseBusy
from tasks.settings import configuration_path, load_settings


@flow(name="settle-deliveries", description=__doc__, persist_result=False)
def settle_deliveries(config: str | None = None) -> State[None]:
    """Settle what left, or leave it to the next run while another process writes.

    config: the configuration file; else $TELLWHEN_CONFIG, else ./tellwhen.toml.
    Raises TellwhenError for what could not be done, after all that could be; the run is then seen as failed.
    """
    settings = load_settings(configuration_path(Path(config) if config else None))
    provide_from_blocks(settings.dispatch)
    try:
        settlement = settle(settings, system_clock)
    except WarehouseBusy:
        return Completed(message="another process writes to the warehouse; the next run settles")
    account = "\n".join(f"- {line}" for line in str(settlement).splitlines())
    create_markdown_artifact(account, key="tellwhen-deliveries", description="What became of notices after they left.")
    if settlement.problems:
        raise TellwhenError("\n".join(settlement.problems))
    return Completed(message=f"{settlement.events.taken + settlement.found.taken} events taken, {settlement.uncertain} notices uncertain")
