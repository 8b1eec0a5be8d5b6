"""Staff are told after the customers: a digest of the day for each, a call list when it grows, and never twice."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.demo.world import DAYS, drop_day, write_world
from flows.pipeline import run
from tests.pipeline.command_line import Said, tellwhen
from tests.pipeline.worlds import (
    ACME,
    CUSTOMERS,
    FRIDAY,
    MONDAY,
    ORDERS,
    TUESDAY,
    WEDNESDAY,
    Source,
    World,
    at_customer,
    customer,
    order,
    po,
)

STAFF = Source("staff", "staff")
FALLBACK = '[staff]\nfallback_email = "orders@shop.example"'
DUE, LATER = "2026-03-16", "2026-03-20"


def member(staff_id: str, **more: Any) -> dict[str, Any]:
    return {
        "staff_id": staff_id,
        "role": "sales",
        "email": f"{staff_id.lower()}@shop.example",
        "name": staff_id.title(),
        "warehouse_id": "",
        **more,
    }


def shop(folder: Path, settings: str = FALLBACK, **more: Any) -> World:
    """After the baseline: C1's order is SAM's, C2's is nobody's and C2 has no address; both wait for P1 and were promised its day."""
    world = World(folder, sources=(ACME, ORDERS, CUSTOMERS, STAFF), settings=settings)
    world.put("customers", customer("C1", name="Anna Berg"), customer("C2", "", name="Bo Dahl"))
    world.put("staff", member("SAM", **more), member("DOCK", role="warehouse", warehouse_id="main"))
    world.put("acme", po("P1", DUE))
    put_orders(world)
    world.run(MONDAY)
    return world


def put_orders(world: World, first: str = "SAM", second: str = "") -> None:
    world.put(
        "orders",
        order("O1", at_customer(DUE), customer_id="C1", sales_rep_id=first),
        order("O2", at_customer(DUE), customer_id="C2", sales_rep_id=second),
    )


def delay(world: World, eta: str = LATER, reason: str = "Ship late") -> None:
    world.put("acme", po("P1", eta, reason=reason))


def letters(world: World) -> list[EmailMessage]:
    """What went to staff."""
    return list(World.letters(_Staff(world)).values())


class _Staff:
    """The outbox of staff, which stands in the customers'."""

    def __init__(self, world: World) -> None:
        self.outbox = world.outbox / "staff"


def to(world: World, address: str) -> list[str]:
    """The texts that went to an address."""
    return [text_of(letter) for letter in letters(world) if letter["To"].addresses[0].addr_spec == address]


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def digest(world: World, day: Any, *options: str) -> Said:
    return tellwhen(world, "digest", "--as-of", f"{day.isoformat()}T07:00:00+00:00", *options)


def sections(text: str) -> list[str]:
    titles = ("Call first", "Not told yet", "Overdue", "Told\n", "Moved", "Deliveries that changed", "Deliveries expected", "Old feeds")
    return [title.strip() for title in titles if f"\n{title}" in text]


def test_each_hears_of_their_own_and_what_nobody_looks_after_goes_to_the_fallback(tmp_path: Path) -> None:
    world = shop(tmp_path)
    delay(world)
    world.run(TUESDAY)
    assert digest(world, TUESDAY).out == "3 accepted\n"
    (sam,) = to(world, "sam@shop.example")
    assert sections(sam) == ["Told"]
    assert "Anna Berg (C1)" in sam
    assert "Cause: the supplier says so; PO P1/A of ACME: Ship late" in sam
    called, fallback = to(world, "orders@shop.example")
    assert sections(called) == sections(fallback) == ["Call first"]
    assert "Bo Dahl (C2) – new\n" in called
    assert "Bo Dahl (C2)\n" in fallback
    assert "Anna" not in called + fallback
    (dock,) = to(world, "dock@shop.example")
    assert sections(dock) == ["Deliveries that changed"]
    assert "later: Friday, March 20, 2026; it was March 16, 2026" in dock
    assert not [word for word in ("@customer.example", "bo@") if word in sam + called + fallback + dock]


def test_a_digest_moves_no_notice_and_is_none(tmp_path: Path) -> None:
    world = shop(tmp_path)
    delay(world)
    world.run(TUESDAY)
    before = world.rows("select * from notices")
    digest(world, TUESDAY)
    assert world.rows("select * from notices") == before
    assert len(world.letters()) == len(before) == 1
    assert {letter["X-Tellwhen-Notice-Id"] for letter in letters(world)} == {None}
    ids = {letter["X-Tellwhen-Digest-Id"] for letter in letters(world)}
    assert ids == set(world.values("select digest_id from state.digests where state = 'accepted'"))


def test_each_has_one_digest_a_day_and_the_next_goes_on_from_it(tmp_path: Path) -> None:
    world = shop(tmp_path)
    delay(world)
    world.run(TUESDAY)
    digest(world, TUESDAY)
    again = digest(world, TUESDAY)
    assert (again.code, again.out.splitlines()[0]) == (0, "no digest was due: each has had today's, or there is nothing to say")
    assert len(letters(world)) == 4
    world.run(WEDNESDAY)
    assert digest(world, WEDNESDAY).out == "1 accepted\n"
    assert len(to(world, "sam@shop.example")) == 1, "there is nothing new to say to Sam"
    assert len(to(world, "dock@shop.example")) == 1
    assert [sections(text) for text in to(world, "orders@shop.example")] == [["Call first"]] * 3


def test_a_call_list_goes_out_at_the_end_of_a_run_that_adds_to_it_and_only_then(tmp_path: Path) -> None:
    world = shop(tmp_path)
    assert letters(world) == [], "a baseline tells nobody"
    delay(world)
    assert world.run(TUESDAY).call_lists == {"accepted": 1}
    assert world.run(WEDNESDAY).call_lists == {}
    delay(world, "2026-03-23")
    assert world.run(FRIDAY).call_lists == {"accepted": 1}, "who calls must not say the day of Tuesday"
    first, second = to(world, "orders@shop.example")
    assert [sections(text) for text in (first, second)] == [["Call first"]] * 2
    assert "No message can settle these lines" in first
    assert [letter["Subject"] for letter in letters(world)] == ["Please call: 1 line to call about"] * 2


def test_whom_a_person_has_told_leaves_the_list(tmp_path: Path) -> None:
    world = shop(tmp_path)
    delay(world)
    world.run(TUESDAY)
    assert tellwhen(world, "told", "O2", "1", "--on", at_customer(LATER).isoformat(), "--by", "Pat").code == 0
    digest(world, TUESDAY)
    _, fallback = to(world, "orders@shop.example")
    assert sections(fallback) == ["Told"]
    assert "Told: by Pat\n" in fallback


@pytest.mark.parametrize("more", [{"email": "no address"}, {"email": ""}, {"staff_id": "STRANGER"}])
def test_a_sales_person_who_cannot_be_written_to_is_nobodys_sales_person(tmp_path: Path, more: dict[str, str]) -> None:
    world = shop(tmp_path, **({"email": more["email"]} if "email" in more else {}))
    if "staff_id" in more:
        put_orders(world, first=more["staff_id"])
    delay(world)
    world.run(TUESDAY)
    digest(world, TUESDAY)
    assert sections(to(world, "orders@shop.example")[-1]) == ["Call first", "Told"]
    assert to(world, "sam@shop.example") == []


def test_where_no_fallback_is_set_the_command_says_how_many_lines_nobody_hears_of(tmp_path: Path) -> None:
    world = shop(tmp_path, settings="")
    delay(world)
    assert world.run(TUESDAY).call_lists == {}
    said = digest(world, TUESDAY)
    assert (said.code, said.out) == (
        0, "2 accepted\n1 lines have no sales person who can be written to; set [staff] fallback_email\n",
    )  # fmt: skip


def test_what_is_held_is_said_to_be_and_is_not_called_told(tmp_path: Path) -> None:
    world = shop(tmp_path, settings=f"{FALLBACK}\n[guard]\nguard_min_customers = 0\nmax_customer_share = 0.1")
    delay(world)
    assert world.run(TUESDAY).notices == {"held": 1}
    digest(world, TUESDAY)
    (sam,) = to(world, "sam@shop.example")
    assert sections(sam) == ["Not told yet"]
    assert "Why: the message is held until a person releases or discards it: " in sam


def test_where_customers_could_not_be_told_staff_are_not_told_in_their_place_and_the_next_run_makes_up_for_it(tmp_path: Path) -> None:
    world = shop(tmp_path)
    delay(world)
    world.outbox.write_text("in the way of a folder")
    assert world.run(TUESDAY).call_lists == {}
    world.outbox.unlink()
    assert world.run(TUESDAY, send=False).call_lists == {}
    assert world.run(TUESDAY).call_lists == {"accepted": 1}


def test_a_digest_that_nobody_took_is_said_again_in_whole_and_the_exit_code_says_so(tmp_path: Path) -> None:
    world = shop(tmp_path)
    delay(world)
    world.run(TUESDAY)
    for letter in (world.outbox / "staff").iterdir():
        letter.unlink()
    (world.outbox / "staff").rmdir()
    (world.outbox / "staff").write_text("in the way of a folder")
    said = digest(world, TUESDAY)
    assert (said.code, said.out.splitlines()[0]) == (5, "3 not sent")
    (world.outbox / "staff").unlink()
    assert (digest(world, TUESDAY).out, len(letters(world))) == ("3 accepted\n", 3)
    assert sections(to(world, "sam@shop.example")[0]) == ["Told"]


def test_a_digest_with_nothing_to_say_is_not_sent(tmp_path: Path) -> None:
    world = shop(tmp_path)
    assert digest(world, MONDAY).out == "1 accepted\n"
    assert [sections(text) for text in to(world, "dock@shop.example")] == [["Deliveries expected"]]


def test_an_old_feed_is_said_by_summary_and_digest(tmp_path: Path) -> None:
    world = shop(tmp_path)
    world.configure(sources=(Source("acme", "supplier_etas", keys="max_age_hours = 24"), ORDERS, CUSTOMERS, STAFF))
    assert world.run(TUESDAY).late_feeds == []
    summary = world.run(WEDNESDAY)
    assert summary.late_feeds == ["acme (last accepted 48 h ago; expected every 24 h)"]
    assert digest(world, WEDNESDAY).out == "3 accepted\n"
    assert "acme: last file accepted 49 hours ago; expected every 24 hours" in to(world, "sam@shop.example")[0]


def test_overdue_supply_is_a_list_to_chase_for_whoever_waits_for_it(tmp_path: Path) -> None:
    world = shop(tmp_path)
    world.put("acme", po("P1", "2026-02-20"))
    world.run(TUESDAY)
    digest(world, TUESDAY)
    for address in ("sam@shop.example", "dock@shop.example", "orders@shop.example"):
        text = to(world, address)[-1]
        assert "Overdue" in sections(text)
        assert "was due on Friday, February 20, 2026, 11 days ago" in text


def test_a_dry_run_shows_the_digests_and_sends_nothing(tmp_path: Path) -> None:
    world = shop(tmp_path)
    delay(world)
    world.run(TUESDAY)
    said = digest(world, TUESDAY, "--dry-run")
    assert said.code == 0
    assert re.findall(r"(?m)^\S+ <(.*)>: ", said.out) == ["dock@shop.example", "sam@shop.example", "orders@shop.example"]
    assert "Anna Berg (C1)" in said.out
    assert len(letters(world)) == 1
    assert digest(world, TUESDAY).out == "3 accepted\n"


def test_what_cannot_be_reported_is_said_with_what_to_do(tmp_path: Path) -> None:
    world = World(tmp_path / "new", settings=FALLBACK)
    before = digest(world, MONDAY)
    assert (before.code, "`tellwhen run` makes it" in before.err) == (2, True)
    world = shop(tmp_path / "old")
    world.run(WEDNESDAY)
    earlier = digest(world, TUESDAY)
    assert (earlier.code, "expected 2026-03-04T06:00:00Z or later" in earlier.err) == (2, True)


def test_a_restored_backup_tells_staff_nothing_before_it_is_reconciled(tmp_path: Path) -> None:
    world = shop(tmp_path)
    backup = world.live.read_bytes()
    delay(world)
    world.run(TUESDAY)
    world.live.write_bytes(backup)
    said = digest(world, WEDNESDAY)
    assert (said.code, "tellwhen notices reconcile" in said.err) == (1, True)


@pytest.fixture(scope="module")
def northgate(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The sample world after its two days and a digest two hours later."""
    folder = tmp_path_factory.mktemp("northgate")
    config = write_world(folder)
    for number, as_of in enumerate(DAYS, start=1):
        drop_day(folder, number)
        run(config, as_of, check_engine="sql")
    world = World.__new__(World)
    world.folder = folder
    moment = (DAYS[1] + timedelta(hours=2)).astimezone(UTC).isoformat()
    assert tellwhen(world, "digest", "--as-of", moment).out == "5 accepted\n"
    return world


OF_LINES = """
    select order_id, line_no from order_line_history join ({}) using (order_id, line_no) where valid_to is null and sales_rep_id = ?
"""


@pytest.mark.parametrize("staff_id", ["S-ANA", "S-BEN"])
def test_in_the_sample_world_a_sales_person_hears_of_just_their_lines_those_to_call_first(northgate: World, staff_id: str) -> None:
    to_call = asked(northgate, OF_LINES.format("select order_id, line_no from customers_to_call"), staff_id)
    told = asked(northgate, OF_LINES.format("select distinct order_id, line_no from notice_lines"), staff_id)
    assert to_call
    assert told
    # The last one: before it a call list went out.
    text = to(northgate, f"{staff_id[2:].lower()}@northgate.example.com")[-1]
    parts = dict(zip(sections(text), re.split(r"\n(?:Call first|Overdue|Told\n|Moved)", text)[1:], strict=True))
    assert orders_in(parts["Call first"]) == Counter(to_call)
    assert orders_in(parts["Told"]) == Counter(told)


def orders_in(text: str) -> Counter[tuple[str, int]]:
    return Counter((order_id, int(line)) for order_id, line in re.findall(r"Order: (\S+), line (\d+)", text))


def asked(world: World, query: str, *values: Any) -> list[Any]:
    with duckdb.connect(str(world.folder / "var" / "published.duckdb"), read_only=True) as connection:
        return connection.execute(query, list(values)).fetchall()


def test_in_the_sample_world_each_warehouse_hears_of_its_own_deliveries(northgate: World) -> None:
    (main,), (east,) = to(northgate, "dock.main@northgate.example.com"), to(northgate, "dock.east@northgate.example.com")
    assert sections(main) == ["Overdue", "Deliveries that changed", "Deliveries expected"]
    assert sections(east) == ["Deliveries that changed", "Deliveries expected"]
    assert "to warehouse east" not in main
    assert "to warehouse main" not in east
    assert "PO 4500123/10 of CASCADE, to warehouse main: Casting line down until 7 December" in main
    assert "later: Wednesday, December 16, 2026; it was December 2, 2026" in main
