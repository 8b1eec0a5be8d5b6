"""The two engines that checks can run on, by name, and what each means.

In: the name of an engine and what `run_suite` takes. Out: CheckResults.
`great_expectations` counts everything twice, once in SQL, and takes no count for true that the two do not share.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from data_checks import great_expectations_runner, sql_runner
from data_checks.agreement import agree
from data_checks.connection import Connection
from data_checks.expectation import Expectation
from data_checks.quoting import Facts
from data_checks.results import CheckResult
from data_checks.verdicts import Queries

CheckEngine = Literal["great_expectations", "sql"]


def run_suite(
    engine: CheckEngine,
    connection: Connection,
    suite: str,
    table: str,
    expectations: Sequence[Expectation],
    facts: Facts,
    queries: Queries | None = None,
) -> list[CheckResult]:
    """Check the committed `table` on an engine; one result for each expectation, in order; never raises."""
    by_sql = sql_runner.run_suite(connection, suite, table, expectations, facts, queries)
    if engine == "sql":
        return by_sql
    return agree(by_sql, great_expectations_runner.run_suite(connection, suite, table, expectations, facts, queries))


def warm_up(engine: CheckEngine) -> None:
    """Pay for the engine's import; safe in a thread."""
    if engine == "great_expectations":
        great_expectations_runner.warm_up()
