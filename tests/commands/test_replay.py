"""`tellwhen replay`: what comes out as it was recorded, what does not, and which files are lost; its exit codes."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.pipeline.command_line import tellwhen
from tests.pipeline.worlds import World, day, po, told_world


def slipped_world(folder: Path) -> World:
    world = told_world(folder)
    world.put("acme", po("P1", "2026-03-18"))
    world.run(day(2))
    return world


def test_runs_that_come_out_as_they_were_recorded_are_exit_code_0(tmp_path: Path) -> None:
    said = tellwhen(slipped_world(tmp_path), "replay", "--json")
    assert (said.code, said.json) == (0, []), said.err


def test_a_promise_that_was_recorded_otherwise_is_shown_and_is_exit_code_1(tmp_path: Path) -> None:
    world = slipped_world(tmp_path)
    with duckdb.connect(str(world.live)) as tampered:
        tampered.execute("update promise_history set expected_on = '2026-12-24' where valid_to is null")
    said = tellwhen(world, "replay", "--json")
    assert said.code == 1
    (difference,) = said.json
    assert (difference["what"], difference["key"]) == ("promise", "O1/1")
    assert (difference["recorded"]["expected_on"], difference["replayed"]["expected_on"]) == ("2026-12-24", "2026-03-23")
    assert tellwhen(world, "replay", "--to", "2026-03-02").code == 0, "the day before is as it was"
    shown = tellwhen(world, "replay", "--from", "2026-03-03")
    assert "expected_on 2026-12-24" in shown.out


def test_files_that_are_gone_or_have_changed_are_named(tmp_path: Path) -> None:
    world = slipped_world(tmp_path)
    (tmp_path / "inbox/acme/2.csv").write_text("something else")
    (changed,) = tellwhen(world, "replay", "--json").json
    assert "2.csv: the file has changed since" in changed["key"]
    (tmp_path / "inbox/acme/2.csv").unlink()
    said = tellwhen(world, "replay")
    assert said.code == 1
    assert "2.csv: the file is gone" in said.out


def test_settings_are_those_of_then_and_it_is_said_that_todays_differ(tmp_path: Path) -> None:
    world = slipped_world(tmp_path)
    world.configure(settings="[promise]\ntransit_days = 9")
    said = tellwhen(world, "replay", "--json")
    assert (said.code, said.json) == (0, [])
    assert "made with other settings than today's" in said.err


def test_the_scratch_warehouse_is_kept_where_asked_with_the_slices_of_then(tmp_path: Path) -> None:
    world = slipped_world(tmp_path / "world")
    assert tellwhen(world, "replay", "--to", "2026-03-02", "--keep", str(tmp_path / "then")).code == 0
    with duckdb.connect(str(tmp_path / "then" / "history.duckdb"), read_only=True) as then:
        assert str(then.execute("select expected_on from promise_slices").fetchall()[0][0]) == "2026-03-19"
    assert tellwhen(world, "replay", "--keep", str(tmp_path / "then")).code == 2
    assert tellwhen(world, "replay", "--from", "2026-03-03", "--to", "2026-03-02").code == 2
