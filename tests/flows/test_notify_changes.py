"""The main flow on a real Prefect server: what it shows there, and what the command says of it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest

from flows.demo.world import DAYS, drop_day
from tasks.settings import load_settings
from tasks.warehouse import open_for_writing, writer_lock
from tests.flows.conftest import World
from tests.provider.loopback import API_KEY, Provider

TELLWHEN = [sys.executable, "-m", "flows"]
PROJECT = Path(__file__).parents[2]


def tellwhen(world: World, prefect_api_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TELLWHEN, "--config", str(world.config), *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        env=world.environment(prefect_api_url),
        cwd=PROJECT,
        check=False,
    )


def run(world: World, prefect_api_url: str, day: int, *options: str) -> subprocess.CompletedProcess[str]:
    return tellwhen(world, prefect_api_url, "run", "--json", "--as-of", DAYS[day - 1].isoformat(), *options)


def test_the_flow_tells_those_whose_date_changed_and_its_tasks_have_names_that_read_well(world: World, prefect_api_url: str) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    from flows.notify_changes import notify_changes

    notify_changes(str(world.config), DAYS[0])
    drop_day(world.folder, 2)
    state = notify_changes(str(world.config), DAYS[1], return_state=True)

    summary = state.result()
    assert state.is_completed()
    assert summary.notices["accepted"] == len(list((world.folder / "var" / "outbox").glob("*.eml")))
    flow_run_id: UUID | None = state.state_details.flow_run_id
    assert flow_run_id
    with get_client(sync_client=True) as client:
        flow_run = client.read_flow_run(flow_run_id)
        tasks = client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[flow_run_id])))
    assert flow_run.name.startswith("notify-changes as of 2026-11-25")
    names = {task.name for task in tasks}
    assert {
        "land cascade",
        "land orders",
        "work out promises",
        "decide changes and notices",
        "dispatch notices",
        "publish history",
    } <= names


def test_the_command_uses_the_server_that_is_named_and_its_last_line_is_the_account_of_the_run(world: World, prefect_api_url: str) -> None:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        before = len(client.read_flow_runs())
    result = run(world, prefect_api_url, 1)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.splitlines()[-1])["status"] == "committed"
    with get_client(sync_client=True) as client:
        assert len(client.read_flow_runs()) == before + 1


def test_a_second_run_at_the_same_time_leaves_at_once_with_exit_code_75(world: World, prefect_api_url: str) -> None:
    with writer_lock(load_settings(world.config).warehouse):
        began = time.monotonic()
        result = run(world, prefect_api_url, 1)
    assert result.returncode == 75
    assert "another run" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (world.folder / "var" / "history.duckdb").exists()
    # At once: long before Prefect could have been imported and a flow begun. The bound is generous, machines are shared.
    assert time.monotonic() - began < 60


def test_a_second_run_is_turned_away_while_the_first_still_starts_prefect_and_the_first_goes_on(world: World, prefect_api_url: str) -> None:
    first = subprocess.Popen(
        [*TELLWHEN, "--config", str(world.config), "run", "--as-of", DAYS[0].isoformat()],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env=world.environment(prefect_api_url),
        cwd=PROJECT,
    )
    assert first.stderr
    assert first.stderr.readline().startswith("starting Prefect")
    second = run(world, prefect_api_url, 1)
    _, err = first.communicate(timeout=240)
    assert (second.returncode, second.stdout) == (75, "")
    assert f"process {first.pid}" in second.stderr
    assert first.returncode == 0, err


def test_a_run_without_a_required_source_stops_with_exit_code_3_and_sends_nothing(world: World, prefect_api_url: str) -> None:
    for file in (world.folder / "inbox" / "shop").glob("order_lines_*"):
        file.unlink()
    result = run(world, prefect_api_url, 1, "--announce")
    assert result.returncode == 3
    account = json.loads(result.stdout)
    assert (account["status"], account["landed"]["orders"], account["landed"]["customers"], account["notices"]) == ("stopped", 0, 30, {})
    assert "orders (order_lines)" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (world.folder / "var" / "outbox").exists()


def test_a_dispatch_that_cannot_be_made_exits_with_5_leaves_all_pending_and_the_next_run_sends(world: World, prefect_api_url: str) -> None:
    outbox = world.folder / "var" / "outbox"
    outbox.parent.mkdir(parents=True)
    outbox.write_text("in the way of a folder")
    result = run(world, prefect_api_url, 1, "--announce")
    account = json.loads(result.stdout.splitlines()[-1])
    assert result.returncode == 5
    assert set(account["notices"]) == {"pending"}
    assert str(outbox) in account["stopped"]

    outbox.unlink()
    result = run(world, prefect_api_url, 1, "--announce")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.splitlines()[-1])["notices"] == {"accepted": account["notices"]["pending"]}


@pytest.mark.parametrize("options", [("--no-dispatch",), ("--dry-run",)])
def test_a_run_that_sends_nothing_leaves_no_message(world: World, prefect_api_url: str, options: tuple[str, ...]) -> None:
    result = run(world, prefect_api_url, 1, "--announce", *options)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.splitlines()[-1])["notices"]["pending"] > 0
    assert not (world.folder / "var" / "outbox").exists()
    if options == ("--dry-run",):
        assert not (world.folder / "var" / "history.duckdb").exists()


def test_a_run_that_is_killed_while_it_sends_tells_nobody_twice_and_the_next_tells_the_others(world: World, prefect_api_url: str) -> None:
    """Faults 4, 24 and 27, through Prefect and Great Expectations: the provider keeps the books."""
    with Provider(latency_s=0.3) as provider:
        sending = {
            **world.environment(prefect_api_url),
            "TELLWHEN_DISPATCH__TRANSPORT": "sendgrid",
            "TELLWHEN_DISPATCH__SENDGRID__BASE_URL": provider.base_url,
            "TELLWHEN_DISPATCH__CONCURRENCY": "2",
            "SENDGRID_API_KEY": API_KEY,
        }
        command = [*TELLWHEN, "--config", str(world.config), "run", "--json", "--announce", "--as-of", DAYS[0].isoformat()]
        process = subprocess.Popen(command, env=sending, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and len(provider.books.taken) < 2:
            time.sleep(0.01)
        process.kill()
        process.wait()
        taken = provider.books.times_taken()
        assert taken, "the run was killed while it sent"

        again = subprocess.run(command, env=sending, cwd=PROJECT, capture_output=True, text=True, timeout=240, check=False)
        assert again.returncode == 5, again.stderr
        states = json.loads(again.stdout.splitlines()[-1])["notices"]
        assert 1 <= states["uncertain"] <= 2
        assert states.keys() <= {"accepted", "uncertain"}
        assert set(provider.books.times_taken().values()) == {1}


def test_what_a_run_that_was_killed_had_landed_is_not_landed_again_and_the_next_run_goes_on_from_it(
    world: World, prefect_api_url: str
) -> None:
    settings = load_settings(world.config)
    process = subprocess.Popen(
        [*TELLWHEN, "--config", str(world.config), "run", "--announce", "--as-of", DAYS[0].isoformat()],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env=world.environment(prefect_api_url),
        cwd=PROJECT,
    )
    assert process.stderr
    for line in process.stderr:
        if line.startswith("orders:"):
            break
    process.kill()
    process.wait()
    result = run(world, prefect_api_url, 1, "--announce")
    assert result.returncode == 0, result.stderr
    with open_for_writing(settings.warehouse) as warehouse:
        connection = warehouse.connection
        assert connection.execute("select count(*), count(distinct path) from source_files").fetchone() == (9, 9)
        assert connection.execute("select status from runs order by run_number").fetchall() == [("failed",), ("committed",)]
