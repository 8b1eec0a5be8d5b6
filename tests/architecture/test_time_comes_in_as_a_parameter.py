"""design.md, rule 5: no clock below flows/, neither in Python nor in SQL."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source_files import python_files, sql_files, text_of, tree_of

# How long something takes may be measured (time.monotonic, time.sleep); what time it is may not be asked.
CLOCKS = {"now", "today", "utcnow", "localtime", "gmtime", "ctime"}
TIME_FUNCTIONS = {"time", "time_ns"}
SQL_CLOCK = re.compile(
    r"\b(current_date|current_timestamp|current_time|current_localtime|current_localtimestamp|localtime|localtimestamp)\b"
    r"|\b(now|today|get_current_timestamp|get_current_time|transaction_timestamp)\s*\(",
    re.IGNORECASE,
)


def clocks_in_python(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner, name = ast.unparse(node.func.value), node.func.attr
        if name in CLOCKS or (owner == "time" and name in TIME_FUNCTIONS):
            yield f"{path}, line {node.lineno}: {owner}.{name}()"


def bare(sql: str) -> str:
    """The statement without comments and texts, line for line."""
    return re.sub(r"'(?:[^']|'')*'", lambda text: "''" + "\n" * text[0].count("\n"), re.sub(r"--[^\n]*", "", sql))


def test_no_python_below_flows_reads_a_clock() -> None:
    found = [place for path in python_files("tasks", "data_checks") for place in clocks_in_python(path)]
    assert not found, "take the time as a parameter"


def test_no_sql_reads_a_clock() -> None:
    found = [
        f"{path}, line {number}: {match[0]}"
        for path in sql_files()
        for number, line in enumerate(bare(text_of(path)).splitlines(), start=1)
        if (match := SQL_CLOCK.search(line))
    ]
    assert not found, "take the time as a parameter"
