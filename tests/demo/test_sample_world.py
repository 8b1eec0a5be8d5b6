"""The sample world, end to end: what flows/demo/README.md says of day 2 is what two runs really do."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import flows.demo
from flows.demo.world import DAYS, drop_day, write_world
from flows.pipeline import RunSummary, run
from tasks.settings import load_settings

Rows = list[tuple[Any, ...]]
STORY = Path(flows.demo.__file__).with_name("README.md")


@dataclass(frozen=True)
class World:
    """Two finished runs: their summaries and a way to ask the analysts' copy."""

    folder: Path
    summaries: tuple[RunSummary, RunSummary]
    ask: Callable[..., Rows]

    def changes_of_day(self, day: int) -> Rows:
        return self.ask(
            "select order_id || '/' || line_no, customer_id, told_on, expected_on, kind, cause, decision from changes where run_id = ?",
            [self.summaries[day - 1].run_id],
        )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    import duckdb

    folder = tmp_path_factory.mktemp("northgate")
    config = write_world(folder)
    summaries = []
    for number, as_of in enumerate(DAYS, start=1):
        drop_day(folder, number)
        summaries.append(run(config, as_of, check_engine="sql"))
    published = load_settings(config, {}).warehouse.published_path
    with duckdb.connect(str(published), read_only=True) as connection:
        yield World(folder, (summaries[0], summaries[1]), lambda query, values=(): connection.execute(query, values).fetchall())


def story(section: str) -> list[dict[str, str]]:
    """The table that follows `<!-- section -->` in the story, one dict a row."""
    text = STORY.read_text(encoding="utf-8").split(f"<!-- {section} -->\n")[1]
    lines = [line for line in text.split("\n\n")[0].splitlines() if line.startswith("|")]
    titles, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(titles, row, strict=True)) for row in rows]


def day(text: str) -> date | None:
    return None if text == "–" else date.fromisoformat(text)


def test_day_1_is_a_baseline_that_writes_to_nobody(world: World) -> None:
    assert {decision for *_, decision in world.changes_of_day(1)} == {"baseline"}
    assert not world.ask("select 1 from notices where run_id = ?", [world.summaries[0].run_id])


def test_day_2_finds_just_the_changes_of_the_story(world: World) -> None:
    expected = {
        row["Line"]: (row["Customer"], day(row["Told"]), day(row["Expected"]), row["Kind"], row["Cause"], row["Decision"])
        for row in story("changes")
    }
    found = {line: tuple(rest) for line, *rest in world.changes_of_day(2)}
    assert found == expected


@pytest.mark.parametrize("section", ["changes", "no change", "baseline"])
def test_each_line_of_the_story_has_the_dates_worked_out_by_hand(world: World, section: str) -> None:
    promises = {
        line: (customer, expected_on)
        for line, customer, expected_on in world.ask("select order_id || '/' || line_no, customer_id, expected_on from current_promises")
    }
    for row in story(section):
        assert promises[row["Line"]] == (row["Customer"], day(row["Expected"])), row["What happens"]


def test_who_is_left_in_peace_was_told_what_the_story_says(world: World) -> None:
    told = dict(world.ask("select order_id || '/' || line_no, told_on from current_promises"))
    for row in [*story("no change"), *story("baseline")]:
        assert told[row["Line"]] == day(row["Told"]), row["What happens"]


def test_each_customer_gets_one_message_with_all_of_their_lines(world: World) -> None:
    expected = Counter(row["Customer"] for row in story("changes") if row["Decision"] == "notify")
    found = Counter(customer for (customer,) in world.ask("select customer_id from notices join notice_lines using (notice_id)"))
    assert found == expected
    assert world.ask("select customer_id, count(*) from notices group by all having count(*) > 1") == []
    assert world.ask("select distinct state from notices") == [("accepted",)]


def test_each_message_lies_in_the_outbox(world: World) -> None:
    messages = [path.read_bytes() for path in sorted(world.folder.rglob("*.eml"))]
    ids = [re.search(rb"(?mi)^X-Tellwhen-Notice-Id:\s*(\S+)", message) for message in messages]
    assert {match[1].decode() for match in ids if match} == {notice for (notice,) in world.ask("select notice_id from notices")}


def test_each_message_is_in_the_language_of_the_story(world: World) -> None:
    greetings = {"English": "Hello", "German": "Guten Tag", "French": "Bonjour"}
    bodies = dict(world.ask("select customer_id, body_text from notices"))
    for row in story("languages"):
        language = re.split(r"[:,]", row["Message"])[0]
        assert bodies[row["Customer"]].startswith(f"{greetings[language]} ")
        assert row["One of its dates"] in bodies[row["Customer"]].replace("\u00a0", " ")


def test_the_locales_of_the_story_are_those_of_the_customers_file() -> None:
    (file,) = (STORY.parent / "world" / "day-1" / "shop").glob("customers_*.csv")
    with file.open(encoding="utf-8", newline="") as rows:
        locales = {row["customer_id"]: row["locale"] for row in csv.DictReader(rows)}
    assert {row["Customer"]: row["Locale"] for row in story("languages")}.items() <= locales.items()


def test_lines_no_message_could_settle_stand_in_customers_to_call(world: World) -> None:
    to_call = {line for (line,) in world.ask("select order_id || '/' || line_no from customers_to_call")}
    unreached = {row["Line"] for row in story("changes") if row["Decision"] in {"no_contact", "opted_out"}}
    late_before = {row["Line"] for row in story("baseline") if row["Kind"] != "dated"}
    assert unreached | late_before <= to_call
    assert not to_call & {row["Line"] for row in story("changes") if row["Decision"] == "notify"}


def test_what_the_story_calls_refused_is_refused_and_nothing_else(world: World) -> None:
    refused = Counter(row["Source"] for row in story("refused") if row["What"].startswith("row"))
    assert Counter(source for (source,) in world.ask("select source from quarantined_rows")) == refused
    rejected = world.ask("select source, regexp_extract(path, '[^/]+$') from source_files where status = 'rejected'")
    assert rejected == [("quayside", "open_orders_20261125.csv")]


def test_the_same_day_again_says_nothing_new(world: World, tmp_path: Path) -> None:
    config = write_world(tmp_path)
    for number, as_of in enumerate(DAYS, start=1):
        drop_day(tmp_path, number)
        run(config, as_of, check_engine="sql")
    again = run(config, DAYS[1], check_engine="sql")
    assert again.run_id != world.summaries[1].run_id
    assert len(list(tmp_path.rglob("*.eml"))) == len(list(world.folder.rglob("*.eml")))
