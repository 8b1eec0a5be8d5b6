"""Dispatch: how many notices a second leave, with every intent and outcome durable, beside SendGrid's own client.

In: `python -m benchmarks.dispatch [--notices N] [--history N] [--runs N] [--latency-ms N]`. Out: medians, and how they compare.
The warehouse, the transport and the connections are the real ones; the provider is another process on this machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import sendgrid
from sendgrid.helpers import mail as parts

from flows.pipeline import system_clock
from flows.stages import Stages
from tasks.migrating import migrate
from tasks.settings import Settings, load_settings, provide_secrets
from tasks.warehouse import open_for_writing, writer_lock

ROOT = Path(__file__).parents[1]
MADE_AT = datetime(2026, 11, 24, 6)
TEXT = "Dear customer,\n\n" + "the item that you wait for will come later than we told you.\n" * 20
HTML = "<html><body>" + "<p>The item that you wait for will come later than we told you.</p>\n" * 40 + "</body></html>\n"
CONFIG = """
[warehouse]
path = "history.duckdb"

[[sources]]
name = "suppliers"
feed = "supplier_etas"
format = "csv"
location = "inbox/suppliers/*.csv"
mode = "snapshot"

[[sources]]
name = "orders"
feed = "order_lines"
format = "csv"
location = "inbox/orders/*.csv"
mode = "snapshot"

[dispatch]
transport = "sendgrid"
from_email = "orders@shop.example"

[dispatch.sendgrid]
base_url = "{base_url}"
"""
# One by one the client needs more than 50 ms a message, so a few tell as much as all would.
ONE_BY_ONE, IN_THREADS, THREADS = 60, 600, 16


def main() -> None:
    """Measure, and say what came of it."""
    options = _options()
    provide_secrets({"SENDGRID_API_KEY": "SG.benchmark.only"})
    with _provider(options.latency_ms) as base_url, tempfile.TemporaryDirectory(prefix="tellwhen-benchmark-") as folder:
        rates: dict[str, list[float]] = {
            "tellwhen dispatch, durable": [],
            f"sendgrid client in {THREADS} threads, nothing written down": [],
            "sendgrid client one by one, nothing written down": [],
        }
        ours, threaded, single = rates.values()
        for number in range(options.runs):
            settings = _shop(Path(folder) / str(number), base_url, options.notices, options.history)
            ours.append(_rate(options.notices, lambda settings=settings: _dispatch(settings, options.notices)))  # type: ignore[misc]
            threaded.append(_rate(IN_THREADS, lambda: _client_in_threads(base_url)))
            single.append(_rate(ONE_BY_ONE, lambda: _client_one_by_one(base_url)))
    print(
        f"{options.notices} notices, {options.history} older ones in the table, a provider that takes {options.latency_ms:g} ms, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; medians of {options.runs} runs"
    )
    ours_at = statistics.median(ours)
    for name, found in rates.items():
        median = statistics.median(found)
        spread = f"{min(found):.0f} to {max(found):.0f}"
        print(
            f"{median:7.0f} notices a second  ({spread:>12})  {name}"
            + ("" if found is ours else f"; ours is {ours_at / median:.1f} times that")
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How many notices a second leave, beside SendGrid's own client.")
    parser.add_argument("--notices", type=int, default=3000)
    parser.add_argument("--history", type=int, default=0, help="older notices in the table")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--latency-ms", type=float, default=50)
    return parser.parse_args()


@contextmanager
def _provider(latency_ms: float) -> Iterator[str]:
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.provider", str(latency_ms)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.communicate(timeout=60)


def _rate(notices: int, send: Callable[[], None]) -> float:
    begun = time.perf_counter()
    send()
    return notices / (time.perf_counter() - begun)


def _shop(folder: Path, base_url: str, notices: int, history: int) -> Settings:
    """A warehouse with so many pending notices, and so many that were accepted in the past, each with its line and its request."""
    folder.mkdir()
    config = folder / "tellwhen.toml"
    config.write_text(CONFIG.format(base_url=base_url))
    settings = load_settings(config)
    with writer_lock(settings.warehouse), open_for_writing(settings.warehouse) as warehouse:
        migrate(warehouse)
        for first in range(0, history, 50_000):
            _add(warehouse, min(50_000, history - first), "accepted", MADE_AT - timedelta(days=30))
        _add(warehouse, notices, "pending", MADE_AT)
    return settings


def _add(warehouse: Any, count: int, state: str, made_at: datetime) -> None:
    ids = [str(uuid.uuid4()) for _ in range(count)]
    told_at = None if state == "pending" else made_at
    plain = {
        "run_id": "run-1", "state": state, "subject": "Your order: a new date", "body_text": TEXT, "body_html": HTML,
        "body_sha256": "0" * 64, "as_of_on": made_at.date(), "created_at": made_at, "updated_at": made_at,
    }  # fmt: skip
    frame = pl.DataFrame({"notice_id": ids, "attempt_id": ids}).with_row_index("number").with_columns(
        customer_id=pl.format("c{}", "number"), to_address=pl.format("c{}@customer.example", "number"),
        told_at=pl.lit(told_at, pl.Datetime("us")), **{name: pl.lit(value) for name, value in plain.items()},
    )  # fmt: skip
    with warehouse.transaction():
        warehouse.append("notices", frame.drop("number", *(["attempt_id"] if state == "pending" else [])))
        lines = frame.select(
            "notice_id", order_id="customer_id", line_no=pl.lit(1), kind=pl.lit("delayed"), is_told=pl.lit(True),
            told_on=pl.lit(made_at.date()), expected_on=pl.lit(made_at.date() + timedelta(days=7)),
        )  # fmt: skip
        warehouse.append("notice_lines", lines)
        if state != "pending":
            finished = frame.select(
                "attempt_id", "notice_id", "run_id", started_at="created_at", finished_at="created_at", outcome=pl.lit("accepted")
            )
            warehouse.append("attempts", finished)


def _dispatch(settings: Settings, notices: int) -> None:
    with writer_lock(settings.warehouse):
        report = Stages(settings, system_clock, "sql").dispatch()
    assert report.states == {"accepted": notices}, report


def _client_one_by_one(base_url: str) -> None:
    client = sendgrid.SendGridAPIClient(api_key="SG.benchmark.only", host=base_url)
    for number in range(ONE_BY_ONE):
        _send(client, number)


def _client_in_threads(base_url: str) -> None:
    client = sendgrid.SendGridAPIClient(api_key="SG.benchmark.only", host=base_url)
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(lambda number: _send(client, number), range(IN_THREADS)):
            pass


def _send(client: Any, number: int) -> None:
    message = parts.Mail("orders@shop.example", f"c{number}@customer.example", "Your order: a new date", TEXT, HTML)
    message.custom_arg = parts.CustomArg("notice_id", str(number))
    assert client.send(message).status_code == 202


if __name__ == "__main__":
    begun = datetime.now(UTC)
    main()
    print(f"measured in {(datetime.now(UTC) - begun).total_seconds():.0f} s")
