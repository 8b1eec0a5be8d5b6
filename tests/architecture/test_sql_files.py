"""style.md: SQL lives in sql/, one statement a file, each with a header that says what it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source_files import ROOT, python_files, sql_files, text_of, texts_of

HEADER = ("grain", "reads", "writes", "params")
# The texts of `comment on` cannot be broken and are passed over.
LONGEST_LINE = 160
# At the beginning of a text or a line: English sentences hold these words, too, but not there and not so.
SQL_IN_PYTHON = re.compile(
    r"^\s*(select\b.+?\bfrom\b|with\b.+?\bas\s*\(|from\s+\w+\s+select\b|insert\s+(or\s+\w+\s+)?into\b|update\s+\w+(\.\w+)?\s+set\b|delete\s+from\b"
    r"|merge\s+into\b|create\s+(or\s+replace\s+)?(temp(orary)?\s+)?(table|view|schema|macro|index|sequence)\b"
    r"|(drop|alter)\s+(table|view|schema|macro)\b|copy\s+.+\bto\b\s+')",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
# How many statements stand in Python, and why: no more than these.
MAY_HOLD_SQL = {
    # The books about migrations, which must exist before the first file of sql/schema.
    Path("tasks/migrating.py"): 9,
    # Frames and working tables, named by the caller; what DuckDB says of the file itself.
    Path("tasks/warehouse.py"): 5,
    # A row rule is data (design.md, rule 6): the statement is built from the rules.
    Path("tasks/landing.py"): 1,
}


def test_python_holds_no_sql() -> None:
    for path in python_files("tasks", "flows"):
        found = [f"line {line}: {text.strip()[:60]}" for line, text in texts_of(path) if SQL_IN_PYTHON.search(text)]
        assert len(found) <= MAY_HOLD_SQL.get(path, 0), f"{path}: put it into a file under sql/ and run it by name: {found}"


@pytest.mark.parametrize(
    "text", ["select 1 from t", "with a as (select 1) select * from a", "\n  insert into t values (1)", "from t select a"]
)
def test_sql_is_recognised(text: str) -> None:
    assert SQL_IN_PYTHON.search(text)


@pytest.mark.parametrize(
    "text", ["put it to the table from which you select", "with a date as of today", "update the file, then set it aside"]
)
def test_english_is_not_taken_for_sql(text: str) -> None:
    assert not SQL_IN_PYTHON.search(text)


def comments_at_the_top(path: Path) -> list[str]:
    lines = []
    for line in text_of(path).splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return lines


@pytest.mark.parametrize("path", sql_files(), ids=str)
def test_a_sql_file_opens_with_a_sentence_and_grain_reads_writes_params(path: Path) -> None:
    sentence, *facts = comments_at_the_top(path) or [""]
    assert sentence.endswith((".", "?")), f"{path}, line 1: expected a sentence that says what the statement does or gives"
    names = [fact.partition(":")[0] for fact in facts if re.match(r"[a-z]+:", fact)]
    assert names[:4] == list(HEADER), f"{path}: expected the header lines {', '.join(HEADER)}, in this order"
    assert all(fact.partition(":")[2].strip() for fact in facts if fact.partition(":")[0] in HEADER), f"{path}: '-' stands for none"


@pytest.mark.parametrize("path", sql_files(), ids=str)
def test_lines_of_a_sql_file_can_be_read_without_scrolling(path: Path) -> None:
    too_long = [
        number
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if len(line) > LONGEST_LINE and not line.startswith(("comment on ", "'"))
    ]
    assert not too_long, f"{path}: longer than {LONGEST_LINE} characters"


def test_sql_stays_in_sql() -> None:
    strays = [path.relative_to(ROOT) for folder in ("flows", "tasks", "data_checks") for path in (ROOT / folder).rglob("*.sql")]
    assert not strays
