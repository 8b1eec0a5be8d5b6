"""Alerting: puts what Prefect is to do by itself (automations.yaml) on its server, and says where alerts go.

In: `python -m flows.alerting`, the file beside prefect.yaml, and the address of a webhook, asked for or on stdin. Out: a block that keeps
the address, and the automations, in place of those of the same names.
"""

from __future__ import annotations

import asyncio
import getpass
import sys
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from prefect import get_client
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.events.schemas.automations import AutomationCore
from prefect.types import SecretDict

from tasks.errors import TellwhenError, UsageError

FILE = Path("automations.yaml")
BLOCK = "tellwhen-alert"


async def put_on_server(file: Path, address: str) -> list[str]:
    """Make or replace the block and every automation of the file; returns what the automations are called."""
    # The address lets anybody in who knows it: it is kept as a secret, and no page shows it.
    block = CustomWebhookNotificationBlock(
        name=BLOCK,
        url="{{address}}",
        json_data={"text": "{{subject}}\n{{body}}"},
        headers=None,
        cookies=None,
        secrets=SecretDict({"address": address}),
    )
    block_id = await block.asave(BLOCK, overwrite=True)
    described = _described(file)
    async with get_client() as client:
        for words in described:
            for action in words["actions"]:
                if action.get("block_document_id") == BLOCK:
                    action["block_document_id"] = str(block_id)
            automation = AutomationCore.model_validate(words)
            for old in await client.read_automations_by_name(automation.name):
                await client.delete_automation(old.id)
            await client.create_automation(automation)
    return [str(words["name"]) for words in described]


def _described(file: Path) -> list[dict[str, Any]]:
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{file}: is not here; run this in the folder of prefect.yaml") from None
    return list(document["automations"])


def main() -> None:
    """Ask for the address, so that no shell keeps it."""
    address = (getpass.getpass("Address of the webhook that takes alerts: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()
    try:
        if not address.startswith(("https://", "http://")):
            raise UsageError("the address of a webhook begins with https://; nothing was changed")
        names = asyncio.run(put_on_server(FILE, address))
    except TellwhenError as error:
        print(f"tellwhen: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    print(f"on the server: {', '.join(names)}; alerts go to the webhook whose address the block {BLOCK} keeps")


if __name__ == "__main__":
    main()
