"""A run whose notices a guard holds, on a real Prefect server: how it is seen there, and how it is released from there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.client.schemas.objects import State

from flows.demo.world import DAYS
from flows.notify_changes import notify_changes
from flows.release_notices import release_notices
from tasks.settings import load_settings
from tasks.warehouse import open_for_reading
from tests.flows.conftest import World

PROJECT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _shy_guard(prefect_api_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the sample world, a guard holds what is written to more than one customer."""
    monkeypatch.setenv("TELLWHEN_GUARD__GUARD_MIN_CUSTOMERS", "1")
    monkeypatch.setenv("TELLWHEN_GUARD__MAX_CUSTOMER_SHARE", "0.01")


def run(world: World) -> State[Any]:
    state: State[Any] = notify_changes(str(world.config), DAYS[0], announce=True, return_state=True)
    return state


def decide(world: World, run_id: str, action: str) -> State[Any]:
    state: State[Any] = release_notices(run_id, "Pat", action, "looked at", str(world.config), return_state=True)  # type: ignore[arg-type]
    return state


def artifact(state: State[Any], key: str) -> str:
    of_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[state.state_details.flow_run_id]))
    with get_client(sync_client=True) as client:
        return next(str(found.data) for found in client.read_artifacts(artifact_filter=of_run) if found.key == key)


def notice_states(world: World) -> set[str]:
    with open_for_reading(load_settings(world.config).warehouse)[0] as warehouse:
        return {row["state"] for row in warehouse.rows("reading/notices", notice_id=None)}


def letters(world: World) -> int:
    return len(list((world.folder / "var" / "outbox").glob("*.eml")))


def test_a_held_run_is_seen_as_held_with_counts_reasons_and_what_to_do_and_is_released_from_there(world: World) -> None:
    state = run(world)
    summary = state.result()
    assert (state.name, state.is_completed(), summary.exit_code) == ("Held", True, 4)
    count = summary.notices["held"]
    assert count > 1
    assert f"{count} notices are held: {summary.held_because}" in str(state.message)
    assert f"release-notices with run_id {summary.run_id}" in str(state.message)
    account = artifact(state, "tellwhen-summary")
    assert f"notices held by a guard: {count}" in account
    assert "max_customer_share = 0.01" in account
    assert f"tellwhen notices release {summary.run_id} --by YOU" in account
    assert letters(world) == 0

    released = decide(world, summary.run_id, "release")
    assert released.is_completed(), released.message
    assert f"released by Pat: {count} notices pending. Sent: {count} accepted" in artifact(released, "tellwhen-release")
    assert notice_states(world) == {"accepted"}
    assert letters(world) == count


def test_a_held_run_is_discarded_from_there_and_there_is_nothing_left_to_decide(world: World) -> None:
    summary = run(world).result()
    discarded = decide(world, summary.run_id, "discard")
    assert discarded.is_completed(), discarded.message
    assert (notice_states(world), letters(world)) == ({"discarded"}, 0)
    again = decide(world, summary.run_id, "release")
    assert again.is_failed()
    assert "no notice of it is held" in str(again.message)


def test_the_command_exits_with_4_and_says_why_and_what_to_do(world: World, prefect_api_url: str) -> None:
    command = [sys.executable, "-m", "flows", "--config", str(world.config), "run", "--announce", "--as-of", DAYS[0].isoformat()]
    done = subprocess.run(
        command, env=world.environment(prefect_api_url), cwd=PROJECT, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 4, done.stderr
    assert "max_customer_share = 0.01" in done.stdout
    assert "tellwhen notices release 20261124T" in done.stdout
    run_again = subprocess.run(
        [*command[:-3], "--json", *command[-2:]],
        env=world.environment(prefect_api_url), cwd=PROJECT, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    account = json.loads(run_again.stdout.splitlines()[-1])
    assert (run_again.returncode, account["notices"]) == (0, {}), "held notices of an earlier run are that run's"
