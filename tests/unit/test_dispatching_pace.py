"""The pace of a dispatch: begins slowly, gives way to a provider that is busy, and stops before it makes riddles (spec 5)."""

from __future__ import annotations

import random

import pytest

from tasks.dispatching.pace import FIRST_WINDOW, LONGEST_ASKED_WAIT_S, LONGEST_WAIT_S, UNCERTAIN_IN_A_ROW, Pace, backoff
from tasks.transports.protocol import Outcome

ACCEPTED, FAILED, UNCERTAIN = Outcome("accepted", ""), Outcome("failed", ""), Outcome("uncertain", "")
BUSY, GREYLISTED = Outcome("not_sent", "429", slows_all=True), Outcome("not_sent", "450")


def pace(most: int = 64, give_up_after_s: float = 900) -> Pace:
    return Pace(most, give_up_after_s, random.Random(1))


def test_it_begins_with_few_requests_and_allows_as_many_as_configured_once_all_goes_well() -> None:
    one = pace()
    assert one.room(0, 0) == FIRST_WINDOW
    for _ in range(100):
        one.note(ACCEPTED, 0, 0)
    assert one.room(0, 0) == 64
    assert one.room(60, 0) == 4
    assert one.room(64, 0) == 0


def test_it_never_allows_more_than_configured() -> None:
    assert pace(most=1).room(0, 0) == 1


def test_a_busy_provider_slows_all_and_not_only_one() -> None:
    one = pace()
    one.note(Outcome("not_sent", "429", retry_after_seconds=7, slows_all=True), 0, 10)
    assert one.room(0, 16.9) == 0
    assert one.room(0, 17) == FIRST_WINDOW // 2


def test_the_refusals_of_one_round_slow_it_down_once() -> None:
    one = pace()
    for _ in range(40):
        one.note(ACCEPTED, 0, 0)
    for _ in range(30):
        one.note(BUSY, 1.0, 2.0)
    assert one.window == pytest.approx((FIRST_WINDOW + 40) / 2)


def test_a_refusal_of_one_address_slows_nobody() -> None:
    one = pace()
    one.note(GREYLISTED, 0, 0)
    assert one.room(0, 0) >= FIRST_WINDOW


@pytest.mark.parametrize("asked", [4e9, 301.0])
def test_however_long_a_provider_asks_to_wait_it_is_asked_again_in_minutes(asked: float) -> None:
    one = pace()
    one.note(Outcome("not_sent", "429", retry_after_seconds=asked, slows_all=True), 0, 0)
    assert one.room(0, LONGEST_ASKED_WAIT_S) > 0


def test_backoff_grows_with_each_refusal_and_has_full_jitter() -> None:
    chance = random.Random(7)
    waits = {refusals: [backoff(refusals, chance) for _ in range(300)] for refusals in (1, 3, 50)}
    assert max(waits[1]) <= 1
    assert 3 < max(waits[3]) <= 4
    assert 0.9 * LONGEST_WAIT_S < max(waits[50]) <= LONGEST_WAIT_S
    assert min(waits[50]) < 0.1 * LONGEST_WAIT_S


def test_it_gives_up_when_nothing_could_leave_for_long_enough() -> None:
    one = pace(give_up_after_s=60)
    one.note(BUSY, 0, 0)
    one.note(BUSY, 30, 30)
    assert one.reason_to_stop(59) is None
    assert "1 minutes" in str(one.reason_to_stop(60))
    assert one.paused_until <= 60


def test_one_success_means_that_things_can_leave() -> None:
    one = pace(give_up_after_s=60)
    one.note(BUSY, 0, 0)
    one.note(ACCEPTED, 30, 30)
    assert one.reason_to_stop(61) is None


def test_five_uncertain_in_a_row_stop_it_and_four_with_an_answer_between_do_not() -> None:
    one = pace()
    for _ in range(UNCERTAIN_IN_A_ROW - 1):
        one.note(UNCERTAIN, 0, 0)
    one.note(FAILED, 0, 0)
    for _ in range(UNCERTAIN_IN_A_ROW - 1):
        one.note(UNCERTAIN, 0, 0)
    assert one.reason_to_stop(0) is None
    one.note(UNCERTAIN, 0, 0)
    assert "without a word" in str(one.reason_to_stop(0))
