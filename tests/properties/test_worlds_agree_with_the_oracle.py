"""Random worlds, day by day: the warehouse says after each run what the plain oracle expects (spec 2 to 5, and the histories of spec 7).

The test command plays a few worlds, each of eight small ones. `WORLDS=200 pytest tests/properties` plays as many, up to 25 runs each;
`WORLD=17` plays the one of that number (with WORLDS as it was then). A failure is made smaller for
`SHRINK_SECONDS` (120) and told as a story.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from differential import Disagreement, disagreement, shrunk, story
from hypothesis import Phase, given, settings
from oracle import File
from oracle_cells import Cells
from oracle_reading import identity
from replay import QUERIES, Found, Replay
from worlds import Day, World, world_of, worlds

SMALL_WORLDS = 8
SHRINK_SECONDS = float(os.environ.get("SHRINK_SECONDS", "120"))

# Three small worlds that between them walk through most rules; more are played with WORLDS.
FEW = (1, 5, 9)
IS_LONG = "WORLDS" in os.environ
COUNT = int(os.environ.get("WORLDS", "2"))
NUMBERS = [int(os.environ["WORLD"])] if "WORLD" in os.environ else range(1, COUNT + 1) if IS_LONG else FEW
MOST_DAYS = 25 if IS_LONG else 7

# What a run does not write anew when nothing is new; changes are those of the run, so none at all.
STANDING = ("supply", "orders", "slices", "promises", "notices", "notice_lines", "to_call")


def agree(world: World) -> None:
    """Fail with the story of the smallest world found that shows the difference."""
    found = disagreement(world)
    if found:
        smaller = shrunk(world, found, SHRINK_SECONDS)
        pytest.fail(story(smaller, disagreement(smaller) or Disagreement(found.run, found.sentences)), pytrace=False)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_numbered_world_agrees_with_the_oracle(number: int) -> None:
    agree(world_of(random.Random(number), MOST_DAYS, SMALL_WORLDS))


@settings(max_examples=COUNT, phases=(Phase.explicit, Phase.generate))
@given(world=worlds(most_days=5, small_worlds=3))
def test_a_world_of_hypothesis_agrees_with_the_oracle(world: World) -> None:
    """Shrinking is ours, as a run costs too much for Hypothesis's."""
    agree(world)


def play(world: World, folder: Path) -> tuple[Replay, Found]:
    folder.mkdir()
    replay = Replay(world, folder)
    return replay, list(replay.runs())[-1]


def sending(world: World) -> World:
    """The same world where every run sends and none goes back in time, so that nothing waits in the outbox."""
    days, latest = [], world.days[0].as_of
    for day in world.days:
        if day.as_of >= latest:
            days.append(replace(day, send=True))
            latest = day.as_of
    return replace(world, days=tuple(days))


@pytest.fixture(name="world", scope="module")
def one_world() -> World:
    world = sending(world_of(random.Random(99), 5, SMALL_WORLDS))
    return replace(world, numbers=replace(world.numbers, arrived_days=15, confirm_advances_runs=1))


@pytest.fixture(name="replay", scope="module")
def one_replay(world: World, tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """The world, played once; the tests below let it go on from where it then stands."""
    replay, found = play(world, tmp_path_factory.mktemp("worlds") / "world")
    # No comparison of nothing with nothing.
    assert {name for name in QUERIES if not found.tables[name]} <= {"changes", "files", "quarantined"}
    return replay


def test_the_order_of_the_rows_changes_nothing(world: World, tmp_path: Path) -> None:
    """Duplicates apart: they are left out of both."""
    rng = random.Random(1)
    plain = _with_rows(world, lambda rows: rows)
    _, as_given = play(plain, tmp_path / "as given")
    _, in_disorder = play(_with_rows(plain, lambda rows: rng.sample(rows, len(rows))), tmp_path / "in disorder")
    for name in (*STANDING, "changes"):
        assert _without_ids(as_given, name) == _without_ids(in_disorder, name), name


def _with_rows(world: World, arrange: Callable[[list[Cells]], list[Cells]]) -> World:
    feeds = {source.name: source.feed for source in world.sources}

    def arranged(file: File) -> File:
        rows = {identity(feeds[file.source], row) or number: row for number, row in enumerate(file.rows)}
        return replace(file, rows=tuple(arrange(list(rows.values()))))

    return replace(world, days=tuple(replace(day, files=tuple(arranged(file) for file in day.files)) for day in world.days))


def _without_ids(found: Found, name: str) -> list[str]:
    return sorted(str({k: v for k, v in row.items() if k not in ("notice_id", "run_id")}) for row in found.tables[name])


def test_the_same_as_of_twice_changes_nothing(replay: Replay) -> None:
    before, histories = replay.read(None, "committed"), replay.histories()
    after = replay.play(Day(replay.latest))
    assert after.tables["changes"] == []
    assert replay.histories() == histories
    for name in STANDING:
        assert _without_ids(before, name) == _without_ids(after, name), name


def test_a_world_without_news_sends_nothing_on_later_days(replay: Replay) -> None:
    """One quiet day lets go what waited for its day; then nobody is written to, until arrived supply ends."""
    quiet = replay.play(Day(replay.latest + timedelta(days=1)))
    for _ in range(2):
        later = replay.play(Day(replay.latest + timedelta(days=1)))
        assert later.tables["notices"] == quiet.tables["notices"]
        assert {row["kind"] for row in later.tables["changes"]} <= {"missed"}
