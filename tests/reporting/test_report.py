"""`tellwhen report`: one page that says the day, names nobody, and carries all that it needs."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from flows.reporting.checks import checks
from flows.reporting.contents import Report, Written, report_of
from flows.reporting.page import page_of
from flows.reporting.parts import Section
from tasks.errors import ChecksStoppedRun
from tasks.settings import load_settings
from tasks.warehouse import open_published, writer_lock
from tests.pipeline.command_line import tellwhen
from tests.pipeline.worlds import World, po
from tests.reporting.conftest import RUNS, Reported


@pytest.fixture(scope="module")
def report(reported: Reported) -> Report:
    """What stands in the report, before it is a page."""
    settings = load_settings(reported.world.config)
    with open_published(settings.warehouse) as warehouse:
        return report_of(warehouse, Written(World.instant(RUNS[-1]), False, "uncertain"))


def section(report: Report, name: str) -> Section:
    return next(section for section in report.sections if section.name == name)


def cells(section: Section, table: int = 0) -> list[list[str]]:
    return [[cell.text for cell in row] for row in section.tables[table].rows]


def test_the_command_says_where_it_read_and_names_the_file_that_it_wrote(reported: Reported) -> None:
    assert (reported.said.code, reported.said.out) == (0, f"{reported.page}\n")
    assert "live" in reported.said.err


def test_the_figures_on_top_are_those_of_the_last_day(report: Report) -> None:
    assert report.title == "Tellwhen on 2026-06-01"
    assert {words: number for number, words in report.figures} == {
        "open order lines": 7, "customers whose date changed": 5, "of them told": 4, "customers to call": 1, "left in the dark": 0,
    }  # fmt: skip


def test_who_must_be_called_stands_first_with_why(report: Report) -> None:
    assert report.sections[0].name == "to-call"
    assert cells(report.sections[0]) == [
        ["C2", "O1", "1", "S1", "1", "delayed", "2026-07-06", "2026-07-15", "no_contact", "2026-06-01 06:00"]
    ]


def test_changes_and_tellings_are_those_of_the_day(report: Report) -> None:
    assert [row[:2] for row in cells(section(report, "changes"))] == [["delayed", "supplier"]]
    assert [row[0] for row in cells(section(report, "changes"), 1)] == ["O5", "O4", "O1", "O3", "O6"]
    assert [row[0] for row in cells(section(report, "told"))] == ["C4", "C5", "C6", "(an address)"]


def test_slip_stands_by_supplier_and_month(report: Report) -> None:
    slip = section(report, "slip")
    assert slip.tables[0].titles == ("supplier", "2026-06", "2026-05", "2026-04", "2026-03")
    assert cells(slip)[0] == ["ZETA", "60.0", "40.0", "20.0", "0.0"]
    assert slip.chart and "ZETA 60 days in 2026-06" in slip.chart.says


def test_a_failed_check_stands_with_its_sentence_and_its_run(report: Report) -> None:
    found = section(report, "checks")
    by_suite = {row[0]: row[1:] for row in cells(found)}
    assert by_suite["landed supplier etas"] == ["1 failed, 13 passed", "14 passed", "14 passed", "14 passed"]
    assert by_suite["the run"] == ["committed"] * 4
    (failed,) = cells(found, 1)
    assert failed[:6] == ["2026-06-01 06:00", "warning", "eta is a date", "acme", "4.csv", "1"]
    assert failed[6].startswith("1 row breaks this rule: ")


def test_a_check_that_could_not_be_carried_out_is_neither_passed_nor_failed(reported: Reported) -> None:
    settings = load_settings(reported.world.config)
    with open_published(settings.warehouse) as warehouse:
        rows = warehouse.rows("report/checks", most_runs=1)
        outcome = checks(_Answering({"report/checks": [{**rows[0], "errored_count": 2}], "report/failed_checks": []}))  # type: ignore[arg-type]
    assert cells(outcome)[0][1].startswith("2 errored, ")
    assert "2 could not be carried out" in outcome.says


class _Answering:
    """A warehouse that has its answers ready."""

    def __init__(self, answers: dict[str, list[dict[str, object]]]) -> None:
        self.answers = answers

    def rows(self, name: str, **_values: object) -> list[dict[str, object]]:
        return self.answers[name]


def test_the_page_holds_no_address_no_name_and_no_message(reported: Reported) -> None:
    page = reported.page.read_text(encoding="utf-8")
    content = re.sub(r"<script>.*</script>", "", page, flags=re.DOTALL)
    bodies = reported.world.values("select body_text from notices")
    assert len(bodies) > 5
    assert "@" not in content.replace("@media", "")
    assert "Quux" not in page
    assert not [body for body in bodies if body.splitlines()[0] in page]


def test_a_name_that_looks_like_markup_stays_a_name(reported: Reported) -> None:
    page = reported.page.read_text(encoding="utf-8")
    assert "&lt;/script&gt;&lt;b&gt;ETA &amp; Co" in page
    assert "<b>" not in re.sub(r"<script>.*</script>", "", page, flags=re.DOTALL)
    # One for each chart's description, and the one that draws.
    assert page.count("</script>") == 5


def test_a_report_without_charts_carries_no_script(report: Report) -> None:
    bare = replace(report, sections=tuple(replace(section, chart=None) for section in report.sections))
    page = page_of(bare)
    assert "<script" not in page
    assert len(page) < 50_000


def test_while_another_process_writes_the_published_copy_is_read(reported: Reported, tmp_path: Path) -> None:
    with writer_lock(load_settings(reported.world.config).warehouse):
        said = tellwhen(reported.world, "report", "--out", str(tmp_path / "report.html"))
    assert said.code == 0
    assert "published copy" in said.err
    assert "from the published copy" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_says_what_to_do(reported: Reported, tmp_path: Path) -> None:
    said = tellwhen(reported.world, "report", "--out", str(tmp_path / "nowhere" / "report.html"))
    assert said.code == 1
    assert said.err.splitlines()[-1].endswith("the report could not be written (No such file or directory); name another file with --out")


def test_before_the_first_committed_run_there_is_nothing_to_report(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put("acme", po("P1", "2026-03-16"))
    world.put_bytes("orders", b"no columns of ours\n1\n")
    with pytest.raises(ChecksStoppedRun):
        world.run(RUNS[0])
    said = tellwhen(world, "report", "--out", str(tmp_path / "report.html"))
    assert (said.code, (tmp_path / "report.html").exists()) == (1, False)
    assert "no run has been committed yet" in said.err
