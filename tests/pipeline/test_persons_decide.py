"""What a person decides about single notices: retry and resolve; and what all deciding commands refuse (spec 5, 8)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tasks.settings import load_settings
from tasks.warehouse import writer_lock
from tests.pipeline.command_line import Said, tellwhen
from tests.pipeline.worlds import ORDERS_OF_ANY_AGE, World, at_customer, customer, day, order, po, told_world

LATER, LATEST = "2026-03-18", "2026-03-20"
SENT = "told_at = timestamp '2026-03-03 07:00:00'"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Customer C1 is to be told that O1 comes later: one notice, not sent yet."""
    made = told_world(tmp_path, settings=ORDERS_OF_ANY_AGE)
    made.put("acme", po("P1", LATER))
    made.run(day(2), send=False)
    return made


def notice(world: World) -> str:
    return str(world.values("select notice_id from notices order by created_at")[0])


def becomes(world: World, state: str, also: str = "reason = 'as given'") -> str:
    """What only a provider could do to the first notice, done by hand; returns its id."""
    notice_id = notice(world)
    with duckdb.connect(str(world.live)) as connection:
        connection.execute(f"update notices set state = '{state}', {also} where notice_id = ?", [notice_id])
    return notice_id


def state(world: World) -> str:
    return str(world.values("select state from notices where notice_id = ?", notice(world))[0])


def told(world: World) -> list[object]:
    return world.values("select told_on from current_promises")


def decide(world: World, *words: str) -> Said:
    return tellwhen(world, "notices", *words, "--by", "Pat")


@pytest.mark.parametrize("from_state", ["failed", "bounced", "dropped", "discarded"])
def test_retry_puts_back_what_told_nobody_and_the_next_run_takes_it_for_in_flight(world: World, from_state: str) -> None:
    notice_id = becomes(world, from_state, SENT)
    said = decide(world, "retry", notice_id)
    assert said.code == 0
    assert f"notice {notice_id} is pending; `tellwhen dispatch` sends it" in said.err
    assert world.values("select told_at, reason from notices") == [(None, None)]
    assert told(world) == [at_customer("2026-03-16")]
    world.run(day(3), send=False)
    assert world.values("select state from notices") == ["pending"], "it says just what the run would say"
    assert tellwhen(world, "dispatch").out == "1 accepted\n"
    assert len(world.letters()) == 1


def test_not_sent_puts_back_what_nobody_knew_of_and_what_was_told_falls_back(world: World) -> None:
    notice_id = becomes(world, "uncertain", SENT)
    world.run(day(3))
    assert told(world) == [at_customer(LATER)], "as long as it may have gone out, it counts as told"
    assert decide(world, "resolve", notice_id, "--not-sent", "--why", "not in the log").code == 0
    assert state(world) == "pending"
    assert told(world) == [at_customer("2026-03-16")]
    assert world.run(day(4)).decisions == {"in_flight": 1}
    assert world.values("select action, why from state.decisions_by_person") == [("resolve not sent", "not in the log")]
    assert list(world.letters()) == [notice_id]


def test_sent_settles_it_and_the_customer_counts_as_told_from_when_it_left(world: World) -> None:
    notice_id = becomes(world, "uncertain", SENT)
    assert decide(world, "resolve", notice_id, "--sent").code == 0
    assert world.values("select state, reason from notices") == [("accepted", None)]
    assert world.values("select last_told_at from current_promises")[0].isoformat() == "2026-03-03T07:00:00"
    assert world.run(day(3)).changes == {}
    assert not world.letters()


def test_what_stands_as_sending_without_a_writer_is_uncertain_and_can_be_resolved(world: World) -> None:
    notice_id = becomes(world, "sending", SENT)
    assert decide(world, "resolve", notice_id, "--not-sent").code == 0
    assert state(world) == "pending"


def another_date(world: World) -> None:
    world.put("acme", po("P1", LATEST))
    world.run(day(3), send=False)


def closed(world: World) -> None:
    world.put("orders", order("O9", "2026-04-01", sku="Z"))
    world.run(day(3), send=False)


def told_by_a_person(world: World) -> None:
    assert tellwhen(world, "told", "O1", "1", "--on", str(at_customer(LATER)), "--by", "Ann").code == 0


def told_by_a_later_notice(world: World) -> None:
    world.put("customers", customer("C1", "new@customer.example"))
    assert world.run(day(3)).notices == {"accepted": 1}


@pytest.mark.parametrize("meanwhile", [another_date, closed, told_by_a_person, told_by_a_later_notice])
def test_what_is_no_longer_true_or_news_is_superseded_with_the_reason(world: World, meanwhile: Callable[[World], None]) -> None:
    notice_id = becomes(world, "failed", SENT)
    meanwhile(world)
    letters = len(world.letters())
    said = decide(world, "retry", notice_id)
    assert said.code == 0
    assert f"notice {notice_id} is superseded: order O1, line 1 " in said.err
    assert world.values("select state, told_at from notices where notice_id = ?", notice_id) == [("superseded", None)]
    tellwhen(world, "dispatch")
    assert notice_id not in world.letters()
    assert len(world.letters()) <= letters + 1


@pytest.mark.parametrize(
    ("from_state", "words", "said"),
    [
        ("uncertain", ["retry", "ID"], "Resolve it first"),
        ("sending", ["retry", "ID"], "Resolve it first"),
        ("accepted", ["retry", "ID"], "is accepted: expected one that is failed, bounced, dropped or discarded"),
        ("pending", ["retry", "ID"], "`tellwhen dispatch` sends it"),
        ("held", ["retry", "ID"], "`tellwhen notices release RUN`"),
        ("failed", ["resolve", "ID", "--sent"], "is failed: expected one that is uncertain"),
        ("uncertain", ["resolve", "ID"], "expected --sent or --not-sent"),
        ("accepted", ["release", "RUN"], "no notice of it is held (1 notice accepted); no notice of any run is held"),
        ("accepted", ["discard", "RUN"], "no notice of it is held or pending (1 notice accepted)"),
        ("held", ["release", "FIRST"], "no notice of it is held (it made none); notices are held of run RUN"),
        ("held", ["release", "20260302T999"], "there is no run '20260302T999'"),
        ("held", ["release", "2026030"], "at least the first 8 signs"),
        ("held", ["release", "202603"], "`tellwhen runs` lists them"),
        ("failed", ["retry", "00000000"], "there is no notice '00000000'"),
        ("failed", ["reconcile", "--yes"], "there is nothing to reconcile"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_changes_nothing(world: World, from_state: str, words: list[str], said: str) -> None:
    notice_id = becomes(world, from_state, SENT)
    first, run_id = world.values("select run_id from runs order by as_of")
    names = {"ID": notice_id, "RUN": run_id, "FIRST": first}
    answer = decide(world, *(names.get(word, word) for word in words))
    assert answer.code == 2
    assert said.replace("run RUN", f"run {run_id}") in answer.err
    assert "Traceback" not in answer.err
    with duckdb.connect(str(world.live), read_only=True) as connection:
        after = connection.execute("select state from notices").fetchall()
        assert after == [("uncertain" if from_state == "sending" else from_state,)]
        assert connection.execute("select count(*) from state.decisions_by_person").fetchall() == [(0,)]


def test_an_id_that_begins_more_than_one_is_refused_with_those_it_may_be(tmp_path: Path) -> None:
    world = told_world(tmp_path)
    world.run(day(1))
    answer = decide(world, "release", "20260302")
    assert answer.code == 2
    assert all(run_id in answer.err for run_id in world.values("select run_id from runs"))


@pytest.mark.parametrize(
    "words", [["release", "20260303"], ["discard", "20260303"], ["retry", "ID"], ["resolve", "ID", "--sent"], ["reconcile"]]
)
def test_while_another_process_writes_nothing_is_done_and_it_is_said_at_once(world: World, words: list[str]) -> None:
    with writer_lock(load_settings(world.config).warehouse):
        process = world.python(
            "import sys; from flows.cli import main; sys.argv[0] = 'tellwhen'; main()",
            "--config", str(world.config), "notices", *(word.replace("ID", notice(world)) for word in words),
        )  # fmt: skip
        _, err = process.communicate(timeout=120)
    assert process.returncode == 75, err
    assert "another run" in err


def test_before_the_first_run_there_is_nothing_to_decide_and_no_warehouse_is_made(tmp_path: Path) -> None:
    world = World(tmp_path)
    answer = decide(world, "release", "20260303")
    assert (answer.code, world.live.exists()) == (2, False)
    assert "there is no warehouse yet" in answer.err


def test_nothing_a_person_decides_lowers_the_mark(world: World) -> None:
    tellwhen(world, "dispatch")
    mark = load_settings(world.config).warehouse.mark_path
    before = mark.read_text()
    notice_id = becomes(world, "bounced", SENT)
    assert decide(world, "retry", notice_id).code == 0
    run_id = world.values("select run_id from notices")[0]
    assert decide(world, "discard", run_id).code == 0
    becomes(world, "uncertain", SENT)
    assert decide(world, "resolve", notice_id, "--not-sent").code == 0
    assert mark.read_text() == before
    assert [row["action"] for row in json.loads(tellwhen(world, "notices", "show", notice_id, "--json").out)[0]["decisions"]] == [
        "retry", "discard", "resolve not sent",
    ]  # fmt: skip
