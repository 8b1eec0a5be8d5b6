"""Where nothing about a line's item changes, a run still hears that its customer counts as told no more (spec 4)."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.pipeline.command_line import tellwhen
from tests.pipeline.worlds import ORDERS_OF_ANY_AGE, World, day, po, told_world
from tests.settling.events import event


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Customer C1 was told of a delay on day 2, and a run on day 3 found nothing new."""
    world = told_world(tmp_path, ORDERS_OF_ANY_AGE)
    world.put("acme", po("P1", "2026-03-18"))
    assert world.run(day(2)).notices == {"accepted": 1}
    assert world.run(day(3)).decisions == {}
    return world


def notice_id(world: World) -> str:
    (found,) = world.values("select notice_id from notices")
    return str(found)


def test_a_message_that_came_back_told_nobody(world: World, tmp_path: Path) -> None:
    events = tmp_path / "events.json"
    events.write_text(json.dumps([event("bounce", notice_id(world), type="bounce", email="c1@customer.example")]))
    assert tellwhen(world, "events", str(events)).code == 0
    assert world.run(day(4)).decisions == {"suppressed": 1}
    assert world.run(day(5)).decisions == {}


def test_a_notice_that_a_person_says_was_never_sent_goes_out_with_the_next_run(world: World) -> None:
    with duckdb.connect(str(world.live)) as connection:
        connection.execute("update notices set state = 'uncertain'")
    said = tellwhen(world, "notices", "resolve", notice_id(world), "--not-sent", "--by", "ann")
    assert said.code == 0, said.err
    summary = world.run(day(4))
    assert summary.decisions == {"in_flight": 1}
    assert world.values("select state from notices") == ["accepted"]


def test_what_a_person_told_is_held_against_what_is_believed(world: World) -> None:
    assert tellwhen(world, "told", "O1", "1", "--on", "2026-03-12", "--by", "ann").code == 0
    assert world.run(day(4)).changes == {"delayed": 1}
