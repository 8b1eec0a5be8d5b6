"""Looking back: what each run of a random world said is found again, exactly; made again from its files, it comes out the same."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from replay import Replay, Row, rows_of
from worlds import world_of

from flows.replaying import Span, replay
from tasks.settings import load_settings
from tasks.warehouse import open_for_reading

# All of current_promises: what was believed, and what had been told.
PROMISES = "select * from current_promises order by order_id, line_no"
SLICES = "select * from promise_slices order by all"


class Archive:
    """Keeps each file that a world drops: worlds write files over one another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def take(self, inbox: Path) -> None:
        for path in inbox.rglob("*.csv"):
            shutil.copyfile(path, self.folder / hashlib.sha256(path.read_bytes()).hexdigest())

    def find(self, file: Mapping[str, Any]) -> Path | None:
        path = self.folder / file["sha256"]
        return path if path.exists() else None


def ask(folder: Path, query: str) -> list[Row]:
    with duckdb.connect(str(folder / "history.duckdb"), read_only=True) as connection:
        return rows_of(connection, query, None)


@pytest.mark.parametrize("seed", [3, 14])
def test_what_each_run_said_is_found_again_and_comes_out_the_same_when_made_again(seed: int, tmp_path: Path) -> None:
    world, archive = world_of(random.Random(seed), most_days=6), Archive(tmp_path / "archive")
    (tmp_path / "world").mkdir()
    played = Replay(world, tmp_path / "world")
    var, said, slices = tmp_path / "world" / "var", {}, []
    for day in world.days:
        found = played.play(day)
        archive.take(tmp_path / "world" / "inbox")
        if found.outcome == "committed":
            said[day.as_of], slices = ask(var, PROMISES), ask(var, SLICES)
    assert any(said.values()), "a world in which nothing is promised shows nothing"

    for as_of, then in said.items():
        columns = ", ".join(then[0]) if then else "*"
        looked_back = f"select {columns} from promises_as_of('{as_of:%Y-%m-%d %H:%M:%S}') order by order_id, line_no"
        assert ask(var, looked_back) == then, as_of

    settings = load_settings(played.config, {})
    scratch = tmp_path / "scratch"
    with open_for_reading(settings.warehouse)[0] as recorded:
        differences, compared = replay(settings, recorded, Span(None, None), scratch, archive.find, lambda _: None)
    assert differences == []
    assert compared == len(world.days)
    assert ask(scratch, SLICES) == slices
    assert ask(scratch, PROMISES.replace("*", "* exclude (first_told_at, last_told_at, is_told, told_on, told_by)")) == ask(
        var, PROMISES.replace("*", "* exclude (first_told_at, last_told_at, is_told, told_on, told_by)")
    )
