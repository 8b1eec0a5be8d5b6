"""What the reading commands say: JSON alone on stdout, keyed by the columns of the views, and on stderr where it was read (spec 8)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from tests.pipeline.command_line import tellwhen
from tests.pipeline.worlds import World, at_customer, customer, day, order, po, told_world

# The columns of spec 7.
PROMISE_SLICES = set(
    "order_id line_no slice_no quantity supply_kind supplier_id po_number po_line available_on ship_on expected_on".split()
)
NOTICES = set("notice_id run_id customer_id state to_address subject body_text body_html body_sha256 created_at updated_at reason".split())
QUARANTINE = set("file_id source row_number raw rule message".split())
RUNS = set("run_id as_of started_at finished_at status open_lines".split())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two days: C1 is told of a delay, C2 cannot be, C3 waits for something else, and one row is refused."""
    made = World(tmp_path_factory.mktemp("reading"))
    lines = [
        order("O1", at_customer("2026-03-16")),
        order("O2", at_customer("2026-03-16"), customer_id="C2"),
        order("O3", at_customer("2026-03-16"), customer_id="C3", sku="B"),
    ]
    made.put("customers", customer("C1"), customer("C2", ""), customer("C3"))
    for number, eta in ((1, "2026-03-16"), (2, "2026-03-18")):
        made.put("acme", po("P1", eta), po("P2", "2026-03-16", sku="B", supplier_id="BETA"), po("P3", "soon", sku="B"))
        made.put("orders", *lines)
        made.run(day(number))
    return made


@pytest.mark.parametrize(
    ("command", "columns"),
    [
        (["explain", "O1", "1"], PROMISE_SLICES),
        (["timeline", "O1", "1"], set()),
        (["who"], {"order_id", "line_no", "customer_id", "told_on", "expected_on", "decision"}),
        (["notices"], NOTICES),
        (["notices", "--state", "accepted"], NOTICES),
        (["sources"], {"source", "feed", "mode"}),
        (["runs"], RUNS),
        (["quarantine"], QUARANTINE),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_json_is_a_list_of_objects_with_the_views_columns_and_stdout_holds_nothing_else(
    world: World, command: list[str], columns: set[str]
) -> None:
    said = tellwhen(world, *command, "--json")
    assert (said.code, "live" in said.err) == (0, True)
    assert said.json
    assert all(columns <= row.keys() for row in said.json)
    plain = tellwhen(world, *command)
    assert (plain.code, bool(plain.out.strip())) == (0, True)


def test_reading_changes_nothing(world: World) -> None:
    def fingerprint() -> dict[str, str]:
        files = [path for path in world.folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    before = fingerprint()
    for command in (["who"], ["runs"], ["notices"], ["sources"], ["quarantine"], ["explain", "O1", "1"], ["timeline", "O1", "1"]):
        tellwhen(world, *command)
    assert fingerprint() == before


def test_who_answers_who_has_been_and_who_could_not_be_informed_about_a_supplier_a_po_and_an_item(world: World) -> None:
    everybody = {row["customer_id"]: row for row in tellwhen(world, "who", "--json").json}
    assert everybody.keys() == {"C1", "C2", "C3"}
    assert (everybody["C1"]["answer"], everybody["C2"]["answer"]) == ("informed", "not_reached")
    assert everybody["C2"]["decision"] == "no_contact"
    for option in (["--supplier", "ACME"], ["--po", "P1"], ["--sku", "A"]):
        assert {row["customer_id"] for row in tellwhen(world, "who", *option, "--json").json} == {"C1", "C2"}, option
    assert {row["customer_id"] for row in tellwhen(world, "who", "--supplier", "BETA", "--json").json} == {"C3"}
    assert tellwhen(world, "who", "--sku", "nothing", "--json").json == []


def test_who_as_of_an_earlier_instant_shows_what_was_believed_then(world: World) -> None:
    then = {row["customer_id"]: row["expected_on"] for row in tellwhen(world, "who", "--as-of", "2026-03-02T07:00", "--json").json}
    assert then["C1"] == str(at_customer("2026-03-16"))


def test_explain_says_why_down_to_the_suppliers_row(world: World) -> None:
    (row,) = tellwhen(world, "explain", "O1", "1", "--json").json
    assert (row["supplier_id"], row["po_number"], row["expected_on"]) == ("ACME", "P1", str(at_customer("2026-03-18")))
    assert "2.csv, row 2" in tellwhen(world, "explain", "O1", "1").out


def test_timeline_has_every_date_believed_and_told(world: World) -> None:
    text = tellwhen(world, "timeline", "O1", "1").out
    assert all(str(at_customer(eta)) in text for eta in ("2026-03-16", "2026-03-18"))


def test_the_timeline_of_a_line_without_a_promised_date_does_not_say_that_one_was_promised(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put("acme", po("P1", "2026-03-16"))
    world.put("orders", order("O1"))
    world.run(day(1))
    assert [row["event"] for row in tellwhen(world, "timeline", "O1", "1", "--json").json] == ["believed"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "NONE", "1"],
        ["timeline", "O1", "9"],
        ["notices", "show", "none"], ["told", "O1", "1", "--on", "soon", "--by", "Ann"],
        ["told", "NONE", "1", "--on", "unknown", "--by", "Ann"], ["sources", "accept", "none", "x.csv", "--by", "Ann"],
        ["sources", "accept", "acme", "none.csv", "--by", "Ann"], ["run", "--as-of", "yesterday"], ["who", "--as-of", "x"], ["nonsense"],
        ["explain", "O1"], ["run", "--nonsense"],
        ["notices", "--state", "nonsense"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_is_exit_code_2_with_a_message_and_no_traceback(world: World, arguments: list[str]) -> None:
    said = tellwhen(world, *arguments)
    assert said.code == 2
    assert said.err.strip()
    assert "Traceback" not in said.err
    assert not said.out


def test_a_dry_run_shows_who_would_be_told_what_and_changes_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put("acme", po("P1", "2026-03-16"))
    world.put("orders", order("O1", at_customer("2026-03-16")))
    world.run(day(1))
    world.put("acme", po("P1", "2026-03-18"))
    before = {path: path.read_bytes() for path in world.folder.rglob("*") if path.is_file()}
    said = tellwhen(world, "run", "--dry-run", "--as-of", "2026-03-03", "--json")
    assert said.code == 0, said.err
    assert said.json["changes"] == {"delayed": 1}
    (notice,) = said.json["would_send"]
    assert notice.keys() >= NOTICES
    (line,) = notice["lines"]
    assert (line["order_id"], line["kind"], line["told_on"], line["expected_on"]) == ("O1", "delayed", "2026-03-19", "2026-03-23")
    shown = tellwhen(world, "run", "--dry-run", "--as-of", "2026-03-03").out
    assert "c1@customer.example" in shown
    assert "order O1, line 1: delayed, told 2026-03-19, now 2026-03-23" in shown
    assert {path: path.read_bytes() for path in world.folder.rglob("*") if path.is_file()} == before
    assert world.run(day(2)).notices == {"accepted": 1}, "and the run itself does it"


def test_a_dry_run_shows_what_an_earlier_run_left_pending_too(tmp_path: Path) -> None:
    world = told_world(tmp_path)
    world.put("acme", po("P1", "2026-03-18"))
    world.run(day(2), send=False)
    said = tellwhen(world, "run", "--dry-run", "--as-of", "2026-03-04", "--json")
    assert [notice["notice_id"] for notice in said.json["would_send"]] == world.values("select notice_id from notices")


def test_a_dry_run_that_checks_stop_gives_its_account_too(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put("acme", po("P1", "2026-03-16"))
    said = tellwhen(world, "run", "--dry-run", "--as-of", "2026-03-02", "--json")
    assert said.code == 3
    assert "orders" in said.err
    assert (said.json["status"], said.json["as_of"], said.json["landed"]["acme"]) == ("stopped", "2026-03-02T00:00:00Z", 1)


def test_a_notice_that_nobody_is_sending_any_more_shows_as_uncertain_everywhere(tmp_path: Path) -> None:
    world = told_world(tmp_path)
    world.put("acme", po("P1", "2026-03-18"))
    world.run(day(2))
    (notice_id,) = world.values("select notice_id from notices")
    with duckdb.connect(str(world.live)) as crashed:
        crashed.execute("update notices set state = 'sending'")
    assert [row["state"] for row in tellwhen(world, "notices", "--json").json] == ["uncertain"]
    assert tellwhen(world, "notices", "show", notice_id, "--json").json[0]["state"] == "uncertain"
    assert [row["notice_state"] for row in tellwhen(world, "who", "--json").json] == ["uncertain"]
    assert tellwhen(world, "timeline", "O1", "1", "--json").json[-1]["detail"] == f"notice {notice_id} (uncertain)"


def test_before_the_first_run_a_reading_command_says_that_there_is_no_warehouse(tmp_path: Path) -> None:
    world = World(tmp_path)
    said = tellwhen(world, "runs", "--json")
    assert (said.code, said.out) == (1, "")
    assert "tellwhen run" in said.err


def test_a_dry_run_of_a_new_warehouse_leaves_no_warehouse(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put("acme", po("P1", "2026-03-16"))
    world.put("orders", order("O1", "2026-03-03"))
    assert tellwhen(world, "run", "--dry-run", "--as-of", "2026-03-02", "--announce").code == 0
    assert not world.live.exists()
    assert not world.outbox.exists()
