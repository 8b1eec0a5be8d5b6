"""Who was not reached is called or told again; who was told is not told again by a restored backup (faults 33 and 39)."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.command_line import tellwhen
from tests.pipeline.worlds import TUESDAY, WEDNESDAY, World, at_customer, customer, po, told_world
from tests.settling.events import event, payload

LATER = "2026-03-18"
PATIENT = "[guard]\nmax_order_age_hours = 1000\n"
CALLED = "select order_id, kind, told_on, expected_on, decision from customers_to_call"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """C1 was told on Tuesday that order O1 comes later."""
    world = told_world(tmp_path, PATIENT)
    world.put("acme", po("P1", LATER))
    run(world, TUESDAY)
    assert world.values("select state from notices") == ["accepted"]
    return world


def run(world: World, as_of: Any) -> None:
    """A run whose clock shows its as-of."""
    world.run(as_of, clock=lambda: world.instant(as_of))


def take(world: World, *events: dict[str, Any]) -> None:
    path = world.folder / "events.json"
    path.write_bytes(payload(*events))
    done = tellwhen(world, "events", str(path))
    assert done.code == 0, done.err


def notice_id(world: World) -> str:
    (found,) = world.values("select notice_id from notices")
    return str(found)


def current(world: World) -> list[Any]:
    return world.values("select told_on, expected_on from current_promises")


def test_a_bounce_takes_back_what_was_told_and_a_person_calls_at_once_and_after_the_next_run(world: World) -> None:
    before, after = at_customer("2026-03-16"), at_customer(LATER)
    assert current(world) == [(after, after)]
    take(world, event("delivered", notice_id(world), email="c1@customer.example"))
    take(world, event("bounce", notice_id(world), email="C1@customer.example", type="bounce", reason="550 gone"))
    assert current(world) == [(before, after)]
    assert world.values(CALLED) == [("O1", "delayed", before, after, "bounced")]
    run(world, WEDNESDAY)
    assert world.values(CALLED) == [("O1", "delayed", before, after, "suppressed")]
    assert len(world.letters()) == 1
    world.put("customers", customer("C1", "new@customer.example"))
    run(world, WEDNESDAY + timedelta(days=1))
    assert current(world) == [(after, after)]
    assert world.values(CALLED) == []
    assert len(world.letters()) == 2


def test_a_block_suppresses_nobody_but_the_same_words_do_not_go_to_the_same_address_again(world: World) -> None:
    take(world, event("bounce", notice_id(world), email="c1@customer.example", type="blocked"))
    run(world, WEDNESDAY)
    assert world.values("select decision from customers_to_call") == ["unreachable"]
    world.put("acme", po("P1", "2026-03-20"))
    run(world, WEDNESDAY + timedelta(days=1))
    assert current(world) == [(at_customer("2026-03-20"),) * 2]


def test_who_was_told_by_a_person_after_a_bounce_needs_no_call(world: World) -> None:
    take(world, event("dropped", notice_id(world), reason="Spam Content"))
    assert world.values("select decision from customers_to_call") == ["dropped"]
    done = tellwhen(world, "told", "O1", "1", "--on", str(at_customer(LATER)), "--by", "pat")
    assert done.code == 0, done.err
    assert world.values(CALLED) == []
    run(world, WEDNESDAY)
    assert world.values(CALLED) == []


def test_a_notice_that_is_not_delivered_in_time_stands_to_be_called_once_events_arrive(world: World) -> None:
    run(world, WEDNESDAY)
    assert world.values(CALLED) == [], "no event has ever arrived"
    take(world, event("processed", notice_id(world)))
    told_on = at_customer(LATER)
    assert world.values(CALLED) == [("O1", "delayed", at_customer("2026-03-16"), told_on, "undelivered")]
    take(world, event("delivered", notice_id(world)))
    assert world.values(CALLED) == []


def test_before_its_time_an_undelivered_notice_is_waited_for(world: World) -> None:
    take(world, event("processed", notice_id(world)))
    run(world, datetime(2026, 3, 4, 5, 59, tzinfo=UTC))
    assert world.values(CALLED) == []
    world.configure('[dispatch]\nfrom_email = "orders@shop.example"\ndelivered_within_hours = 23\n' + PATIENT)
    run(world, datetime(2026, 3, 4, 5, 59, 30, tzinfo=UTC))
    assert world.values("select decision, since from customers_to_call") == [("undelivered", datetime(2026, 3, 4, 5))]
    tellwhen(world, "told", "O1", "1", "--on", str(at_customer(LATER)), "--by", "pat")
    assert world.values(CALLED) == []


def test_a_restored_backup_that_makes_a_notice_again_learns_at_once_that_it_went_out(tmp_path: Path) -> None:
    world = told_world(tmp_path)
    backup = world.folder / "backup.duckdb"
    shutil.copy(world.live, backup)
    world.put("acme", po("P1", LATER))
    run(world, TUESDAY)
    sent = notice_id(world)
    shutil.copy(backup, world.live)
    take(world, event("delivered", sent))
    run(world, TUESDAY)
    assert world.values("select notice_id, state from notices") == [(sent, "delivered")]
    assert current(world) == [(at_customer(LATER),) * 2]
    assert list(world.letters()) == [sent]
