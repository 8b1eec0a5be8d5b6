"""The account that a run leaves on Prefect's page: for whom it is readable, what it says, and what it must not say."""

from __future__ import annotations

import csv
import json
from contextvars import Context
from dataclasses import dataclass
from dataclasses import replace as replaced
from typing import Any
from uuid import UUID

import pytest
from prefect.artifacts import Artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

import flows.artifacts
from flows.artifacts import TABLES, summary_in_markdown
from flows.demo.world import DAYS, drop_day
from flows.notify_changes import notify_changes
from flows.progress_on_page import KEY as PROGRESS
from flows.summary import RunSummary
from tasks.errors import NoticesUnsettled
from tasks.settings import load_settings
from tasks.warehouse import writer_lock
from tests.flows.conftest import World

pytestmark = pytest.mark.usefixtures("prefect_api_url")

KEYS = {"tellwhen-summary", *(table.key for table in TABLES)}

# A run in which nothing happened.
QUIET = RunSummary(
    run_id="20261201T080000Z-0a1b2c3d",
    as_of="2026-12-01T08:00:00Z",
    status="committed",
    is_baseline=False,
    landed={},
    quarantined={},
    rejected={},
    open_lines=0,
    changes={},
    decisions={},
    notices={},
    to_call=0,
    stopped=None,
)


@dataclass(frozen=True)
class Account:
    """A flow run's state and its artifacts by key."""

    state: Any
    artifacts: dict[str, Any]

    @property
    def summary(self) -> str:
        return str(self.artifacts["tellwhen-summary"].data)

    def table(self, key: str) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = json.loads(self.artifacts[key].data)
        return rows


def replace(world: World, files: str, old: str, new: str) -> None:
    for file in world.folder.glob(files):
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def run(world: World, day: int, **options: Any) -> Account:
    state = notify_changes(str(world.config), DAYS[day - 1], **options, return_state=True)
    flow_run_id: UUID = state.state_details.flow_run_id
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[flow_run_id])))
    # Whether a run takes so long that it shows its progress is the machine's affair.
    return Account(state, {artifact.key: artifact for artifact in found if artifact.key and artifact.key != PROGRESS})


def people(world: World) -> set[str]:
    """Every name and address that the shop gave."""
    files = [*world.folder.glob("inbox/shop/customers_*.csv"), *world.folder.glob("inbox/shop/staff.csv")]
    rows = [row for file in files for row in csv.DictReader(file.open(encoding="utf-8"))]
    return {row[column].strip() for row in rows for column in ("name", "email") if row[column] and row[column].strip()}


def test_a_run_says_who_was_told_who_must_be_called_what_was_refused_and_which_checks_failed_and_names_nobody(world: World) -> None:
    # A shop whose customers' ids are their addresses.
    replace(world, "inbox/shop/order_lines_*.csv", "C-1005", "c1005@example.org")
    first = run(world, 1)
    assert set(first.artifacts) == KEYS
    assert "baseline" in first.summary
    assert first.artifacts["tellwhen-told"].data == "Nobody was told in this run."

    drop_day(world.folder, 2)
    replace(world, "inbox/shop/order_lines_*.csv", "C-1005", "c1005@example.org")
    etas = world.folder / "inbox" / "cascade" / "etas_20261125.csv"
    # A column that slipped: what stands where the date should is somebody's address.
    head, *rows = etas.read_text(encoding="utf-8").splitlines()
    cells = dict(zip(head.split(","), rows[0].split(","), strict=True)) | {"ETA": "Siobhán O'Neil <siobhan@example.org>", "Line": "slipped"}
    etas.write_text("\n".join([head, *rows, ",".join(cells.values())]) + "\n", encoding="utf-8")
    second = run(world, 2)

    assert second.state.is_completed()
    told = second.table("tellwhen-told")
    assert {
        "customer": "C-1013",
        "order": "SO-10213",
        "line": "1",
        "change": "dated",
        "told before": "nothing",
        "told now": "2026-12-10",
    } in [{key: value for key, value in row.items() if key != "notice"} for row in told]
    assert {"(an address)", "C-1006"} <= {row["customer"] for row in second.table("tellwhen-to-call")}
    assert ("cascade", "etas_20261125.csv", "eta_is_a_date") in {
        (row["source"], row["file"], row["rule"]) for row in second.table("tellwhen-quarantined")
    }
    checks = {(row["source"], row["check"], row["severity"]) for row in second.table("tellwhen-failed-checks")}
    assert {("quayside", "file_can_be_read", "critical"), ("cascade", "eta_is_a_date", "warning")} <= checks
    assert "files rejected: 1 of quayside" in second.summary

    everything = "".join(f"{artifact.data}{artifact.description}" for account in (first, second) for artifact in account.artifacts.values())
    assert "@" not in everything
    assert [name for name in people(world) if name in everything] == []


def test_a_run_that_checks_stopped_says_so_and_why(world: World) -> None:
    for file in (world.folder / "inbox" / "shop").glob("order_lines_*"):
        file.unlink()
    account = run(world, 1)
    assert account.state.is_failed()
    assert set(account.artifacts) == KEYS
    assert "stopped by a check before anything could be sent" in account.summary
    assert "orders (order\\_lines)" in account.summary
    assert "- the run broke off" in account.summary


def test_a_dispatch_that_stopped_stands_first_among_what_needs_a_person(world: World) -> None:
    outbox = world.folder / "var" / "outbox"
    outbox.parent.mkdir(parents=True)
    outbox.write_text("in the way of a folder")
    account = run(world, 1, announce=True)
    assert account.state.is_failed()
    needs = account.summary.partition("### What needs a person\n\n")[2]
    assert needs.startswith("- the dispatch stopped")
    assert "cannot be written" in account.summary
    assert account.artifacts["tellwhen-told"].data == "Nobody was told in this run."


def test_a_provider_whose_words_name_an_address_is_quoted_without_it() -> None:
    summary = replaced(QUIET, stopped="554 bob@example.org: [relay] access denied")
    text = summary_in_markdown(summary, NoticesUnsettled(summary))
    assert "> 554 (an address) \\[relay\\] access denied" in text
    assert "@" not in text


def test_an_error_that_is_not_ours_is_named_and_not_quoted() -> None:
    text = summary_in_markdown(QUIET, ValueError("Ann Miller is no number"))
    assert "ValueError" in text
    assert "Miller" not in text


@pytest.mark.parametrize("state", ["uncertain", "failed", "held"])
def test_notices_that_need_a_person_are_counted_with_the_command_that_lists_them(state: str) -> None:
    text = summary_in_markdown(replaced(QUIET, notices={state: 3}), None)
    assert f": 3; `tellwhen notices --state {state}`" in text
    assert "Nothing." in summary_in_markdown(QUIET, None)


def test_a_run_that_cannot_begin_leaves_a_summary_that_says_why(world: World) -> None:
    # As another process does: in this context the lock could be taken again.
    elsewhere, lock = Context(), writer_lock(load_settings(world.config).warehouse)
    elsewhere.run(lock.__enter__)
    account = run(world, 1)
    elsewhere.run(lock.__exit__, None, None, None)
    assert account.state.is_failed()
    assert set(account.artifacts) == {"tellwhen-summary"}
    assert "It did not begin, and nothing was done" in account.summary
    assert "another run" in account.summary


def test_a_long_table_is_cut_and_says_how_many_there_are_and_what_shows_them_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows.artifacts, "MOST_ROWS", 2)
    account = run(world, 1, announce=True)
    assert len(account.table("tellwhen-told")) == 2
    description = account.artifacts["tellwhen-told"].description
    assert description.startswith("Lines whose customers were told in this run: ")
    assert "These are the first 2; `tellwhen who` shows the other" in description


def test_an_account_that_cannot_be_left_does_not_make_the_run_a_failed_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_artifact: Artifact) -> None:
        raise ConnectionError("no server")

    monkeypatch.setattr(Artifact, "create", refuse)
    account = run(world, 1)
    assert account.state.is_completed()
    assert account.artifacts == {}
