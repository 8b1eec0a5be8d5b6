"""`compact`: what files said long ago is forgotten where the shop wants it; promises, changes and notices stay, and the file shrinks."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.pipeline.command_line import tellwhen
from tests.pipeline.worlds import ORDERS_OF_ANY_AGE, PROJECT, World, day, order, po

STAYS = ("promise_history", "promise_slices", "current_promises", "changes", "notices", "notice_lines", "attempts", "runs", "source_files")
FORGOTTEN = ("supplier_eta_history", "order_line_history", "quarantined_rows", "check_results")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two months, with a date that moved twice and a refused row at their beginning."""
    world = World(tmp_path, settings=ORDERS_OF_ANY_AGE)
    for number, eta in ((1, "2026-03-10"), (2, "2026-03-12"), (3, "2026-03-16"), (60, "2026-05-20")):
        world.put("acme", po("P1", eta), po("P2", "31/31/2026"))
        world.put("orders", order("O1", quantity_open=1 + number % 5))
        world.run(day(number))
    return world


def rows(world: World) -> dict[str, list[object]]:
    return {table: world.rows(f"select * from {table} order by all") for table in (*STAYS, *FORGOTTEN)}


def test_what_files_said_long_ago_is_forgotten_and_what_was_promised_and_told_is_not(world: World) -> None:
    before = rows(world)
    world.configure(ORDERS_OF_ANY_AGE + "\n[retention]\nlanded_days = 30")
    said = tellwhen(world, "compact", "--json")
    after = rows(world)
    assert said.code == 0
    forgotten = said.json["forgotten"]
    assert {table: len(before[table]) - len(after[table]) for table in FORGOTTEN} == {table: forgotten[table] for table in FORGOTTEN}
    assert all(forgotten[table] > 0 for table in FORGOTTEN)
    for table in STAYS:
        assert after[table] == before[table], table
    assert world.rows("select quantity from supplier_eta_history where valid_to is null") == [{"quantity": 10}]


def test_nothing_is_forgotten_unless_the_shop_says_for_how_long_it_is_kept(world: World) -> None:
    before = rows(world)
    said = tellwhen(world, "compact")
    assert said.code == 0
    assert "nothing is forgotten unless [retention] landed_days" in said.err
    assert rows(world) == before


def test_a_run_after_compacting_goes_on_as_if_nothing_had_been(world: World) -> None:
    world.configure(ORDERS_OF_ANY_AGE + "\n[retention]\nlanded_days = 30")
    tellwhen(world, "compact")
    assert world.run(day(60)).changes == {}
    world.put("acme", po("P1", "2026-05-27"))
    assert world.run(day(61)).changes == {"delayed": 1}


def test_without_a_warehouse_there_is_nothing_to_compact(tmp_path: Path) -> None:
    said = tellwhen(World(tmp_path), "compact")
    assert said.code == 1
    assert "there is no warehouse to compact yet" in said.err


@pytest.mark.parametrize("moment", ["copy_to", "fsync", "replace"])
def test_killed_at_any_point_it_leaves_a_whole_warehouse(world: World, moment: str) -> None:
    before = rows(world)
    killing = (
        "import os, signal\n"
        "from pathlib import Path\n"
        "from tasks import rewriting\n"
        "from tasks.settings import load_settings\n"
        "from tasks.warehouse import Warehouse\n"
        "def die(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
        f"owner = {{'copy_to': Warehouse, 'fsync': os, 'replace': Path}}[{moment!r}]\n"
        f"setattr(owner, {moment!r}, die)\n"
        f"rewriting.rewrite(load_settings(Path({str(world.config)!r})).warehouse)\n"
    )
    died = subprocess.run([sys.executable, "-c", killing], cwd=PROJECT, check=False, capture_output=True, text=True)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert tellwhen(world, "compact").code == 0
    assert rows(world) == before
    assert sorted(path.name for path in world.live.parent.iterdir() if "fresh" in path.name) == []


def test_a_file_that_is_half_empty_is_written_anew_with_the_next_publishing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with duckdb.connect(str(world.live)) as connection:
        connection.execute("create table state.room as select hash(i) as a, hash(i, 1) as b from range(3_000_000) as r(i)")
        # Written behind it in the file, so that its room does not go with the file's end.
        connection.execute("create table state.behind as select hash(i) as a from range(1_000_000) as r(i)")
        connection.execute("checkpoint")
        connection.execute("drop table state.room")
    stays = [table for table in STAYS if table != "runs"]
    before, size = rows(world), world.live.stat().st_size
    monkeypatch.setattr("tasks.rewriting._WORTH_IT_BYTES", 1)
    world.run(day(60))
    assert world.live.stat().st_size < size / 2
    assert world.published.stat().st_size == world.live.stat().st_size
    after = rows(world)
    assert {table: after[table] for table in stays} == {table: before[table] for table in stays}
