"""Who is told, who is not, and why: the kinds and decisions of spec 4, day after day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.pipeline.command_line import tellwhen
from tests.pipeline.worlds import ORDERS_OF_ANY_AGE, World, at_customer, customer, day, order, po, told_world

DUE, LATER, EARLIER = "2026-03-16", "2026-03-18", "2026-03-12"


class Shop:
    """One customer, one order, one PO and one item for each name, so that no story touches another."""

    def __init__(self, folder: Path, names: list[str], settings: str = "") -> None:
        self.world = World(folder, settings=settings)
        self.etas: dict[str, str] = dict.fromkeys(names, DUE)
        self.promised: dict[str, object] = dict.fromkeys(names, at_customer(DUE))
        self.people: dict[str, dict[str, object]] = {name: customer(name, f"{name}@customer.example") for name in names}

    def run(self, as_of: object, **options: object) -> dict[str, tuple[str, str]]:
        """Write all lists anew, run, and return what this run recorded: (kind, decision) of each name."""
        self.world.put("acme", *(po(f"P-{name}", eta, sku=name) for name, eta in self.etas.items()))
        self.world.put("orders", *(order(name, self.promised[name], sku=name, customer_id=name) for name in self.etas))
        self.world.put("customers", *self.people.values())
        summary = self.world.run(as_of, **options)
        self.summary = summary
        found = self.world.rows("select order_id, kind, decision from changes where run_id = ?", summary.run_id)
        return {row["order_id"]: (row["kind"], row["decision"]) for row in found}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, tuple[str, str]]]:
    """Five runs over three days, and what each recorded."""
    names = [
        "same", "later", "unknown", "early", "nobody", "badmail", "optout", "late_at_first", "unknown_at_first", "moves_after",
        "no_promise", "flaps", "twice", "missed",
    ]  # fmt: skip
    shop = Shop(tmp_path_factory.mktemp("decisions"), names)
    shop.people.pop("nobody")
    shop.people["badmail"]["email"] = "not an address"
    shop.people["optout"]["notify"] = "none"
    for name in ("late_at_first", "moves_after"):
        shop.promised[name] = "2026-03-11"
    shop.etas["unknown_at_first"] = ""
    shop.promised["no_promise"] = ""
    shop.promised["missed"] = "2026-02-26"
    shop.etas["missed"] = "2026-02-23"
    found = {"first": shop.run(day(1))}
    shop.etas |= dict.fromkeys(["later", "nobody", "badmail", "optout", "moves_after", "flaps", "twice", "no_promise"], LATER)
    shop.etas |= {"unknown": "TBD", "early": EARLIER}
    found["second"] = shop.run(day(2))
    shop.etas["twice"] = "2026-03-20"
    noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    found["noon"] = shop.run(noon)
    found["noon again"] = shop.run(noon)
    shop.etas |= {"flaps": DUE, "unknown": "2026-03-18", "later": EARLIER}
    found["third"] = shop.run(day(3))
    found["to_call"] = {row["order_id"]: (row["kind"], row["decision"]) for row in shop.world.rows("select * from customers_to_call")}
    found["letters"] = {letter["To"].addresses[0].username: ("", "") for letter in shop.world.letters().values()}
    return found


def test_the_first_run_is_a_baseline_that_tells_nobody(found: dict) -> None:
    assert set(found["first"].values()) <= {(kind, "baseline") for kind in ("delayed", "unknown", "dated", "missed")}
    assert found["first"]["late_at_first"] == ("delayed", "baseline")
    assert found["first"]["unknown_at_first"] == ("unknown", "baseline")
    assert found["first"]["no_promise"] == ("dated", "baseline")
    assert "same" not in found["first"]


def test_a_baseline_line_keeps_its_decision_until_another_date_is_found(found: dict) -> None:
    assert "late_at_first" not in found["second"]
    assert found["second"]["moves_after"] == ("delayed", "notify")
    assert found["second"]["no_promise"] == ("dated", "notify")
    assert {"late_at_first", "unknown_at_first"} <= found["to_call"].keys()
    assert "moves_after" not in found["to_call"]


def test_a_later_and_a_lost_date_are_told(found: dict) -> None:
    assert found["second"]["later"] == ("delayed", "notify")
    assert found["second"]["unknown"] == ("unknown", "notify")


def test_an_unchanged_date_is_never_told(found: dict) -> None:
    assert not [run for run, changes in found.items() if "same" in changes]


def test_an_earlier_date_is_no_news_against_a_mere_promise_but_it_is_against_a_notice(found: dict) -> None:
    assert "early" not in found["second"]
    assert found["third"]["later"] == ("advanced", "notify")


def test_a_customer_without_a_row_or_a_usable_address_is_to_be_called(found: dict) -> None:
    assert found["second"]["nobody"] == found["second"]["badmail"] == ("delayed", "no_contact")
    assert found["to_call"]["nobody"] == found["to_call"]["badmail"] == ("delayed", "no_contact")


def test_a_customer_who_wants_no_messages_gets_none_and_is_to_be_called(found: dict) -> None:
    assert found["second"]["optout"] == ("delayed", "opted_out")
    assert found["to_call"]["optout"] == ("delayed", "opted_out")


def test_a_second_notice_on_one_day_waits_for_the_next(found: dict) -> None:
    assert found["noon"] == {"twice": ("delayed", "waiting")}
    assert found["third"]["twice"] == ("delayed", "notify")


def test_the_same_as_of_twice_records_nothing_more(found: dict) -> None:
    assert found["noon again"] == {}


def test_a_date_after_told_unknown_is_dated(found: dict) -> None:
    assert found["third"]["unknown"] == ("dated", "notify")


def test_only_those_notified_got_a_letter(found: dict) -> None:
    assert found["letters"].keys() == {"later", "unknown", "moves_after", "no_promise", "flaps", "twice"}


def test_announce_makes_the_first_run_one_like_any_other_and_nobody_early_is_written_to(tmp_path: Path) -> None:
    shop = Shop(tmp_path, ["late", "early", "just"])
    shop.promised |= {"late": "2026-03-11", "early": "2026-03-30"}
    assert shop.run(day(1), announce=True) == {"late": ("delayed", "notify")}
    assert shop.summary.notices == {"accepted": 1}


def test_a_missed_date_is_a_persons_job_and_counts_business_days(tmp_path: Path) -> None:
    # Promised for Friday 6 March. No newer list comes, so nothing is overdue: the date is expected still, but it lies in the past.
    shop = Shop(tmp_path, ["A"])
    shop.etas["A"], shop.promised["A"] = "2026-03-03", at_customer("2026-03-03")
    assert shop.promised["A"] == day(5)
    shop.run(day(1))
    assert shop.world.run(day(5)).changes == {}
    assert shop.world.run(day(8)).changes == {}, "Monday is one business day after Friday"
    assert shop.world.run(day(9)).decisions == {"call": 1}, "Tuesday is two"
    assert shop.world.run(day(10)).decisions == {}, "a change that stands is not recorded again"
    assert shop.world.values("select kind from customers_to_call") == ["missed"]
    assert not shop.world.letters()


def test_small_slips_add_up_until_they_reach_the_threshold(tmp_path: Path) -> None:
    friday = "2026-03-13"
    world = told_world(tmp_path, settings="[changes]\nmin_days_later = 3", eta=friday)
    for number, eta in ((2, "2026-03-16"), (3, "2026-03-17")):
        world.put("acme", po("P1", eta))
        assert world.run(day(number)).changes == {}
        assert world.expected() == {"O1": at_customer(eta)}
    world.put("acme", po("P1", "2026-03-18"))
    assert world.run(day(4)).changes == {"delayed": 1}
    (told,) = world.rows("select told_on, expected_on, days_moved from changes")
    assert (told["told_on"], told["expected_on"]) == (at_customer(friday), at_customer("2026-03-18"))
    assert told["days_moved"] == (told["expected_on"] - told["told_on"]).days


def test_a_date_that_moves_and_is_back_between_two_sendings_sends_nothing(tmp_path: Path) -> None:
    world = told_world(tmp_path)
    world.put("acme", po("P1", LATER))
    assert world.run(day(2), send=False).notices == {"pending": 1}
    world.put("acme", po("P1", DUE))
    summary = world.run(day(3))
    assert summary.decisions == {}
    assert world.values("select state from notices") == ["superseded"]
    assert not world.letters()


def test_a_pending_notice_that_still_says_just_this_stays_and_any_other_is_superseded(tmp_path: Path) -> None:
    world = told_world(tmp_path, settings=ORDERS_OF_ANY_AGE)
    world.put("acme", po("P1", LATER))
    world.run(day(2), send=False)
    (first,) = world.values("select notice_id from notices")
    summary = world.run(day(3), send=False)
    assert world.values("select notice_id from notices") == [first]
    assert summary.notices.get("superseded") is None
    world.put("acme", po("P1", "2026-03-20"))
    world.run(day(4), send=False)
    assert dict(world.values("select state, count(*) from notices group by 1")) == {"superseded": 1, "pending": 1}
    world.put("orders", order("O9", DUE, sku="Z"))
    world.run(day(5))
    assert set(world.values("select n.state from notices n join notice_lines l using (notice_id) where l.order_id = 'O1'")) == {
        "superseded"
    }, "a closed line is no news to anybody"


def test_an_earlier_date_is_unconfirmed_until_as_many_runs_with_different_dates_found_one(tmp_path: Path) -> None:
    world = told_world(tmp_path, settings="[changes]\nconfirm_advances_runs = 2")
    assert tellwhen(world, "told", "O1", "1", "--on", "2026-03-25", "--by", "Ann").code == 0
    assert world.run(day(2)).decisions == {"unconfirmed": 1}
    assert world.run(day(2)).decisions == {}, "the same as-of date is no second run"
    assert world.run(day(3)).decisions == {"notify": 1}
    assert world.values("select distinct kind from changes") == ["advanced"]


def test_an_earlier_date_can_be_news_at_first_sight(tmp_path: Path) -> None:
    shop = Shop(tmp_path, ["A"], "[changes]\nannounce_early_at_first_sight = true")
    shop.promised["A"] = "2026-03-30"
    assert shop.run(day(1), announce=True) == {"A": ("advanced", "notify")}


def test_what_a_person_told_counts_like_a_notice_also_when_it_was_that_nobody_knows(tmp_path: Path) -> None:
    world = told_world(tmp_path)
    world.put("acme", po("P1", LATER))
    assert tellwhen(world, "told", "O1", "1", "--on", str(at_customer(LATER)), "--by", "Ann").code == 0
    assert world.run(day(2)).changes == {}, "the customer knows already"
    assert tellwhen(world, "told", "O1", "1", "--on", "unknown", "--by", "Ann").code == 0
    (promise,) = world.rows("select * from current_promises")
    assert (promise["is_told"], promise["told_on"]) == (True, None)
    assert world.run(day(3)).changes == {"dated": 1}


def test_a_statement_that_failed_for_good_is_not_made_again_to_the_same_address(tmp_path: Path) -> None:
    world = told_world(tmp_path, settings=ORDERS_OF_ANY_AGE)
    world.put("acme", po("P1", LATER))
    world.run(day(2), send=False)
    (notice_id,) = world.values("select notice_id from notices")
    world.outbox.mkdir(parents=True)
    (world.outbox / f"{notice_id}.eml").write_bytes(b"Subject: another message\r\n\r\nunder this id\r\n")
    assert tellwhen(world, "dispatch").code == 5
    assert world.values("select state from notices") == ["failed"]
    assert world.run(day(3)).decisions == {"unreachable": 1}
    assert world.values("select decision from customers_to_call") == ["unreachable"]
    world.put("customers", customer("C1", "new@customer.example"))
    assert world.run(day(4)).notices == {"accepted": 1}
    assert {letter["To"].addresses[0].addr_spec for name, letter in world.letters().items() if name != notice_id} == {
        "new@customer.example"
    }


def test_one_notice_holds_all_lines_of_a_customer_that_changed_and_no_other(tmp_path: Path) -> None:
    world = World(tmp_path)
    lines = [order("O1", at_customer(DUE), line_no=n, sku=f"S{n}") for n in (1, 2, 3)]
    world.put("acme", *(po(f"P{n}", DUE, sku=f"S{n}") for n in (1, 2, 3)))
    world.put("orders", *lines)
    world.run(day(1))
    world.put("acme", po("P1", LATER, sku="S1"), po("P2", "", sku="S2"), po("P3", DUE, sku="S3"))
    assert world.run(day(2)).notices == {"accepted": 1}
    assert world.values("select line_no, kind from notice_lines order by 1") == [(1, "delayed"), (2, "unknown")]


def test_nothing_changed_sends_nothing_and_the_history_does_not_grow(tmp_path: Path) -> None:
    world = told_world(tmp_path)
    world.put("acme", po("P1", LATER))
    world.run(day(2))
    tables = ("promise_history", "supplier_eta_history", "order_line_history", "changes", "notices", "notice_lines", "attempts")
    before = {table: world.rows(f"select * from {table} order by all") for table in tables}
    letters = sorted(world.outbox.iterdir())
    for number in (2, 3, 4):
        world.put("acme", po("P1", LATER))
        summary = world.run(day(number))
        assert (summary.changes, summary.decisions, summary.notices) == ({}, {}, {})
    assert {table: world.rows(f"select * from {table} order by all") for table in tables} == before
    assert sorted(world.outbox.iterdir()) == letters


def test_an_earlier_as_of_computes_nothing_but_sends_what_is_pending(tmp_path: Path) -> None:
    world = told_world(tmp_path)
    world.put("acme", po("P1", LATER))
    world.run(day(2), send=False)
    world.put("acme", po("P1", "2026-04-18"))
    summary = world.run(day(1) + timedelta(hours=0))
    assert (summary.landed["acme"], summary.changes) == (0, {})
    assert summary.status != "committed"
    assert world.values("select state from notices") == ["accepted"]
    assert world.run(day(3)).changes == {"delayed": 1}, "the file that the early run left alone is taken now"
