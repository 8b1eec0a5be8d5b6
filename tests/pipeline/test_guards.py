"""Guards: a run that would write to suspiciously many is held until a person decides (spec 5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.command_line import tellwhen
from tests.pipeline.worlds import ORDERS_OF_ANY_AGE, World, at_customer, customer, day, order, po

DUE, LATER, LATEST = "2026-03-16", "2026-03-18", "2026-03-20"


class Crowd:
    """So many customers, each with an order of an item of its own from a PO of its own; those named in `moved` have another date."""

    def __init__(self, folder: Path, customers: int, settings: str = "") -> None:
        self.world = World(folder, settings=settings)
        self.names = [f"C{number:03}" for number in range(customers)]
        self.etas: dict[str, str | None] = dict.fromkeys(self.names, DUE)
        self.world.put("customers", *(customer(name) for name in self.names))

    def move(self, count: int, eta: str | None, first: int = 0) -> None:
        self.etas.update(dict.fromkeys(self.names[first : first + count], eta))

    def drop(self, *, orders: bool = True) -> None:
        """Today's files."""
        self.world.put("acme", *(po(name, eta, sku=name) for name, eta in self.etas.items()))
        if orders:
            self.world.put("orders", *(order(f"O-{name}", at_customer(DUE), customer_id=name, sku=name) for name in self.names))

    def run(self, as_of: date | datetime, *, orders: bool = True, **options: Any) -> Any:
        self.drop(orders=orders)
        return self.world.run(as_of, **options)

    @property
    def states(self) -> dict[str, int]:
        return dict(self.world.values("select state, count(*) from notices group by state"))


def crowd(folder: Path, customers: int, settings: str = "") -> Crowd:
    """A crowd after its baseline."""
    made = Crowd(folder, customers, settings)
    made.run(day(1))
    return made


def held_crowd(folder: Path) -> tuple[Crowd, str]:
    """Twelve customers, eleven of them held; and the run that holds them."""
    made = crowd(folder, 12)
    made.move(11, LATER)
    return made, made.run(day(2)).run_id


@pytest.mark.parametrize(
    ("customers", "told", "is_held"),
    [
        # Not more than guard_min_customers, though all of them.
        (10, 10, False),
        (11, 11, True),
        # Not more than a quarter, though more than ten.
        (44, 11, False),
        (43, 11, True),
    ],
)
def test_customers_are_too_many_above_the_share_and_above_the_number(tmp_path: Path, customers: int, told: int, is_held: bool) -> None:
    made = crowd(tmp_path, customers)
    made.move(told, LATER)
    summary = made.run(day(2))
    assert summary.notices == {"held" if is_held else "accepted": told}
    assert summary.exit_code == (4 if is_held else 0)
    assert len(made.world.letters()) == (0 if is_held else told)
    if is_held:
        assert made.world.values("select distinct reason from notices") == [
            f"{told} of {customers} customers with open lines would be written to (max_customer_share = 0.25)"
        ]


# All PO lines serve customers; no number of them is too many here.
ANY_NUMBER = "[guard]\nguard_min_customers = 1000\n"


@pytest.mark.parametrize(("eta", "words"), [(LATER, "ACME moved the date by +2 days"), (None, "ACME withdrew the date")])
@pytest.mark.parametrize(
    ("po_lines", "moved", "is_held"),
    [
        # Not more than 20, though all of them.
        (20, 20, False),
        (21, 21, True),
        # Not more than half, though more than 20.
        (42, 21, False),
        (41, 21, True),
    ],
)
def test_a_supplier_that_moves_as_one_is_suspicious_from_the_21st_po_line_above_the_share(
    tmp_path: Path, eta: str | None, words: str, po_lines: int, moved: int, is_held: bool
) -> None:
    # A file that loses most dates is rejected before: here it may.
    made = crowd(tmp_path, po_lines, ANY_NUMBER + "max_date_loss = 1.0")
    made.move(moved, eta)
    summary = made.run(day(2))
    assert summary.notices == {"held" if is_held else "accepted": moved}
    if is_held:
        (reason,) = made.world.values("select distinct reason from notices")
        assert reason == f"{words} for {moved} of its {po_lines} PO lines (max_supplier_share = 0.5)"


def test_a_supplier_that_moves_by_different_days_is_not_suspicious(tmp_path: Path) -> None:
    made = crowd(tmp_path, 40, ANY_NUMBER)
    made.move(20, LATER)
    made.move(20, LATEST, first=20)
    assert made.run(day(2)).notices == {"accepted": 40}


@pytest.mark.parametrize(("seconds", "is_held"), [(0, False), (1, True)])
def test_orders_are_too_old_after_thirty_hours(tmp_path: Path, seconds: int, is_held: bool) -> None:
    made = crowd(tmp_path, 1)
    made.move(1, LATER)
    summary = made.run(World.instant(day(1)) + timedelta(hours=30, seconds=seconds), orders=False)
    assert summary.notices == {"held" if is_held else "accepted": 1}
    assert ("the order lines of orders are 30" in str(summary.held_because)) is is_held


def test_new_orders_make_the_guard_rest_again_and_what_it_held_waits_for_a_person(tmp_path: Path) -> None:
    made = crowd(tmp_path, 2)
    made.move(1, LATER)
    made.run(day(3), orders=False)
    assert made.states == {"held": 1}
    made.move(1, LATER, first=1)
    summary = made.run(day(4))
    assert (summary.notices, summary.exit_code) == ({"accepted": 1}, 0)
    assert made.states == {"held": 1, "accepted": 1}


def test_a_first_run_that_announces_is_guarded_like_any_other(tmp_path: Path) -> None:
    made = Crowd(tmp_path, 12)
    made.move(12, LATER)
    summary = made.run(day(1), announce=True)
    assert (summary.notices, summary.exit_code) == ({"held": 12}, 4)


def test_all_reasons_are_named(tmp_path: Path) -> None:
    made = crowd(tmp_path, 21)
    made.move(21, LATER)
    summary = made.run(day(3), orders=False)
    words = str(summary.held_because)
    assert all(rule in words for rule in ("max_customer_share", "max_supplier_share", "max_order_age_hours"))


def test_what_is_held_stays_as_long_as_it_says_just_what_later_runs_would_say(tmp_path: Path) -> None:
    made, run_id = held_crowd(tmp_path)
    before = set(made.world.values("select notice_id from notices"))
    for number in (3, 4):
        summary = made.run(day(number))
        assert (summary.notices, summary.exit_code) == ({}, 0), "exit codes speak of this run"
    assert made.world.values("select distinct run_id from notices") == [run_id]
    assert set(made.world.values("select notice_id from notices where state = 'held'")) == before
    assert tellwhen(made.world, "dispatch").code == 0
    assert not made.world.letters()


def test_what_is_held_is_superseded_when_it_is_no_longer_what_a_run_would_say(tmp_path: Path) -> None:
    made, _ = held_crowd(tmp_path)
    made.move(11, DUE)
    made.move(1, LATEST)
    summary = made.run(day(3))
    assert summary.notices == {"superseded": 11, "accepted": 1}
    assert len(made.world.letters()) == 1


def test_what_is_held_counts_among_the_customers_of_later_runs(tmp_path: Path) -> None:
    made, _ = held_crowd(tmp_path)
    made.move(1, LATER, first=11)
    summary = made.run(day(3))
    assert summary.notices == {"held": 1}
    assert summary.held_because == "12 of 12 customers with open lines would be written to (max_customer_share = 0.25)"


def test_release_sends_what_is_held_and_the_next_run_has_nothing_to_say(tmp_path: Path) -> None:
    made, run_id = held_crowd(tmp_path)
    said = tellwhen(made.world, "notices", "release", run_id, "--by", "Pat", "--why", "the ship sank")
    assert (said.code, said.out) == (0, "11 accepted\n")
    assert f"run {run_id}: released by Pat: 11 notices pending" in said.err
    assert made.states == {"accepted": 11}
    assert len(made.world.letters()) == 11
    assert made.run(day(3)).changes == {}
    assert made.world.values("select decided_by, action, run_id, why, effect from state.decisions_by_person") == [
        ("Pat", "release", run_id, "the ship sank", "11 notices pending")
    ]


def test_release_supersedes_what_a_person_told_since_and_sends_the_rest(tmp_path: Path) -> None:
    made, run_id = held_crowd(tmp_path)
    assert tellwhen(made.world, "told", "O-C000", "1", "--on", str(at_customer(LATER)), "--by", "Ann").code == 0
    said = tellwhen(made.world, "notices", "release", run_id, "--by", "Pat")
    assert (said.code, made.states) == (0, {"accepted": 10, "superseded": 1})
    assert "10 notices pending, 1 notice superseded, since they are no longer true" in said.err
    assert made.run(day(3)).changes == {}, "all of them know"


def test_release_can_leave_the_sending_to_the_next_run(tmp_path: Path) -> None:
    made, run_id = held_crowd(tmp_path)
    assert tellwhen(made.world, "notices", "release", run_id[:20], "--no-dispatch").code == 0
    assert (made.states, len(made.world.letters())) == ({"pending": 11}, 0)
    assert made.run(day(3)).notices == {"accepted": 11}


def test_release_has_the_exit_code_of_the_dispatch(tmp_path: Path) -> None:
    made, run_id = held_crowd(tmp_path)
    made.world.outbox.parent.mkdir(exist_ok=True)
    made.world.outbox.write_text("in the way of a folder")
    said = tellwhen(made.world, "notices", "release", run_id)
    assert (said.code, made.states) == (5, {"pending": 11})
    assert "the dispatch stopped" in said.err


def test_parts_that_are_released_are_the_parts_that_runs_would_tell(tmp_path: Path) -> None:
    """What release takes for the parts of a line is what a run took: neither supersedes the other's."""
    world = World(tmp_path, settings="[guard]\nguard_min_customers = 0")
    for eta, number in ((DUE, 1), (LATER, 2)):
        world.put("acme", po("P1", DUE, quantity=2), po("P2", eta, quantity=3), po("P3", eta, quantity=1, po_line=2), po("P4", "2026-W16"))
        world.put(
            "orders",
            order("O1", at_customer(DUE), quantity_open=8),
            order("O2", at_customer(DUE), quantity_open=5, partial_ok="false", ordered_at="2026-02-21"),
            order("O3", at_customer(DUE), quantity_open=9, ordered_at="2026-02-22"),
        )
        world.run(day(number), announce=True)
    assert world.values("select count(*) from notice_lines where len(parts) > 1")[0] > 0
    assert world.run(day(3)).notices == {}
    (run_id,) = world.values("select run_id from notices where state = 'held'")
    assert tellwhen(world, "notices", "release", run_id).code == 0
    assert world.values("select state, count(*) from notices where state <> 'superseded' group by state") == [("accepted", 1)]


def test_what_is_discarded_is_not_made_again_and_another_date_is_news(tmp_path: Path) -> None:
    made, run_id = held_crowd(tmp_path)
    said = tellwhen(made.world, "notices", "discard", run_id, "--by", "Pat", "--why", "they were called")
    assert said.code == 0
    assert f"run {run_id}: discarded by Pat: 11 notices discarded" in said.err
    assert made.world.values("select distinct reason from notices") == ["discarded by Pat: they were called"]
    assert made.run(day(3)).decisions == {"discarded": 11}
    assert made.states == {"discarded": 11}
    made.move(1, LATEST)
    assert made.run(day(4)).notices == {"accepted": 1}


def test_a_discarded_notice_can_be_taken_back(tmp_path: Path) -> None:
    made, run_id = held_crowd(tmp_path)
    tellwhen(made.world, "notices", "discard", run_id, "--by", "Pat")
    notice_id = made.world.values("select notice_id from notices order by 1")[0]
    assert tellwhen(made.world, "notices", "retry", notice_id[:8], "--by", "Pat").code == 0
    assert made.run(day(3)).notices == {"accepted": 1}
    shown = tellwhen(made.world, "notices", "show", notice_id, "--json").json[0]
    assert [decision["action"] for decision in shown["decisions"]] == ["discard", "retry"]


def test_what_failed_or_is_uncertain_weighs_more_than_what_is_held(tmp_path: Path) -> None:
    made = crowd(tmp_path, 12)
    made.move(1, LATER)
    made.run(day(2), send=False)
    (notice_id,) = made.world.values("select notice_id from notices")
    made.world.outbox.mkdir(parents=True)
    (made.world.outbox / f"{notice_id}.eml").write_bytes(b"Subject: another message\r\n\r\nunder this id\r\n")
    made.move(11, LATER, first=1)
    summary = made.run(day(2))
    assert (summary.notices, summary.exit_code) == ({"failed": 1, "held": 11}, 5)


def test_those_who_read_see_why_it_is_held_and_what_releases_it(tmp_path: Path) -> None:
    made, run_id = held_crowd(tmp_path)
    reason, command = "11 of 12 customers", f"tellwhen notices release {run_id} --by YOU"
    for words in (["notices"], ["notices", "--state", "held"], ["explain", "O-C000", "1"], ["timeline", "O-C000", "1"]):
        said = tellwhen(made.world, *words)
        assert reason in said.out, words
        assert said.out.count(command) == 1, "once a run, not once a notice"
    assert "not told yet" not in tellwhen(made.world, "explain", "O-C011", "1").out
    assert command not in tellwhen(made.world, "notices", "--state", "pending").out
    assert "held by a guard: 11" in tellwhen(made.world, "who").out
    assert {row["answer"] for row in tellwhen(made.world, "who", "--json").json if row["notice_state"] == "held"} == {"to_be_informed"}
    notice_id = made.world.values("select notice_id from notices")[0]
    assert command in tellwhen(made.world, "notices", "show", notice_id).out
    assert f"held by a guard for up to less than a minute (run {run_id})" in tellwhen(made.world, "doctor").out


def test_a_dry_run_says_what_a_guard_would_hold_and_names_no_run_to_release(tmp_path: Path) -> None:
    made = crowd(tmp_path, 12)
    made.move(11, LATER)
    made.drop()
    as_of = World.instant(day(2)).isoformat()
    said = tellwhen(made.world, "run", "--dry-run", "--as-of", as_of)
    assert "held: C000 <c000@customer.example>" in said.out
    assert "A guard would hold what this run makes: 11 of 12 customers" in said.out
    assert "notices release" not in said.out
    account = tellwhen(made.world, "run", "--dry-run", "--as-of", as_of, "--json").json
    assert (len(account["would_send"]), len(account["would_hold"])) == (0, 11)
    assert made.states == {}


def test_orders_of_any_age_are_a_matter_of_settings(tmp_path: Path) -> None:
    made = crowd(tmp_path, 1, ORDERS_OF_ANY_AGE)
    made.move(1, LATER)
    assert made.run(datetime(2026, 3, 13, 6, tzinfo=UTC), orders=False).notices == {"accepted": 1}
