"""A reader's question finds half a run: it is seen to fail on a copy in which something is missing."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from benchmarks.reader import Findings, ask
from tests.pipeline.worlds import MONDAY, TUESDAY, World, order, po

LATER = date(2026, 3, 20)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = World(tmp_path_factory.mktemp("world"))
    world.put("acme", po("P1", "2026-03-10"))
    world.put("orders", order("O1"), order("O2", quantity_open=12))
    world.run(MONDAY)
    world.put("acme", po("P1", LATER))
    world.run(TUESDAY)
    return world.published


def half_runs(published: Path, folder: Path, spoil: str = "select 1") -> list[str]:
    copy = folder / "copy.duckdb"
    shutil.copyfile(published, copy)
    found = Findings()
    with duckdb.connect(str(copy)) as connection:
        connection.execute(spoil)
        ask(connection, found)
    assert found.questions == 1
    return found.half_runs


def test_a_whole_run_passes(published: Path, tmp_path: Path) -> None:
    assert half_runs(published, tmp_path) == []


@pytest.mark.parametrize(
    "spoil",
    [
        "delete from promise_slices where supply_kind = 'none'",
        "delete from promise_history where order_id = 'O1'",
        "insert into promise_history select * from promise_history where order_id = 'O1' and valid_to is null",
        "delete from order_line_history where order_id = 'O1'",
        "update order_line_history set quantity_open = 5 where order_id = 'O1'",
        "delete from runs where as_of::date = date '2026-03-03'",
        "update runs set open_lines = 3 where as_of::date = date '2026-03-03'",
    ],
)
def test_half_a_run_is_seen(published: Path, tmp_path: Path, spoil: str) -> None:
    assert len(half_runs(published, tmp_path, spoil)) == 1
