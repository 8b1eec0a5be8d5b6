"""`tellwhen settle`: the spool, SendGrid's suppression lists, and what its log says of what is uncertain (faults 3, 4, 6, 31, 32)."""

from __future__ import annotations

import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows import deliveries
from flows.deliveries import Settlement, settle
from tasks.settings import provide_secrets
from tasks.settling import spool
from tasks.settling.reconciling import Solved, solve
from tasks.settling.taking import Taken
from tasks.transports import sendgrid_reading
from tasks.warehouse import open_for_writing, writer_lock
from tests.faults.outbox_world import EXPECTED_ON, MADE_AT, ROOT, OutboxWorld
from tests.provider.behaviour import ACCEPT, Behaviour, in_turn, page, refuse
from tests.provider.loopback import API_KEY, Provider
from tests.settling.events import event, payload

LOGS = 'log_api = "logs"\nsuppression_lists = false'


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider
        assert provider.records.violations == []


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sendgrid_reading, "PATIENCE_S", 3.0)


def settled(world: OutboxWorld, later: timedelta = timedelta(0)) -> Settlement:
    """A settling in this process, as if so much later."""
    provide_secrets({"SENDGRID_API_KEY": API_KEY})
    return settle(world.settings, lambda: datetime.now(UTC) + later)


def later(provider: Provider, by: timedelta) -> timedelta:
    """The provider's clock goes on, too."""
    provider.records.clock = lambda: datetime.now(UTC) + by
    return by


# --- the spool -----------------------------------------------------------------------------------------------------


def spooled(world: OutboxWorld, *bodies: bytes) -> None:
    for number, body in enumerate(bodies):
        spool.put(world.settings.warehouse.spool_path, f"post-{number}", body)


@pytest.fixture
def quiet(tmp_path: Path) -> OutboxWorld:
    """A world that asks no provider for anything."""
    return OutboxWorld(tmp_path, "http://127.0.0.1:1", 2, sendgrid="suppression_lists = false")


def test_what_the_webhook_brought_is_taken_in_and_then_forgotten(quiet: OutboxWorld) -> None:
    spooled(quiet, payload(event("delivered", quiet.notice_ids[0])), payload(event("dropped", quiet.notice_ids[1])))
    assert settled(quiet).events == Taken(taken=2)
    assert [quiet.state_of(0), quiet.state_of(1)] == ["delivered", "dropped"]
    assert spool.waiting(quiet.settings.warehouse.spool_path) == []
    assert quiet.settings.warehouse.published_path.exists()


def test_a_post_that_is_no_json_is_put_aside_for_a_person_and_keeps_no_other_waiting(quiet: OutboxWorld) -> None:
    spooled(quiet, b"<html>", payload(event("delivered", quiet.notice_ids[0])))
    settlement = settled(quiet)
    assert settlement.events == Taken(taken=1)
    (problem,) = settlement.problems
    assert "refused/post-0.json: is no JSON" in problem
    assert settled(quiet).problems == []


def test_while_another_process_writes_nothing_is_lost(quiet: OutboxWorld) -> None:
    spooled(quiet, payload(event("delivered", quiet.notice_ids[0])))
    process = quiet.start("settle")
    process.communicate(timeout=60)
    assert (process.returncode, quiet.state_of(0)) == (0, "delivered")
    spooled(quiet, payload(event("delivered", quiet.notice_ids[1])))
    with writer_lock(quiet.settings.warehouse):
        process = quiet.start("settle")
        _, err = process.communicate(timeout=60)
    assert (process.returncode, "another run" in err) == (75, True)
    assert settled(quiet).events.taken == 1


def test_before_the_first_run_the_spool_waits(tmp_path: Path) -> None:
    world = OutboxWorld(tmp_path, "http://127.0.0.1:1", 0)
    world.settings.warehouse.path.unlink()
    spooled(world, payload(event("delivered", "n1")))
    assert settled(world).events == Taken()
    assert not world.settings.warehouse.path.exists()
    assert len(spool.waiting(world.settings.warehouse.spool_path)) == 1


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from flows import deliveries
from flows.deliveries import settle
from tasks.settings import load_settings
from tasks.settling import spool, taking

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

{patch}
settle(load_settings(Path(sys.argv[1])), lambda: datetime.now(UTC))
"""
INSTANTS = {
    "before the events are kept": "taking.frame = die",
    "within the transaction": (
        "from tasks.warehouse import Warehouse; was = Warehouse.run\n"
        "Warehouse.run = lambda self, name, **values: die() if name == 'settling/suppressions_forget' else was(self, name, **values)"
    ),
    "after the commit, before the post is forgotten": "spool.done = die",
}


@pytest.mark.parametrize("instant", INSTANTS)
def test_killed_between_the_disk_and_the_commit_no_event_is_lost_or_counted_twice(quiet: OutboxWorld, instant: str) -> None:
    spooled(quiet, payload(event("bounce", quiet.notice_ids[0])), payload(event("delivered", quiet.notice_ids[1])))
    script = KILLED.format(patch=INSTANTS[instant])
    done = subprocess.run([sys.executable, "-c", script, str(quiet.config)], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    settled(quiet)
    assert [quiet.state_of(0), quiet.state_of(1)] == ["bounced", "delivered"]
    assert quiet.rows("select count(*), count(distinct event_key) from delivery_events") == [(2, 2)]
    assert spool.waiting(quiet.settings.warehouse.spool_path) == []


# --- suppression lists ---------------------------------------------------------------------------------------------


def at(*, days_ago: float) -> int:
    return int((datetime.now(UTC) - timedelta(days=days_ago)).timestamp())


def suppressed(world: OutboxWorld) -> list[tuple[str, str, str]]:
    return world.rows("select address, reason, origin from state.suppressions order by all")


def test_the_addresses_of_sendgrids_lists_are_written_to_no_more(provider: Provider, tmp_path: Path) -> None:
    world = OutboxWorld(tmp_path, provider.base_url, 1)
    provider.records.lists = {
        "bounces": [{"created": at(days_ago=3), "email": f"C{n}@customer.example", "reason": "550", "status": "5.1.1"} for n in range(501)],
        "spam_reports": [{"created": at(days_ago=2), "email": "s@customer.example", "ip": "127.0.0.1"}],
        "invalid_emails": [{"created": at(days_ago=2), "email": "i@customer.example", "reason": "no domain"}],
        "unsubscribes": [{"created": at(days_ago=2), "email": "u@customer.example"}],
        "blocks": [{"created": at(days_ago=2), "email": "b@customer.example", "reason": "busy", "status": "4.0.0"}],
    }
    settlement = settled(world)
    assert (settlement.listed, settlement.problems) == (504, [])
    rows = suppressed(world)
    assert len(rows) == 504
    assert ("c7@customer.example", "bounced", "bounces") in rows
    assert [row for row in rows if row[1] != "bounced"] == [
        ("i@customer.example", "invalid", "invalid_emails"),
        ("s@customer.example", "spam_report", "spam_reports"),
        ("u@customer.example", "unsubscribed", "unsubscribes"),
    ]


def test_a_list_is_read_on_from_where_it_was_and_once_a_day_from_its_beginning(provider: Provider, tmp_path: Path) -> None:
    world = OutboxWorld(tmp_path, provider.base_url, 1)
    entries = [{"created": at(days_ago=9), "email": "a@customer.example"}, {"created": at(days_ago=0.01), "email": "b@customer.example"}]
    provider.records.lists = {"unsubscribes": list(entries)}
    settled(world)
    provider.records.asked.clear()
    provider.records.lists["unsubscribes"].append({"created": at(days_ago=0), "email": "c@customer.example"})
    settled(world)
    assert {("start_time" in query) for _, query, _ in provider.records.asked} == {True}
    assert [row[0][0] for row in suppressed(world)] == ["a", "b", "c"]
    del provider.records.lists["unsubscribes"][0]
    settled(world)
    assert [row[0][0] for row in suppressed(world)] == ["a", "b", "c"], "who was taken off is seen once a day"
    settled(world, timedelta(days=1, minutes=1))
    assert [row[0][0] for row in suppressed(world)] == ["b", "c"]


def test_an_address_that_somebody_takes_off_the_list_is_written_to_again_until_it_bounces_anew(provider: Provider, tmp_path: Path) -> None:
    world = OutboxWorld(tmp_path, provider.base_url, 1)
    bounce = event("bounce", email="a@customer.example", timestamp=at(days_ago=5))
    spooled(world, payload(bounce, event("bounce", email="new@customer.example", timestamp=at(days_ago=0))))
    settled(world)
    assert [row[0] for row in suppressed(world)] == ["new@customer.example"]
    spooled(world, payload(event("delivered", email="a@customer.example"), {**bounce, "sg_event_id": "late"}))
    settled(world)
    assert [row[0] for row in suppressed(world)] == ["new@customer.example"]
    spooled(world, payload(event("bounce", email="a@customer.example", timestamp=at(days_ago=1))))
    settled(world)
    assert len(suppressed(world)) == 2


def test_a_busy_sendgrid_is_waited_for_and_a_forbidden_list_is_said(provider: Provider, tmp_path: Path) -> None:
    world = OutboxWorld(tmp_path, provider.base_url, 1)
    provider.records.refusals = [refuse(429, headers={"X-RateLimit-Reset": str(int(datetime.now(UTC).timestamp()) + 1)}), page(502)]
    assert settled(world).problems == []
    provider.records.refusals = [refuse(403)]
    (problem,) = settled(world).problems
    assert "SendGrid answered 403 when asked for /v3/suppression/bounces: $SENDGRID_API_KEY may not read it" in problem


def test_a_sendgrid_that_is_down_is_given_up_and_concludes_nothing(tmp_path: Path) -> None:
    world = OutboxWorld(tmp_path, "http://127.0.0.1:1", 1)
    (problem,) = settled(world).problems
    assert "could not be asked for /v3/suppression/bounces" in problem


# --- what is uncertain ---------------------------------------------------------------------------------------------


# The notices of a world were made at one instant: the one with the lowest id is sent first.
FIRST = min(range(3), key=lambda number: uuid.uuid5(uuid.NAMESPACE_URL, f"notice {number}"))


def riddle(provider: Provider, folder: Path, *, takes: bool, settings: str = LOGS) -> OutboxWorld:
    """A world whose first notice was left uncertain; the provider took it, or not. A later one was accepted."""
    provider.script = in_turn(Behaviour(takes=takes, fault="reset"), ACCEPT)
    world = OutboxWorld(folder, provider.base_url, 3, dispatch="concurrency = 1", sendgrid=settings)
    assert world.dispatch().states == {"uncertain": 1, "accepted": 2}
    return world


@pytest.mark.parametrize("settings", [LOGS, LOGS.replace('"logs"', '"activity"')])
def test_what_the_log_has_was_taken(provider: Provider, tmp_path: Path, settings: str) -> None:
    """Fault 4."""
    world = riddle(provider, tmp_path, takes=True, settings=settings)
    settlement = settled(world)
    assert (settlement.problems, settlement.uncertain, settlement.missing) == ([], 0, 0)
    assert world.state_of(FIRST) == "accepted"
    assert settled(world).found == Taken()


@pytest.mark.parametrize("settings", [LOGS, LOGS.replace('"logs"', '"activity"')])
@pytest.mark.parametrize(
    ("status", "became", "state"),
    [
        ("delivered", {"event": "delivered"}, "delivered"),
        ("bounced", {"event": "bounce", "type": "bounce", "reason": "550 gone"}, "bounced"),
        ("dropped", {"event": "dropped", "reason": "Bounced Address"}, "dropped"),
    ],
)
def test_what_the_log_says_of_it_counts_like_events(
    provider: Provider, tmp_path: Path, settings: str, status: str, became: dict[str, str], state: str
) -> None:
    world = riddle(provider, tmp_path, takes=True, settings=settings)
    message = provider.records.of(world.notice_ids[FIRST])
    message.status, message.events = status, [became]
    assert settled(world).problems == []
    assert world.state_of(FIRST) == state


def still_expected(world: OutboxWorld) -> None:
    """Every line is open, and expects what its notice says."""
    lines = pl.DataFrame(
        {
            "order_id": f"O{number}", "line_no": 1, "customer_id": f"c{number}", "sku": "A", "warehouse_id": "main", "quantity_open": 1,
            "valid_from": MADE_AT,
        }
        for number in range(3)
    )  # fmt: skip
    orders = {
        "ordered_at": MADE_AT,
        "priority": 100,
        "status": "open",
        "partial_ok": True,
        "source": "orders",
        "file_id": "f1",
        "is_absent": False,
        "stated_quantity_open": 1,
    }
    promises = {"run_id": "run-1", "expected_on": EXPECTED_ON, "first_on": EXPECTED_ON, "precision": "day", "cause": "supplier"}
    with writer_lock(world.settings.warehouse), open_for_writing(world.settings.warehouse) as warehouse:
        for table, more in (("order_line_history", orders), ("promise_history", promises)):
            warehouse.append(table, lines.with_columns(**{name: pl.lit(value) for name, value in more.items()}))


def test_what_the_log_does_not_have_goes_out_again_once_it_has_caught_up(provider: Provider, tmp_path: Path) -> None:
    """Faults 3 and 32: before the grace period, and while no later notice shows, silence says nothing."""
    world = riddle(provider, tmp_path, takes=False)
    still_expected(world)
    assert settled(world, later(provider, timedelta(minutes=59))).missing == 0
    provider.records.lag = timedelta(hours=3)
    assert settled(world, later(provider, timedelta(hours=2))).missing == 0
    assert world.state_of(FIRST) == "uncertain"
    assert settled(world, later(provider, timedelta(hours=4))).missing == 1
    assert world.state_of(FIRST) == "pending"
    provider.script = in_turn(ACCEPT)
    assert world.dispatch().states == {"accepted": 1}
    assert provider.books.times_taken() == dict.fromkeys(world.notice_ids, 1)


def test_a_log_that_lags_makes_nobody_be_told_twice(provider: Provider, tmp_path: Path) -> None:
    """Fault 32: taken, not shown for long, then found."""
    world = riddle(provider, tmp_path, takes=True)
    still_expected(world)
    provider.records.lag = timedelta(hours=6)
    for hours in (1, 2, 5):
        assert settled(world, later(provider, timedelta(hours=hours))).uncertain == 1
    settled(world, later(provider, timedelta(hours=7)))
    assert world.state_of(FIRST) == "accepted"


def test_what_is_no_longer_true_does_not_go_out_again(provider: Provider, tmp_path: Path) -> None:
    world = riddle(provider, tmp_path, takes=False)
    assert settled(world, later(provider, timedelta(hours=2))).missing == 1
    assert world.state_of(FIRST) == "superseded"


def test_without_a_log_and_without_events_what_is_uncertain_stays_so(provider: Provider, tmp_path: Path) -> None:
    """Fault 31."""
    world = riddle(provider, tmp_path, takes=False, settings="suppression_lists = false")
    assert settled(world, timedelta(hours=36)).uncertain == 1
    assert world.dispatch().states == {}
    assert provider.records.asked == []


def test_an_answer_of_the_log_that_cannot_be_used_concludes_nothing(provider: Provider, tmp_path: Path) -> None:
    world = riddle(provider, tmp_path, takes=False)
    for wrong in (Behaviour(200, body=b"{}"), Behaviour(200, body=b"no"), refuse(401), refuse(400)):
        provider.records.refusals = [wrong]
        settlement = settled(world, later(provider, timedelta(hours=2)))
        assert len(settlement.problems) == 1
        assert "customer.example" not in settlement.problems[0]
        assert world.state_of(FIRST) == "uncertain"


def test_what_the_webhook_brings_while_the_log_is_asked_counts_before_its_silence(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = riddle(provider, tmp_path, takes=False)
    still_expected(world)

    def asked(*arguments: Any) -> Solved:
        spooled(world, payload(event("processed", world.notice_ids[FIRST])))
        return solve(*arguments)

    monkeypatch.setattr(deliveries, "solve", asked)
    assert settled(world, later(provider, timedelta(hours=2))).missing == 1
    assert world.state_of(FIRST) == "accepted"
    assert world.settings.warehouse.published_path.exists()
