"""From nothing to a scheduled run, as docs/operations.md says it: a real server, a real worker, and the paper's own commands."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
import yaml
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

from flows.artifacts import TABLES
from flows.demo.world import DAYS, drop_day, write_world
from flows.progress_on_page import KEY as PROGRESS_KEY
from tasks.settings import load_settings
from tasks.warehouse import open_for_reading
from tests.flows.operations import PAPER, PROJECT, Shop, eventually, open_shop

PREFECT_YAML = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))
NAMES = [deployment["name"] for deployment in PREFECT_YAML["deployments"]]
# Without a schedule: only a person can say that these should run.
BY_HAND = ["release-notices"]
KEYS = {"tellwhen-summary", *(table.key for table in TABLES)}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    config = write_world(folder)
    drop_day(folder, 1)
    with open_shop(folder, config) as opened:
        yield opened


def trigger(shop: Shop, **parameters: str) -> UUID:
    """The paper's command for a run at once; returns the flow run's id."""
    done = shop.command("run", *(word for name, value in parameters.items() for word in ("--param", f"{name}={value}")))
    assert done.returncode == 0, done.stdout + done.stderr
    return max(shop.client.read_flow_runs(), key=lambda run: run.created).id


def artifacts(shop: Shop, flow_run_id: UUID) -> set[str]:
    of_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[flow_run_id]))
    # Where a step takes long, there is also one that says how far the run is.
    return {artifact.key for artifact in shop.client.read_artifacts(artifact_filter=of_run) if artifact.key} - {PROGRESS_KEY}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in BY_HAND])
def test_a_deployment_is_scheduled_by_itself_in_its_time_zone_and_runs_one_at_a_time(shop: Shop, name: str) -> None:
    deployment = shop.deployments[name]
    assert shop.scheduled[name], "Prefect made no scheduled run"
    assert {run.state_name for run in shop.scheduled[name]} == {"Scheduled"}
    assert [schedule.schedule.timezone for schedule in deployment.schedules] == ["UTC"]
    assert deployment.global_concurrency_limit
    assert deployment.global_concurrency_limit.limit == 1
    assert deployment.concurrency_options
    assert deployment.concurrency_options.collision_strategy == "ENQUEUE"
    assert deployment.description
    assert deployment.parameters == {"config": None}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_deployment_for_a_person_has_no_schedule_and_asks_for_what_only_the_person_knows(shop: Shop, name: str) -> None:
    deployment = shop.deployments[name]
    assert deployment.schedules == []
    assert deployment.global_concurrency_limit
    assert {"run_id", "by"} <= set(deployment.parameter_openapi_schema["required"])


def test_no_schedule_fires_in_the_hours_in_which_clocks_change() -> None:
    for deployment in PREFECT_YAML["deployments"]:
        for schedule in deployment.get("schedules", []):
            first_hour = int(schedule["cron"].split()[1].split("-")[0])
            assert first_hour > 3, deployment["name"]


def test_every_deployment_stands_in_the_paper() -> None:
    assert [name for name in NAMES if f"| `{name}` |" not in PAPER] == []
    assert [key for key in KEYS if f"| `{key}` |" not in PAPER] == []


def test_a_second_run_waits_and_a_failed_run_goes_on_when_it_is_run_again_and_tells_nobody_twice(shop: Shop) -> None:
    outbox = shop.folder / "var" / "outbox"
    outbox.parent.mkdir(parents=True)
    outbox.write_text("in the way of a folder")
    first = shop.client.create_flow_run_from_deployment(
        shop.deployments["notify-changes"].id, parameters={"config": None, "as_of": DAYS[0].isoformat(), "announce": True}
    ).id
    # However fast the machine: the first does not end before the second has been seen to wait.
    with shop.halted(first):
        second = trigger(shop)
        eventually("the second run waits", lambda: shop.state_name(second) == "AwaitingConcurrencySlot")
        assert shop.state_name(first) in ("Pending", "Submitting", "Running")
        shop.client.delete_flow_run(second)

    failed = shop.ended(first).state
    assert failed
    assert failed.name == "Failed"
    assert str(outbox) in (failed.message or "")
    assert artifacts(shop, first) == KEYS

    outbox.unlink()
    done = shop.command("retry", str(first))
    assert done.returncode == 0, done.stdout + done.stderr
    again = shop.ended(first, attempt=2).state
    assert again
    assert again.name == "Completed", again.message
    with open_for_reading(load_settings(shop.config).warehouse)[0] as warehouse:
        runs = warehouse.rows("reading/runs")
        notices = warehouse.rows("reading/notices", notice_id=None)
        attempts = [warehouse.rows("reading/notice_attempts", notice_id=notice["notice_id"]) for notice in notices]
    assert [run["status"] for run in runs] == ["committed", "committed"]
    assert {notice["run_id"] for notice in notices} == {runs[-1]["run_id"]}
    assert {notice["state"] for notice in notices} == {"accepted"}
    assert {sum(attempt["outcome"] == "accepted" for attempt in tries) for tries in attempts} == {1}
    assert len(notices) == len(list(outbox.glob("*.eml"))) > 0
