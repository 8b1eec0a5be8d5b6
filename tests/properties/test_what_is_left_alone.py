"""A run that works out only what may have changed comes to just what a run comes to that works out everything (spec 3 and 4).

The same world is played twice, once with a warehouse that forgets before each run what the last one was worked out with.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import duckdb
import pytest
from replay import Replay
from worlds import World, world_of

# What a run leaves for the next, beside what analysts see. The time of looking is that of the run that looked.
REMEMBERED = {
    "standing": "select * exclude (evaluated_at) from state.standing_changes order by all",
    "baseline": "select * from state.baseline_lines order by all",
    "streaks": "select * from state.advance_streaks order by all",
    "released": "select order_id, line_no from state.released_lines order by all",
    "stock": "select * from state.stock_at_last_run order by all",
}
ITEMS = """
    select
        (select count(*) from work.items) as worked_out,
        (select count(*) from (select distinct warehouse_id, sku from promise_history where valid_to is null)) as known"""


class Forgetful(Replay):
    """A replay whose warehouse always works out everything."""

    def play(self, day: Any) -> Any:
        if (self.folder / "var/history.duckdb").exists():
            with duckdb.connect(str(self.folder / "var/history.duckdb")) as connection:
                connection.execute("delete from state.evaluation")
        return super().play(day)


def told(replay: Replay, day: Any) -> tuple[dict[str, list[Any]], tuple[int, int]]:
    """All that the warehouse says after a run, in an order of its own, and how many items were worked out, of how many."""
    found = replay.play(day)
    tables = {name: sorted(map(repr, rows)) for name, rows in {**found.tables, **replay.histories()}.items() if name != "files"}
    with duckdb.connect(str(replay.folder / "var/history.duckdb"), read_only=True) as connection:
        tables |= {name: connection.execute(query).fetchall() for name, query in REMEMBERED.items()}
        worked_out, known = connection.execute(ITEMS).fetchall()[0]
    return tables, (worked_out, known)


@pytest.mark.parametrize("number", [3])
def test_what_is_left_alone_is_what_it_would_have_been(tmp_path: Path, number: int) -> None:
    world: World = world_of(random.Random(number), 5, 8)
    (tmp_path / "whole").mkdir()
    (tmp_path / "part").mkdir()
    whole, part = Forgetful(world, tmp_path / "whole"), Replay(world, tmp_path / "part")
    left_alone = 0
    for day in world.days:
        expected, _ = told(whole, day)
        found, (worked_out, known) = told(part, day)
        for name in expected:
            assert found[name] == expected[name], f"{name} as of {day.as_of}"
        left_alone += max(0, known - worked_out)
    # No comparison of the same with the same.
    assert left_alone > 0
