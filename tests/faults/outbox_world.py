"""A warehouse with notices that wait to be sent, and a provider on loopback to send them to.

In: a folder. Out: a configuration that the real command uses, and what stands in the warehouse, read from outside.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows import pipeline
from flows.stages import Stages
from tasks.dispatching import DispatchReport
from tasks.migrating import migrate
from tasks.settings import Settings, load_settings, provide_secrets
from tasks.warehouse import open_for_writing, writer_lock
from tests.provider.loopback import API_KEY

ROOT = Path(__file__).parents[2]
MADE_AT = datetime(2026, 11, 24, 6)
TOLD_ON, EXPECTED_ON = date(2026, 12, 1), date(2026, 12, 8)

CONFIG = """
[warehouse]
path = "var/history.duckdb"

[[sources]]
name = "acme"
feed = "supplier_etas"
format = "csv"
location = "inbox/acme/*.csv"
mode = "snapshot"

[[sources]]
name = "orders"
feed = "order_lines"
format = "csv"
location = "inbox/orders/*.csv"
mode = "snapshot"

[dispatch]
from_email = "orders@shop.example"
transport = "sendgrid"
{dispatch}

[dispatch.sendgrid]
base_url = "{base_url}"
read_timeout_seconds = 1
{sendgrid}
"""


class OutboxWorld:
    """A shop with so many pending notices, one line each; customer `c7` waits for order `O7`."""

    def __init__(self, folder: Path, base_url: str, notices: int, *, dispatch: str = "", sendgrid: str = "") -> None:
        self.folder = folder
        self.config = folder / "tellwhen.toml"
        self.config.write_text(CONFIG.format(base_url=base_url, dispatch=dispatch, sendgrid=sendgrid))
        self.notice_ids = [str(uuid.uuid5(uuid.NAMESPACE_URL, f"notice {number}")) for number in range(notices)]
        with writer_lock(self.settings.warehouse), open_for_writing(self.settings.warehouse) as warehouse:
            migrate(warehouse)
            with warehouse.transaction():
                if notices:
                    warehouse.append("notices", pl.DataFrame([_notice(*one) for one in enumerate(self.notice_ids)]))
                    warehouse.append("notice_lines", pl.DataFrame([_line(*one) for one in enumerate(self.notice_ids)]))

    def again(self) -> Path:
        """The same shop as it was made, in place of what has become of it; returns its configuration."""
        made, now = self.folder / "made", self.settings.warehouse.path.parent
        if not made.exists():
            shutil.copytree(now, made)
        shutil.rmtree(now)
        shutil.copytree(made, now)
        return self.config

    @property
    def settings(self) -> Settings:
        return load_settings(self.config)

    def dispatch(self) -> DispatchReport:
        """A dispatch in this process."""
        provide_secrets({"SENDGRID_API_KEY": API_KEY})
        return pipeline.dispatch(self.settings, Stages(self.settings, lambda: datetime.now(UTC), "sql"))

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """The real command in a process of its own; the dispatch, unless other words are given."""
        return subprocess.Popen(
            [sys.executable, "-m", "flows", "--config", str(self.config), *(arguments or ("dispatch",))],
            cwd=ROOT, env={**os.environ, "SENDGRID_API_KEY": API_KEY, "TELLWHEN_CONFIG": "", **environment},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What stands in the warehouse, read by somebody else."""
        with duckdb.connect(str(self.settings.warehouse.path), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def change(self, statement: str) -> None:
        """Something that happened to the warehouse."""
        with duckdb.connect(str(self.settings.warehouse.path)) as connection:
            connection.execute(statement)

    def states(self) -> Counter[str]:
        """Notices by state."""
        return Counter(dict(self.rows("select state, count(*) from notices group by state")))

    def state_of(self, number: int) -> str:
        ((state,),) = self.rows(f"select state from notices where notice_id = '{self.notice_ids[number]}'")
        return str(state)


def _notice(number: int, notice_id: str) -> dict[str, Any]:
    return {
        "notice_id": notice_id, "run_id": "run-1", "customer_id": f"c{number}", "state": "pending",
        "to_address": f"c{number}@customer.example", "to_name": f"Customer {number}",
        "subject": "Later", "body_text": "Later.\n", "body_html": "<p>Later.</p>\n", "body_sha256": "0" * 64,
        "as_of_on": MADE_AT.date(), "created_at": MADE_AT, "updated_at": MADE_AT,
    }  # fmt: skip


def _line(number: int, notice_id: str) -> dict[str, Any]:
    return {
        "notice_id": notice_id, "order_id": f"O{number}", "line_no": 1, "kind": "delayed", "is_told": True, "told_on": TOLD_ON,
        "expected_on": EXPECTED_ON,
    }  # fmt: skip
