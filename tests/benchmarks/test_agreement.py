"""Contenders that say different things are found out: there is no table for those who did not do the same job."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from benchmarks.agreement import Disagreement, agree
from benchmarks.contenders import Pandas

DAYS = [date(2026, 10, 1), None, date(2026, 10, 3)]


def script(folder: Path, days: list[date | None], lines: int = 3, changed: int = 1, to_tell: int = 1) -> Pandas:
    """A contender that left this behind."""
    left = Pandas(folder)
    promises = pl.DataFrame(
        {"order_id": ["O1", "O1", "O2"], "line_no": [1, 2, 1], "expected_on": days}, schema_overrides={"expected_on": pl.Date}
    )
    promises.head(lines).write_parquet(left.promises)
    pl.DataFrame({"is_new": [False] * changed}).write_parquet(left.kept / "changes.parquet")
    pl.DataFrame({"customer_id": ["C"] * to_tell}).write_csv(left.kept / "notices.csv")
    return left


def test_those_who_did_the_same_agree(tmp_path: Path) -> None:
    agreed = agree([script(tmp_path / "a", DAYS), script(tmp_path / "b", DAYS)], 2)
    assert (agreed.lines, agreed.dated, agreed.changed, agreed.to_tell) == (3, 2, 1, 1)


@pytest.mark.parametrize(
    "other",
    [
        {"days": [date(2026, 10, 1), None, date(2026, 10, 4)]},
        {"days": [date(2026, 10, 1), date(2026, 10, 1), date(2026, 10, 3)]},
        {"days": [date(2026, 10, 1), None, None]},
        {"days": [None, date(2026, 10, 1), date(2026, 10, 3)]},
        {"days": DAYS, "lines": 2},
        {"days": DAYS, "changed": 2},
        {"days": DAYS, "to_tell": 0},
    ],
    ids=["another day", "a day for none", "no day for one", "days swapped", "a line less", "more changes", "fewer to tell"],
)
def test_whoever_says_something_else_is_named(tmp_path: Path, other: dict) -> None:
    with pytest.raises(Disagreement, match="day 2: pandas script"):
        agree([script(tmp_path / "a", DAYS), script(tmp_path / "b", **other)], 2)
