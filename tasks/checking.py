"""Checking: holds what was staged or computed against the suites, and keeps every result (spec 7).

In: a committed working table. Out: CheckResults, and rows of `check_results`.
Row rules quarantine rows, feed rules reject files, promise rules stop the run; a check that could not be carried out stops it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from data_checks.engines import CheckEngine, run_suite
from data_checks.facts import feed_facts, promise_facts
from data_checks.quoting import Facts
from data_checks.results import CheckResult
from data_checks.suites import FEED_RULES, PROMISE_RULES, ROW_RULES
from tasks.errors import ChecksStoppedRun
from tasks.queries import folder, statement
from tasks.runs import naive_utc
from tasks.warehouse import Warehouse


def check_feed(
    warehouse: Warehouse, engine: CheckEngine, feed: str, source: str, file: str, row_facts: Facts, rows_as_before: int = 0
) -> list[CheckResult]:
    """Check the staged file: its rows against the row rules, its facts against the feed rules.

    `rows_as_before`: rows that are not staged, for they stand in the file as they stood when they met the same rules.
    """
    rows = run_suite(engine, warehouse.connection, f"landed_{feed}", f"staging.{feed}", ROW_RULES[feed], row_facts)
    facts = run_suite(engine, warehouse.connection, "feed_facts", "staging.feed_facts", FEED_RULES, feed_facts(source=source, file=file))
    if rows_as_before:
        rows = [replace(result, details=_with_rows_as_before(result.details, rows_as_before)) for result in rows]
    return [*rows, *facts]


def _with_rows_as_before(details: str, rows: int) -> str:
    of_them = f"looked at what is new: {rows} other rows stand in the file as they stood when they were checked"
    return f"{details}; {of_them}" if details else of_them


def check_promises(warehouse: Warehouse, engine: CheckEngine) -> list[CheckResult]:
    """Check the computed promises against the invariants of spec 3."""
    queries = {name.split("/")[1]: statement(name).rstrip().rstrip(";") for name in folder("invariants")}
    facts = promise_facts(lines=warehouse.value("promise/count_lines"))
    return run_suite(engine, warehouse.connection, "promises", "work.promises", PROMISE_RULES, facts, queries)


def record(warehouse: Warehouse, run_id: str, file_id: str | None, results: Sequence[CheckResult], now: datetime) -> None:
    """Keep results in `check_results`."""
    for result in results:
        warehouse.run(
            "landing/record_check",
            run_id=run_id,
            file_id=file_id,
            suite=result.suite,
            expectation=result.expectation,
            severity=result.severity,
            success=result.success,
            is_error=result.errored,
            failing_count=result.failing_count,
            details=result.details or None,
            checked_at=naive_utc(now),
        )


def rejection(results: Sequence[CheckResult]) -> str | None:
    """The sentence for a file that broke a feed rule, or None."""
    broken = [result for result in results if result.severity == "critical" and not result.success and not result.errored]
    return "; ".join(result.details for result in broken) or None


def require_carried_out(results: Sequence[CheckResult], place: str) -> None:
    """Raise ChecksStoppedRun when a check could not be carried out: that says nothing about the data, so nothing may follow from it."""
    errored = [result for result in results if result.errored]
    if errored:
        lines = "\n".join(f"  {result.suite}.{result.expectation}: {result.details}" for result in errored)
        raise ChecksStoppedRun(
            f"{place}: these checks could not be carried out, so nothing was sent:\n{lines}\nThis is a fault of Tellwhen or its set-up."
        )


def require_success(results: Sequence[CheckResult]) -> None:
    """Raise ChecksStoppedRun when a promise rule is broken; the message has the failing keys."""
    broken = [result for result in results if result.severity == "critical" and not result.success]
    if broken:
        lines = "\n".join(f"  {result.expectation}: {result.details}" for result in broken)
        raise ChecksStoppedRun(f"the computed promises break these rules, so the run was stopped before anything could be sent:\n{lines}")
