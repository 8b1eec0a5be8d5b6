"""docs/history.md: each of its columns is that of the view, and each of its questions has the answer that the sample world gives."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.history_written import PAPER, make_sample_world, written

VIEWS = ("supplier_scorecard", "backorder_ageing", "time_to_notify", "notice_coverage", "promise_reliability", "customers_to_call")


def test_columns_and_answers_are_those_of_today(tmp_path: Path) -> None:
    make_sample_world(tmp_path)
    paper = PAPER.read_text(encoding="utf-8")
    assert written(paper, tmp_path) == paper, "python -m tests.docs.history_written writes it anew"


def test_every_view_has_its_columns_and_three_questions() -> None:
    sections = re.split(r"(?m)^## ", PAPER.read_text(encoding="utf-8"))
    for view in VIEWS:
        (section,) = [text for text in sections if text.startswith(f"`{view}`")]
        assert f"<!-- columns of {view} -->" in section, view
        assert section.count("```sql") >= 3, view
