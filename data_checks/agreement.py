"""Holds the two runners against each other.

In: the results of both for the same suite. Out: one result for each expectation; where they differ it is `errored`.
A count that differs says that one of the two did not check what we think it did (design: the two counts must agree).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data_checks.results import CheckResult


def agree(sql_results: Sequence[CheckResult], ge_results: Sequence[CheckResult]) -> list[CheckResult]:
    """Give Great Expectations' results, errored where SQL counted something else or one of the two has no result."""
    by_sql = {result.expectation: result for result in sql_results}
    by_ge = {result.expectation: result for result in ge_results}
    names = list(dict.fromkeys([*by_sql, *by_ge]))
    return [_agreed(by_sql.get(name), by_ge.get(name)) for name in names]


def _agreed(sql: CheckResult | None, ge: CheckResult | None) -> CheckResult:
    result = ge or sql
    assert result is not None, "a name comes from one of the two"
    if sql is None or ge is None:
        missing = "SQL" if sql is None else "Great Expectations"
        return _errored(result, f"{missing} has no result for this expectation; expected one from each")
    if ge.errored or sql.errored:
        return ge if ge.errored else sql
    if (sql.failing_count, sql.success) == (ge.failing_count, ge.success):
        return ge
    return _errored(ge, f"Great Expectations counted {ge.failing_count} failing, SQL {sql.failing_count}; expected the same")


def _errored(result: CheckResult, details: str) -> CheckResult:
    return replace(result, success=False, errored=True, failing_count=None, details=details)
