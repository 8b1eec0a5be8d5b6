"""Runs expectations as plain SQL: what decides, and what Great Expectations is held against.

In: a committed table and expectations. Out: one CheckResult for each, in order.
All rules about rows are counted in one scan; only if that fails is each counted alone, to find the one that cannot be.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from data_checks.connection import Connection
from data_checks.expectation import Expectation
from data_checks.quoting import Facts
from data_checks.results import CheckResult
from data_checks.verdicts import Queries, Subject, verdict


def run_suite(
    connection: Connection,
    suite: str,
    table: str,
    expectations: Sequence[Expectation],
    facts: Facts,
    queries: Queries | None = None,
) -> list[CheckResult]:
    """Check `table` (`schema.name`, committed) against the expectations; never raises, an error is a result.

    Works on a cursor of its own, so that a failing check cannot break the caller's transaction. `queries` holds the texts that
    `no_rows` expectations name; they take no parameters.
    """
    subject = Subject(suite, table, facts, queries or {})
    with closing(connection.cursor()) as cursor:
        counts: dict[str, int | Exception] = {**_counts_in_one_scan(cursor, subject, expectations)}
        for expectation in expectations:
            if expectation.name not in counts:
                counts[expectation.name] = _count(cursor, subject, expectation)
        return [verdict(cursor, subject, expectation, counts[expectation.name]) for expectation in expectations]


def _counts_in_one_scan(cursor: Connection, subject: Subject, expectations: Sequence[Expectation]) -> dict[str, int]:
    """Failing rows by rule; empty if any of the rules cannot be counted."""
    rules = [expectation for expectation in expectations if expectation.is_about_rows]
    if not rules:
        return {}
    try:
        counts = ", ".join(f"count(*) filter (where {rule.violation(subject.facts)})" for rule in rules)
        row = cursor.execute(f"select {counts} from {subject.quoted_table}").fetchone()
    except Exception:
        return {}
    return {rule.name: count for rule, count in zip(rules, row, strict=True)}


def _count(cursor: Connection, subject: Subject, expectation: Expectation) -> int | Exception:
    try:
        row = cursor.execute(_counting_query(subject, expectation)).fetchone()
        found = int(row[0])
        return expectation.rows_amiss(found, subject.facts) if expectation.kind == "row_count_between" else found
    except Exception as error:
        return error


def _counting_query(subject: Subject, expectation: Expectation) -> str:
    if expectation.kind == "no_rows":
        return f"select count(*) from (\n{subject.query(expectation)}\n) as failing"
    if expectation.kind == "row_count_between":
        return f"select count(*) from {subject.quoted_table}"
    return f"select count(*) from {subject.quoted_table} where {expectation.violation(subject.facts)}"
