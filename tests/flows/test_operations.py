"""From nothing to a scheduled run, as docs/operations.md says it: a real server, a real worker, and the paper's own commands."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from uuid import UUID

import duckdb
import pytest
import yaml
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.states import Crashed

from flows.artifacts import TABLES
from flows.demo.world import DAYS, drop_day, write_world
from flows.progress_on_page import KEY as PROGRESS_KEY
from tasks.settings import load_settings
from tasks.warehouse import open_for_reading
from tests.flows.alerts import Alerts
from tests.flows.operations import PAPER, PROJECT, Shop, eventually, open_shop
from tests.flows.postgres import as_superuser, open_cluster, tools
from tests.provider.behaviour import ACCEPT, Behaviour, in_turn
from tests.provider.loopback import API_KEY, Provider

PREFECT_YAML = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))
NAMES = [deployment["name"] for deployment in PREFECT_YAML["deployments"]]
# Without a schedule: only a person can say that these should run.
BY_HAND = ["release-notices"]
KEYS = {"tellwhen-summary", *(table.key for table in TABLES)}
# One server for all of these tests: on PostgreSQL where it is installed, else on SQLite; which, says the name of each test.
DATABASE = "PostgreSQL" if tools() else "SQLite"


@pytest.fixture(scope="module", params=[DATABASE])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    config = write_world(folder)
    drop_day(folder, 1)
    with (
        open_cluster() if request.param == "PostgreSQL" else nullcontext() as postgres,
        open_shop(folder, config, postgres) as opened,
        opened.in_background("worker"),
    ):
        yield opened


@pytest.fixture(scope="module")
def alerts(shop: Shop) -> Iterator[Alerts]:
    """What comes to the webhook that alerts go to, once the paper's command has been carried out."""
    with Alerts() as webhook:
        for _ in range(2):  # again: it replaces what it made
            done = shop.command("alert", answer=f"{webhook.url}\n")
            assert done.returncode == 0, done.stdout + done.stderr
        assert webhook.url not in done.stdout
        yield webhook


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


@pytest.mark.skipif(DATABASE != "PostgreSQL", reason="PostgreSQL's server is not installed here (Debian: apt-get install postgresql)")
def test_a_server_on_postgresql_keeps_its_runs_there(shop: Shop) -> None:
    asked = [str((tools() or Path()) / "psql"), "--tuples-only", "--host", str(shop.postgres), "--username", "postgres", "prefect"]
    command = as_superuser([*asked, "--command", "select name from deployment"])
    found = subprocess.run(command, cwd="/", capture_output=True, text=True, check=True)
    assert sorted(found.stdout.split()) == sorted(NAMES)
    assert not list((shop.folder / "prefect").glob("*.db")), "a file of SQLite is there, too"


def test_every_automation_is_there_once_and_says_what_the_file_says(shop: Shop, alerts: Alerts) -> None:
    refused = shop.command("alert", answer="#alerts\n")
    assert (refused.returncode, "begins with https://" in refused.stderr) == (2, True), "and nothing was changed"
    described = yaml.safe_load((PROJECT / "automations.yaml").read_text(encoding="utf-8"))["automations"]
    assert [one["name"] for one in described] == ["tellwhen-alert"]
    for words in described:
        (found,) = shop.client.read_automations_by_name(words["name"])
        assert found.enabled
        assert found.trigger.expect == set(words["trigger"]["expect"])  # type: ignore[union-attr]


def test_a_second_run_waits_and_a_failed_run_goes_on_when_it_is_run_again_and_tells_nobody_twice(shop: Shop, alerts: Alerts) -> None:
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
    said = eventually("an alert of the failed run", lambda: alerts.about(first))
    assert "is Failed" in said
    assert str(outbox) in said

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


SENDGRID = """
transport = "sendgrid"
concurrency = 1

[dispatch.sendgrid]
read_timeout_seconds = {longest}
base_url = "{base_url}"
"""
# The provider takes the third message, and says nothing: there the run stands until it is killed, on however slow a machine.
SILENT = Behaviour(takes=True, fault="hang")


def test_a_run_that_dies_with_its_worker_is_made_good_by_the_next_and_nobody_is_told_twice(shop: Shop) -> None:
    with Provider(in_turn(ACCEPT, ACCEPT, SILENT, ACCEPT)) as provider:
        config = write_world(shop.folder / "killed")
        drop_day(config.parent, 1)
        settings = SENDGRID.format(longest=300, base_url=provider.base_url)
        before, rest = config.read_text().split('[dispatch]\ntransport = "outbox"')
        sender = rest.split("\n\n")[0].split("\n", 1)[1]
        config.write_text(f"{before}[dispatch]\n{sender}{settings}\n{rest.partition('[messages]')[1]}{rest.partition('[messages]')[2]}")
        # The worker's environment has no key.
        kept = shop.command("secret", answer=f"{API_KEY}\n")
        assert (kept.returncode, API_KEY in kept.stdout) == (0, False), kept.stderr
        of_run = {"config": str(config), "as_of": DAYS[0].isoformat(), "announce": "true"}

        killed = trigger(shop, **of_run)
        eventually("the provider is silent over the third message", lambda: len(provider.books.taken) == 3)
        shop.kill(killed)
        assert shop.state_name(killed) == "Running", "nobody is left who could say otherwise"
        # On the run's page: Change state.
        shop.client.set_flow_run_state(killed, Crashed(message="its machine lost its power"))

        with shop.in_background("worker"):
            healed = shop.ended(trigger(shop, **of_run)).state
        assert healed
        # The third message: nobody knows whether it went out, so it is not sent again.
        assert healed.name == "Failed", healed.message
        assert "uncertain" in (healed.message or "")
        with duckdb.connect(str(config.parent / "var" / "history.duckdb"), read_only=True) as history:
            states = dict(history.sql("select state, count(*) from notices group by state").fetchall())
            (uncertain,) = history.sql("select notice_id from notices where state = 'uncertain'").fetchone() or ("",)
        assert states == {"accepted": len(provider.books.times_taken()) - 1, "uncertain": 1}
        assert states["accepted"] > 3
        assert set(provider.books.times_taken().values()) == {1}
        assert uncertain == provider.books.taken[2].notice_id
