"""Hand-worked cases of spec 4 and 5: what is news, what is decided, what goes out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from given import SOURCES, at, etas, orders, people
from oracle import Expected, Numbers, Oracle
from oracle_changes import Thresholds, Told, change_of
from oracle_days import Calendar

LINE = ("O1", 1)
THRESHOLDS = Thresholds(min_days_later=2, min_days_earlier=2, missed_grace_days=1, announce_early_at_first_sight=False)
TENTH = date(2026, 12, 10)


def decision(expected: Expected) -> tuple[str, str] | None:
    change = expected.changes.get(LINE)
    return (change.kind, change.decision) if change else None


def told_oracle(**numbers: Any) -> Oracle:
    """A warehouse whose customer C1 was told the 15th (ETA the 10th) by a notice of 1 December."""
    oracle = Oracle(SOURCES, Numbers(**{"max_order_age_hours": 9999, **numbers}))
    expected = oracle.run(at("12-01"), [etas({}), orders({}), people(C1="email")], announce=True)
    assert [(notice.customer_id, notice.state) for notice in expected.notices] == [("C1", "accepted")]
    assert expected.told[LINE] == Told(True, date(2026, 12, 15), by_us=True)
    return oracle


@pytest.mark.parametrize(
    ("told", "expected_on", "kind"),
    [
        (Told(True, TENTH), date(2026, 12, 12), "delayed"),
        (Told(True, TENTH), date(2026, 12, 11), None),
        (Told(True, TENTH, by_us=True), date(2026, 12, 8), "advanced"),
        (Told(True, TENTH), date(2026, 12, 8), None),
        (Told(True, TENTH), None, "unknown"),
        (Told(True, None, by_us=True), TENTH, "dated"),
        (Told(False, None), TENTH, "dated"),
        (Told(False, None), None, "unknown"),
        (Told(True, None, by_us=True), None, None),
        (Told(True, date(2026, 11, 30)), date(2026, 11, 30), "missed"),
        (Told(True, date(2026, 12, 1)), date(2026, 12, 1), None),
        (Told(True, date(2026, 11, 30)), date(2026, 12, 1), "missed"),
        (Told(True, date(2026, 11, 30)), date(2026, 12, 2), "delayed"),
    ],
)
def test_the_table_of_changes(told: Told, expected_on: date | None, kind: str | None) -> None:
    """As of Wednesday 2 December, thresholds of two days, one business day of grace."""
    change = change_of(told, expected_on, date(2026, 12, 2), THRESHOLDS, Calendar.of())
    assert (change.kind if change else None) == kind


def test_a_delay_is_told_once() -> None:
    oracle = told_oracle()
    expected = oracle.run(at("12-02"), [etas({"eta": "2026-12-11"})])
    assert decision(expected) == ("delayed", "notify")
    assert expected.told[LINE].told_on == date(2026, 12, 16)
    assert oracle.run(at("12-03"), [etas({"eta": "2026-12-11"})]).changes == {}


def test_the_first_run_is_a_baseline_and_a_line_keeps_it_until_its_date_moves() -> None:
    oracle = Oracle(SOURCES)
    everything = [etas({}), orders({"promised_on": "2026-12-08"}), people(C1="email")]
    first = oracle.run(at("12-01"), everything)
    assert (decision(first), first.recorded, first.notices) == (("delayed", "baseline"), {LINE}, [])
    second = oracle.run(at("12-02"), everything)
    assert (decision(second), second.recorded) == (("delayed", "baseline"), set())
    third = oracle.run(at("12-03"), [etas({"eta": "2026-12-11"}), orders({"promised_on": "2026-12-08"})])
    assert decision(third) == ("delayed", "notify")
    fourth = oracle.run(at("12-04"), everything)
    assert decision(fourth) == ("advanced", "notify")


def test_a_second_notice_of_the_day_waits() -> None:
    oracle = told_oracle()
    waits = oracle.run(at("12-01", 9), [etas({"eta": "2026-12-11"})])
    assert decision(waits) == ("delayed", "waiting")
    assert oracle.run(at("12-01", 10)).recorded == set()
    later = oracle.run(at("12-02"))
    assert (decision(later), later.recorded) == (("delayed", "notify"), {LINE})


def test_an_earlier_date_is_told_when_found_on_enough_dates_in_a_row() -> None:
    oracle = told_oracle(confirm_advances_runs=2)
    assert decision(oracle.run(at("12-02"), [etas({"eta": "2026-12-09"})])) == ("advanced", "unconfirmed")
    assert decision(oracle.run(at("12-02", 9), [etas({"eta": "2026-12-08"})])) == ("advanced", "unconfirmed")
    assert decision(oracle.run(at("12-03"))) == ("advanced", "notify")


def test_a_flapping_date_sends_nothing_while_it_is_not_confirmed() -> None:
    oracle = told_oracle(confirm_advances_runs=2)
    for day, eta in [("12-02", "2026-12-09"), ("12-03", "2026-12-10"), ("12-04", "2026-12-09")]:
        assert oracle.run(at(day), [etas({"eta": eta})]).created == []


def test_a_missed_date_is_for_a_person() -> None:
    oracle = told_oracle(overdue_grace_days=99)
    assert oracle.run(at("12-16"), [etas({})]).changes == {}
    assert decision(oracle.run(at("12-17"), [etas({})])) == ("missed", "call")


@pytest.mark.parametrize(("notify", "why"), [({"C2": "email"}, "no_contact"), ({"C1": "none"}, "opted_out")])
def test_who_cannot_or_will_not_be_told(notify: dict[str, str], why: str) -> None:
    expected = Oracle(SOURCES).run(at("12-01"), [etas({}), orders({}), people(**notify)], announce=True)
    assert (decision(expected), expected.notices) == (("dated", why), [])


def test_what_waits_to_go_stays_while_it_is_true_and_is_superseded_when_it_is_not() -> None:
    oracle = told_oracle()
    assert decision(oracle.run(at("12-02"), [etas({"eta": "2026-12-11"})], send=False)) == ("delayed", "notify")
    assert decision(oracle.run(at("12-02", 9), send=False)) == ("delayed", "in_flight")
    third = oracle.run(at("12-02", 10), [etas({"eta": "2026-12-14"})], send=False)
    assert decision(third) == ("delayed", "notify")
    assert [notice.state for notice in third.notices] == ["accepted", "superseded", "pending"]
    fourth = oracle.run(at("12-02", 11), [etas({})])
    assert (decision(fourth), [notice.state for notice in fourth.notices]) == (None, ["accepted", "superseded", "superseded"])


def test_new_notices_are_held_when_the_orders_are_old() -> None:
    oracle = told_oracle(max_order_age_hours=30)
    held = oracle.run(at("12-03"), [etas({"eta": "2026-12-11"})])
    assert [notice.state for notice in held.notices] == ["accepted", "held"]
    assert held.told[LINE].told_on == date(2026, 12, 15)
    assert decision(oracle.run(at("12-04"), [orders({})])) == ("delayed", "in_flight")


def test_new_notices_are_held_when_too_many_customers_would_be_told() -> None:
    oracle = Oracle(SOURCES, Numbers(guard_min_customers=1, max_customer_share=0.5))
    rows = [{"order_id": f"O{n}", "customer_id": f"C{n}", "quantity_open": "1"} for n in (1, 2, 3)]
    files = [etas({}), orders(*rows), people(C1="email", C2="email", C3="email")]
    assert {notice.state for notice in oracle.run(at("12-01"), files, announce=True).notices} == {"held"}


def test_a_person_told_the_customer() -> None:
    oracle = told_oracle()
    oracle.tell(LINE, None)
    assert decision(oracle.run(at("12-02"))) == ("dated", "notify")


def test_an_as_of_before_the_last_committed_computes_nothing_but_sends_what_is_pending() -> None:
    oracle = told_oracle()
    oracle.run(at("12-02"), [etas({"eta": "2026-12-11"})], send=False)
    expected = oracle.run(at("12-01"))
    assert (expected.outcome, [notice.state for notice in expected.notices]) == ("behind", ["accepted", "accepted"])
