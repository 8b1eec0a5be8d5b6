"""What goes out, word for word; and that it goes out once, however the run ends (spec 5, 6)."""

from __future__ import annotations

import hashlib
import signal
from pathlib import Path

import pytest

from tests.pipeline.command_line import tellwhen
from tests.pipeline.worlds import World, at_customer, csv_text, customer, day, order, po, told_world

LATER = "2026-03-18"
NAMES = {"C1": "O'Neil", "C2": "Bjørn <b>", "C3": "李雷"}
SKUS = {"C1": 'CALIPER, "left"', "C2": "PUMP'; drop table notices; --", "C3": "轮毂,轴承"}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Odd names and items in files with CRLF; every date moved."""
    world = World(tmp_path_factory.mktemp("odd"))

    def crlf(source: str, *rows: dict[str, object]) -> None:
        world.put_bytes(source, csv_text(rows, line_end="\r\n").encode())

    crlf("customers", *(customer(key, name=name) for key, name in NAMES.items()))
    for number, eta in ((1, "2026-03-16"), (2, LATER)):
        crlf("acme", *(po(f"P{key}", eta, sku=sku, reason="<script>alert(1)</script>") for key, sku in SKUS.items()))
        crlf(
            "orders",
            *(
                order(f"O'{key}", at_customer("2026-03-16"), customer_id=key, sku=sku, description="Guß & <i>Ähre</i>")
                for key, sku in SKUS.items()
            ),
        )
        summary = world.run(day(number))
        assert (summary.landed["acme"], summary.quarantined) == (3, {})
    return world


def test_odd_names_and_items_in_crlf_files_break_nothing_and_lose_nothing(odd: World) -> None:
    assert odd.values("select sku from current_promises order by customer_id") == [SKUS[key] for key in sorted(SKUS)]
    assert odd.values("select state from notices") == ["accepted"] * 3
    assert {letter["To"].addresses[0].display_name for letter in odd.letters().values()} == set(NAMES.values())


def test_a_letter_holds_word_for_word_what_the_warehouse_keeps_with_its_id_and_hash(odd: World) -> None:
    letters = odd.letters()
    notices = odd.rows("select * from notices")
    assert {notice["notice_id"] for notice in notices} == letters.keys()
    for notice in notices:
        letter = letters[notice["notice_id"]]
        assert letter["X-Tellwhen-Notice-Id"] == notice["notice_id"]
        assert letter["Subject"] == notice["subject"]
        assert letter["To"].addresses[0].addr_spec == notice["to_address"]
        text, html = letter.get_body(("plain",)), letter.get_body(("html",))
        assert text is not None
        assert html is not None
        # In a letter a line ends with CRLF.
        assert text.get_content().replace("\r\n", "\n").rstrip("\n") == notice["body_text"].rstrip("\n")
        assert html.get_content().replace("\r\n", "\n").rstrip("\n") == notice["body_html"].rstrip("\n")
        words = "".join(f"{part}\0" for part in (notice["subject"], notice["body_text"], notice["body_html"]))
        assert notice["body_sha256"] == hashlib.sha256(words.encode()).hexdigest()


def test_every_value_is_escaped_in_html_and_plain_in_text(odd: World) -> None:
    for notice in odd.rows("select * from notices"):
        assert "<i>" not in notice["body_html"]
        assert "Bjørn <b>" not in notice["body_html"]
        assert "Guß & <i>Ähre</i>" in notice["body_text"]
        assert "script" not in notice["body_html"].casefold()
        assert "alert(1)" not in notice["body_text"], "no source here shares its reasons"


def test_every_delay_offers_to_cancel_and_says_both_dates(odd: World) -> None:
    for notice in odd.rows("select * from notices"):
        for body in (notice["body_text"], notice["body_html"]):
            assert "cancel" in body.casefold()
            assert str(at_customer("2026-03-16").day) in body
            assert str(at_customer(LATER).day) in body


def test_notices_show_has_the_notice_word_for_word(odd: World) -> None:
    for notice in odd.rows("select notice_id, body_text, body_html, body_sha256, subject from notices"):
        (shown,) = tellwhen(odd, "notices", "show", notice["notice_id"], "--json").json
        assert {key: shown[key] for key in notice} == notice
        assert notice["body_text"].strip() in tellwhen(odd, "notices", "show", notice["notice_id"]).out


def test_explain_and_timeline_find_an_order_with_a_quotation_mark(odd: World) -> None:
    assert tellwhen(odd, "explain", "O'C1", "1", "--json").json
    assert tellwhen(odd, "timeline", "O'C1", "1", "--json").json


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
import flows.stages as stages
from flows.pipeline import run
place = sys.argv[2]
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
if place == "before the commit":
    stages.diffing.commit_changes = die
elif place == "after landing":
    stages.Stages.promise = die
elif place == "after the commit":
    stages.Stages.dispatch = die
elif place == "after sending":
    import tasks.dispatching.sending as sending
    sending._outcomes = die
run(Path(sys.argv[1]), datetime(2026, 3, 3, 6, tzinfo=UTC), check_engine="sql")
"""


@pytest.fixture(scope="module")
def uneventful(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The notice id that the same world gives when nothing is killed."""
    world = told_world(tmp_path_factory.mktemp("uneventful"))
    world.put("acme", po("P1", LATER))
    world.run(day(2))
    (notice_id,) = world.letters()
    return notice_id


@pytest.mark.parametrize("place", ["after landing", "before the commit", "after the commit", "after sending"])
def test_a_run_that_is_killed_loses_no_notice_and_makes_none_twice(tmp_path: Path, uneventful: str, place: str) -> None:
    world = told_world(tmp_path)
    world.put("acme", po("P1", LATER))
    process = world.python(KILLED, str(world.config), place)
    _, err = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL, err
    summary = world.run(day(2))
    assert world.values("select notice_id from notices") == [uneventful], "the id is the one it would have had"
    assert list(world.letters()) == [uneventful]
    if place == "after sending":
        assert world.values("select state from notices") == ["uncertain"], "never sent again on a guess"
        assert summary.exit_code == 5
    else:
        assert world.values("select state from notices") == ["accepted"]
    assert world.run(day(3)).changes == {}
    assert len(world.letters()) == 1
    assert "running" not in world.values("select status from runs"), "a run that was killed does not look alive for ever"


def test_templates_can_be_replaced_by_a_folder(tmp_path: Path) -> None:
    own = tmp_path / "words"
    world = told_world(tmp_path)
    shipped = Path("tasks/messages/templates")
    files = [path for path in shipped.rglob("*") if path.is_file()]
    assert files
    for path in files:
        target = own / path.relative_to(shipped)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        target.write_text(f"Ahoy: {text}" if path.name.startswith("subject") else text, encoding="utf-8")
    world.configure(settings='[messages]\ntemplates = "words"')
    world.put("acme", po("P1", LATER))
    world.run(day(2))
    assert all(subject.startswith("Ahoy") for subject in world.values("select subject from notices"))
    assert world.letters()
