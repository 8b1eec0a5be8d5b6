"""The table of a benchmark: medians, spread, ratios."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.table import HEADER, Entry, markdown, rows

OURS = Entry(1000, "first", "Tellwhen", wall_s=10, cpu_s=12, peak_bytes=1_500_000_000, disk_bytes=2_000_000)


def test_a_row_holds_medians_the_spread_and_the_ratio_of_medians_on_the_same_day() -> None:
    walls = {"Tellwhen": (10, 30, 11), "dbt": (22, 20, 60)}
    entries = [replace(OURS, who=who, wall_s=wall) for turn in range(3) for who, wall in ((who, walls[who][turn]) for who in walls)]
    assert rows(entries, "Tellwhen") == [
        ("1,000", "first", "Tellwhen", "11.0", "10.0 to 30.0", "12.0", "1.50", "2.0", "1.00", "1.00"),
        ("1,000", "first", "dbt", "22.0", "20.0 to 60.0", "12.0", "1.50", "2.0", "2.00", "1.00"),
    ]


def test_days_and_sizes_are_not_mixed() -> None:
    entries = [
        OURS,
        replace(OURS, day="unchanged", wall_s=4),
        replace(OURS, order_lines=9, wall_s=1),
        replace(OURS, who="dbt", day="unchanged"),
    ]
    assert [(row[0], row[1], row[3], row[-2]) for row in rows(entries, "Tellwhen")] == [
        ("1,000", "first", "10.0", "1.00"),
        ("1,000", "unchanged", "4.0", "1.00"),
        ("9", "first", "1.0", "1.00"),
        ("1,000", "unchanged", "10.0", "2.50"),
    ]


def test_without_its_reference_a_row_has_no_ratio() -> None:
    assert rows([replace(OURS, who="dbt")], "Tellwhen")[0][-2:] == ("-", "-")


def test_the_table_is_markdown_with_numbers_on_the_right() -> None:
    assert markdown(("who", "wall s"), [("Tellwhen", "9.5"), ("dbt", "100.0")]) == (
        "| who      | wall s |\n| -------- | -----: |\n| Tellwhen |    9.5 |\n| dbt      |  100.0 |"
    )
    assert markdown(HEADER, rows([OURS], "Tellwhen")).splitlines()[0].startswith("| order lines | day ")
