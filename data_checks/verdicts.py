"""From a count to a result: success, failure with a sentence, or an error, which is neither.

In: what a runner counted, or the exception that kept it from counting. Out: a CheckResult.
Both runners come through here, so that they differ in how they count and in nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from data_checks.connection import Connection
from data_checks.expectation import Expectation
from data_checks.quoting import Facts, table_name
from data_checks.results import CheckResult

Queries = Mapping[str, str]

MOST_KEYS = 20


@dataclass(frozen=True)
class Subject:
    """What is checked: a table, for a suite, with the facts and queries that its expectations name."""

    suite: str
    table: str
    facts: Facts
    queries: Queries = field(default_factory=dict)

    @property
    def quoted_table(self) -> str:
        return table_name(self.table)

    def query(self, expectation: Expectation) -> str:
        """The text of a `no_rows` expectation's query, fit to stand in brackets; raises KeyError for one that was not handed in."""
        return self.queries[expectation.arguments["query"]].strip().removesuffix(";")


def verdict(cursor: Connection, subject: Subject, expectation: Expectation, count: int | Exception) -> CheckResult:
    """Say what a count of failing rows means; an exception, also one met while explaining, makes the result `errored`."""
    if isinstance(count, Exception):
        return errored(subject.suite, expectation, sentence_of(count))
    try:
        details = _details(cursor, subject, expectation, count) if count else ""
    except Exception as error:
        return errored(subject.suite, expectation, sentence_of(error))
    return CheckResult(subject.suite, expectation.name, expectation.severity, count == 0, False, count, details)


def errored(suite: str, expectation: Expectation, reason: str) -> CheckResult:
    """The check could not be carried out: neither passed nor failed."""
    details = f"the check could not be carried out: {reason}"
    return CheckResult(suite, expectation.name, expectation.severity, False, True, None, details)


def sentence_of(error: Exception) -> str:
    """The kind of the error and its first line: the lines below quote whole queries."""
    first = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first}"[:300]


def _details(cursor: Connection, subject: Subject, expectation: Expectation, count: int) -> str:
    if expectation.kind == "row_count_between":
        row_count = cursor.execute(f"select count(*) from {subject.quoted_table}").fetchone()[0]
        return expectation.message.format(**subject.facts, row_count=row_count)
    if expectation.kind == "no_rows":
        return f"{expectation.message.format(**subject.facts)}: {_failing_keys(cursor, subject, expectation, count)}"
    if expectation.severity == "critical":
        return _first_message(cursor, subject, expectation)
    return f"{count} {'row breaks' if count == 1 else 'rows break'} this rule: {expectation.why}"


def _failing_keys(cursor: Connection, subject: Subject, expectation: Expectation, count: int) -> str:
    rows = cursor.execute(subject.query(expectation)).fetchmany(MOST_KEYS)
    names = [column[0] for column in cursor.description]
    keys = [", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True)) for row in rows]
    more = [f"and {count - len(rows)} more"] if count > len(rows) else []
    return "; ".join(keys + more)


def _first_message(cursor: Connection, subject: Subject, expectation: Expectation) -> str:
    message, bad = expectation.message_sql(subject.facts), expectation.violation(subject.facts)
    return str(cursor.execute(f"select {message} from {subject.quoted_table} where {bad} limit 1").fetchone()[0])
