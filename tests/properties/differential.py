"""Plays one world through the pipeline and the oracle, and makes a failure small enough to read.

In: a `World`. Out: None if they agree, else a `Disagreement`; `shrunk` looks for the smallest world that still shows it; `story` tells it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import islice
from pathlib import Path

import holidays
from comparison import differences, history_differences
from oracle import File, Numbers, Oracle
from oracle_cells import Cells
from replay import Replay
from worlds import World

MOST_SENTENCES = 12


@dataclass(frozen=True)
class Disagreement:
    """The run (from 0) after which the warehouse said something else than the oracle; `sentences` say what."""

    run: int
    sentences: tuple[str, ...]

    @property
    def table(self) -> str:
        """The table of the first difference: shrinking keeps to it."""
        return self.sentences[0].split(" ")[0]


@lru_cache
def public_holidays(country: str) -> frozenset[date]:
    return frozenset() if country == "none" else frozenset(holidays.country_holidays(country, years=range(2024, 2031)))


def disagreement(world: World) -> Disagreement | None:
    """Play the world to its end, or to the first difference."""
    oracle = Oracle(world.sources, world.numbers, public_holidays(world.calendar))
    past = []
    with tempfile.TemporaryDirectory() as folder:
        replay = Replay(world, Path(folder))
        for number, day in enumerate(world.days):
            expected = oracle.run(day.as_of, day.files, day.announce, day.send)
            past.append((day.as_of, expected))
            try:
                sentences = differences(expected, replay.play(day))
            except Exception as error:
                sentences = [f"crash {type(error).__name__}: {error}"]
            if sentences:
                return Disagreement(number, tuple(sentences))
        sentences = history_differences(past, replay.histories())
        return Disagreement(len(world.days) - 1, tuple(sentences)) if sentences else None


def shrunk(world: World, found: Disagreement, seconds: float, judge: Callable[[World], Disagreement | None] = disagreement) -> World:
    """Leave out what can be left out with a difference in the same table still there, until nothing can go or the time is over."""
    until = time.monotonic() + seconds
    world, before = replace(world, days=world.days[: found.run + 1]), None
    while world != before:
        before = world
        for leave_out in (_names, _days, _entities, _files, _settings, _rows_of_files):
            position = 0
            while candidate := next(islice(leave_out(world), position, None), None):
                if time.monotonic() > until:
                    return world
                again = judge(candidate)
                if again and again.table == found.table:
                    world = replace(candidate, days=candidate.days[: again.run + 1])
                else:
                    position += 1
    return world


def _names(world: World) -> Iterator[World]:
    """Half of the small worlds at a time, then one."""
    names = sorted({_name(row) for row in _rows(world)})
    half = len(names) // 2
    for unwanted in [names[:half], names[half:], *([name] for name in names)] if half else []:
        yield _without(world, lambda row, unwanted=tuple(unwanted): _name(row) in unwanted)  # type: ignore[misc]


def _days(world: World) -> Iterator[World]:
    for number in range(len(world.days)):
        yield replace(world, days=world.days[:number] + world.days[number + 1 :])


def _entities(world: World) -> Iterator[World]:
    for entity in sorted({_entity(row) for row in _rows(world)}):
        yield _without(world, lambda row, entity=entity: _entity(row) == entity)  # type: ignore[misc]


def _files(world: World) -> Iterator[World]:
    for number, day in enumerate(world.days):
        for place in range(len(day.files)):
            yield _with_files(world, number, day.files[:place] + day.files[place + 1 :])


def _settings(world: World) -> Iterator[World]:
    plain = Numbers(max_order_age_hours=9999)
    for key in vars(plain):
        if getattr(world.numbers, key) != getattr(plain, key):
            yield replace(world, numbers=replace(world.numbers, **{key: getattr(plain, key)}))
    if world.calendar != "none":
        yield replace(world, calendar="none")


def _rows_of_files(world: World) -> Iterator[World]:
    for number, day in enumerate(world.days):
        for place, file in enumerate(day.files):
            for row in range(len(file.rows)):
                less = replace(file, rows=file.rows[:row] + file.rows[row + 1 :])
                yield _with_files(world, number, (*day.files[:place], less, *day.files[place + 1 :]))


def _with_files(world: World, number: int, files: tuple[File, ...]) -> World:
    return replace(world, days=(*world.days[:number], replace(world.days[number], files=files), *world.days[number + 1 :]))


def _rows(world: World) -> Iterator[Cells]:
    return (row for day in world.days for file in day.files for row in file.rows)


def _without(world: World, unwanted: Callable[[Cells], bool]) -> World:
    days = []
    for day in world.days:
        files = [replace(file, rows=tuple(row for row in file.rows if not unwanted(row))) for file in day.files]
        days.append(replace(day, files=tuple(files)))
    return replace(world, days=tuple(days))


def _entity(row: Cells) -> str:
    names = ("supplier_id", "po_number", "po_line") if "po_line" in row and "supplier_id" in row else ("order_id", "line_no", "customer_id")
    return " ".join(row.get(name, "") for name in names).strip() or row.get("sku", "")


def _name(row: Cells) -> str:
    """The small world that a row is of: the letter before its names, if any."""
    text = next((row[column] for column in ("sku", "customer_id", "supplier_id", "order_id") if row.get(column)), "")
    return text[0] if text[:1].islower() else ""


def story(world: World, found: Disagreement) -> str:
    """The whole world in words: settings that are not plain, then each run with its files."""
    plain = Numbers()
    settings = [f"{key} = {value}" for key, value in vars(world.numbers).items() if value != getattr(plain, key)]
    lines = [f"calendar {world.calendar}; " + (", ".join(settings) or "plain settings")]
    lines += [f"sources: {', '.join(f'{s.name} ({s.feed}, {s.mode})' for s in world.sources)}"]
    for number, day in enumerate(world.days):
        how = "".join([", announce" if day.announce else "", "" if day.send else ", nothing sent"])
        lines.append(f"run {number}, as of {day.as_of:%a %Y-%m-%d %H:%M}{how}" + ("" if day.files else ": no files"))
        for file in day.files:
            lines.append(f"  {file.name}" + ("" if file.header else ": 0 bytes"))
            lines += [
                f"    {index:>2}  " + ", ".join(f"{k}={v}" for k, v in row.items() if v) for index, row in enumerate(file.rows, start=2)
            ]
    rest = len(found.sentences) - MOST_SENTENCES
    more = [f"… and {rest} more"] if rest > 0 else []
    return "\n".join([*lines, f"after run {found.run}:", *found.sentences[:MOST_SENTENCES], *more])
