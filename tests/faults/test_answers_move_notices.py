"""A dispatch against a provider that refuses, is busy, falls silent or comes back: where each notice stands afterwards (spec 5)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks.dispatching import pace
from tests.faults.outbox_world import OutboxWorld
from tests.provider.behaviour import ACCEPT, Behaviour, always, in_turn, page, refuse
from tests.provider.loopback import Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FIRST_WAIT_S", 0.02)


def test_each_pending_notice_is_sent_once_over_kept_connections(provider: Provider, tmp_path: Path) -> None:
    world = OutboxWorld(tmp_path, provider.base_url, 200)
    report = world.dispatch()
    assert (report.states, report.is_clean) == (Counter(accepted=200), True)
    assert provider.books.times_taken() == dict.fromkeys(world.notice_ids, 1)
    assert world.rows("select count(*), count(distinct notice_id) from attempts where outcome = 'accepted'") == [(200, 200)]
    assert max(request.connection for request in provider.books.requests) <= 64


def test_no_more_requests_are_open_than_configured(provider: Provider, tmp_path: Path) -> None:
    provider.latency_s = 0.01
    world = OutboxWorld(tmp_path, provider.base_url, 60, dispatch="concurrency = 3")
    world.dispatch()
    assert provider.books.most_open <= 3
    assert world.states() == {"accepted": 60}


@pytest.mark.parametrize(
    "busy", [refuse(429), refuse(429, headers={"X-RateLimit-Reset": "1"}), refuse(503), page(503, {"Retry-After": "0"})]
)
def test_what_nobody_took_is_tried_again_until_it_is_taken(provider: Provider, tmp_path: Path, busy: Behaviour) -> None:
    """Faults 15 and 9 of pitfalls.md."""
    provider.script = in_turn(busy, busy, busy, ACCEPT)
    world = OutboxWorld(tmp_path, provider.base_url, 10)
    assert world.dispatch().is_clean
    assert world.states() == {"accepted": 10}
    assert provider.books.times_taken() == dict.fromkeys(world.notice_ids, 1)
    assert world.rows("select outcome, count(*) from attempts group by all order by all") == [("accepted", 10), ("not_sent", 3)]


def test_a_busy_provider_is_left_in_peace_by_all_for_as_long_as_it_asks(provider: Provider, tmp_path: Path) -> None:
    moments: list[float] = []

    def script(number: int, _body: dict[str, Any]) -> Behaviour:
        moments.append(time.monotonic())
        return refuse(429, headers={"Retry-After": "1"}) if number <= pace.FIRST_WINDOW else ACCEPT

    provider.script = script
    world = OutboxWorld(tmp_path, provider.base_url, 30)
    world.dispatch()
    first_round = [moment for moment in moments if moment - moments[0] < 0.9]
    assert len(first_round) <= pace.FIRST_WINDOW
    assert world.states() == {"accepted": 30}


def test_a_provider_that_refuses_for_ever_is_given_up_and_everything_stays_pending(provider: Provider, tmp_path: Path) -> None:
    """Fault 16."""
    provider.script = always(refuse(429))
    world = OutboxWorld(tmp_path, provider.base_url, 20, dispatch="give_up_after = 0.02")
    report = world.dispatch()
    assert not report.is_clean
    assert "nothing could leave" in str(report.stopped)
    assert world.states() == {"pending": 20}
    assert world.rows("select count(*) from notices where told_at is not null") == [(0,)]
    provider.script = always(ACCEPT)
    assert world.dispatch().states == {"accepted": 20}


def test_without_a_provider_nothing_is_lost_and_nothing_is_told(tmp_path: Path) -> None:
    """Fault 20, and a provider that is down for the whole run."""
    world = OutboxWorld(tmp_path, "http://127.0.0.1:1", 20, dispatch="give_up_after = 0.01")
    assert world.dispatch().stopped
    assert world.states() == {"pending": 20}


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_a_fault_of_the_configuration_stops_the_dispatch_and_burns_no_notice(provider: Provider, tmp_path: Path, status: int) -> None:
    """Fault 17."""
    provider.script = always(refuse(status))
    world = OutboxWorld(tmp_path, provider.base_url, 50)
    assert "dispatch again" in str(world.dispatch().stopped)
    assert world.states() == {"pending": 50}
    assert len(provider.books.requests) <= pace.FIRST_WINDOW


def test_a_notice_that_is_refused_for_good_fails_alone(provider: Provider, tmp_path: Path) -> None:
    """Faults 18 and 19."""
    world = OutboxWorld(tmp_path, provider.base_url, 20)

    def script(_number: int, body: dict[str, Any]) -> Behaviour:
        return refuse(400, {"message": "no address", "field": "to"}) if body["custom_args"]["notice_id"] == world.notice_ids[7] else ACCEPT

    provider.script = script
    report = world.dispatch()
    assert (report.states, report.is_clean, report.stopped) == (Counter(accepted=19, failed=1), False, None)
    assert world.rows("select customer_id, reason from notices where state = 'failed'") == [
        ("c7", "SendGrid answered 400 (no address (to))")
    ]


@pytest.mark.parametrize(
    "silence",
    [
        Behaviour(fault="hang"),
        Behaviour(takes=True, fault="reset"),
        Behaviour(takes=True, fault="half_head"),
        Behaviour(takes=True, fault="half_body"),
        page(502),
        Behaviour(302),
        Behaviour(202, has_message_id=False),
    ],
)
def test_five_riddles_in_a_row_are_enough(provider: Provider, tmp_path: Path, silence: Behaviour) -> None:
    """Faults 9 to 14: a sick provider does not make a thousand of them."""
    provider.script = always(silence)
    world = OutboxWorld(tmp_path, provider.base_url, 300)
    report = world.dispatch()
    assert "without a word" in str(report.stopped)
    assert pace.UNCERTAIN_IN_A_ROW <= world.states()["uncertain"] <= pace.UNCERTAIN_IN_A_ROW + pace.FIRST_WINDOW
    assert world.states()["uncertain"] + world.states()["pending"] == 300


def test_an_uncertain_notice_is_never_sent_again_on_a_guess(provider: Provider, tmp_path: Path) -> None:
    provider.script = in_turn(Behaviour(takes=True, fault="reset"), ACCEPT)
    world = OutboxWorld(tmp_path, provider.base_url, 3)
    assert world.dispatch().states == {"uncertain": 1, "accepted": 2}
    assert world.dispatch().states == {}
    assert provider.books.times_taken() == dict.fromkeys(world.notice_ids, 1)


def test_an_answer_after_our_time_out_leaves_the_notice_uncertain(provider: Provider, tmp_path: Path) -> None:
    provider.script = in_turn(Behaviour(takes=True, delay_s=3), ACCEPT)
    world = OutboxWorld(tmp_path, provider.base_url, 5)
    assert world.dispatch().states == {"uncertain": 1, "accepted": 4}


def test_in_the_sandbox_everything_is_looked_at_once_and_nobody_is_told(provider: Provider, tmp_path: Path) -> None:
    """Fault 21."""
    provider.script = always(Behaviour(200))
    world = OutboxWorld(tmp_path, provider.base_url, 9, sendgrid="sandbox = true")
    report = world.dispatch()
    assert (report.states, report.is_clean) == (Counter(pending=9), True)
    assert len(provider.books.requests) == 9
    assert world.rows("select distinct state, told_at from notices") == [("pending", None)]


def test_a_provider_that_flaps_loses_nothing_and_tells_nobody_twice(provider: Provider, tmp_path: Path) -> None:
    provider.script = lambda number, _body: (refuse(429), ACCEPT, refuse(503), ACCEPT, ACCEPT, ACCEPT)[number % 6]
    world = OutboxWorld(tmp_path, provider.base_url, 120)
    assert world.dispatch().is_clean
    assert provider.books.times_taken() == dict.fromkeys(world.notice_ids, 1)
