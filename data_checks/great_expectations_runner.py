"""Runs expectations through Great Expectations, the only place that imports it, and only when first needed (4 s).

In: a committed table and expectations. Out: one CheckResult for each, in order.
It works on cursors of our own connection, keeps everything in memory, and fetches counts, never the rows themselves.
"""

from __future__ import annotations

import importlib
import logging
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING, Any

from data_checks.connection import Connection
from data_checks.expectation import Expectation
from data_checks.postponed_imports import postponed
from data_checks.quoting import Facts
from data_checks.results import CheckResult
from data_checks.verdicts import Queries, Subject, verdict

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.datasource.fluent.interfaces import Batch
    from great_expectations.expectations.expectation import Expectation as GreatExpectation

# Charts, distributions, JSON Schema, Markdown: what it imports at once for expectations and reports that are none of ours.
_NOT_OURS = ("altair", "scipy.stats", "jsonschema", "mistune")

# The name of a Great Expectations class, and its arguments.
Translation = tuple[str, dict[str, Any]]


class CountError(Exception):
    """Great Expectations could not count; the message is its own."""


def run_suite(
    connection: Connection,
    suite: str,
    table: str,
    expectations: Sequence[Expectation],
    facts: Facts,
    queries: Queries | None = None,
) -> list[CheckResult]:
    """Check `table` (`schema.name`, committed) against the expectations; never raises, an error is a result.

    `queries` holds the texts that `no_rows` expectations name; they take no parameters.
    """
    subject = Subject(suite, table, facts, queries or {})
    counts = _counts(connection, subject, expectations)
    with closing(connection.cursor()) as cursor:
        return [verdict(cursor, subject, expectation, counts[expectation.name]) for expectation in expectations]


def warm_up() -> None:
    """Import Great Expectations; may run in a thread while files are read."""
    _great_expectations()
    _dialect()


@cache
def _great_expectations() -> Any:
    """The package, silenced: it logs queries and tracebacks of what becomes an errored result."""
    with postponed(*_NOT_OURS):
        package = importlib.import_module("great_expectations")
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    return package


def _dialect() -> Any:
    return importlib.import_module("data_checks.duckdb_dialect")


def _counts(connection: Connection, subject: Subject, expectations: Sequence[Expectation]) -> dict[str, int | Exception]:
    """Failing rows by expectation, or what kept it from being counted."""
    try:
        batch = _batch(connection, subject)
    except Exception as error:
        return {expectation.name: error for expectation in expectations}
    counts: dict[str, int | Exception] = {}
    translated: list[GreatExpectation] = []
    for expectation in expectations:
        counts[expectation.name] = CountError("Great Expectations gave no result")
        try:
            translated.append(_translated(expectation, subject))
        except Exception as error:
            counts[expectation.name] = error
    try:
        results = _validate(batch, subject, translated)
    except Exception as error:
        return {expectation.name: error for expectation in expectations}
    named = {expectation.name: expectation for expectation in expectations}
    return counts | {name: _count(named[name], subject, result) for name, result in results.items()}


def _batch(connection: Connection, subject: Subject) -> Batch:
    """The table as Great Expectations sees it: a fresh context in memory (4 ms), telemetry, progress bars and reports off."""
    gx = _great_expectations()
    types = gx.data_context.types.base
    config = types.DataContextConfig(
        store_backend_defaults=types.InMemoryStoreBackendDefaults(),
        analytics_enabled=False,
        progress_bars=types.ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    arguments = _dialect().engine_arguments(connection)
    source = context.data_sources.add_sql(subject.suite, connection_string=_dialect().URL, kwargs=arguments)
    schema, _, name = subject.table.rpartition(".")
    with warnings.catch_warnings():
        # Since 1.14 the schema should stand in the connection, which for DuckDB has no place for it.
        warnings.filterwarnings("ignore", message="`?schema_name", category=DeprecationWarning)
        asset = source.add_table_asset(subject.table, table_name=name, schema_name=schema or None)
        batch: Batch = asset.add_batch_definition_whole_table("whole table").get_batch()
        return batch


def _validate(batch: Batch, subject: Subject, translated: Sequence[GreatExpectation]) -> Mapping[str, ExpectationValidationResult]:
    """Results by the name that each expectation carries in its meta."""
    suite = _great_expectations().ExpectationSuite(subject.suite, expectations=list(translated))
    # No samples: a failing value may be personal.
    result_format: Any = {"result_format": "BASIC", "partial_unexpected_count": 0}
    outcome = batch.validate(suite, result_format=result_format)
    return {result.expectation_config.meta["name"]: result for result in outcome.results if result.expectation_config}


def _count(expectation: Expectation, subject: Subject, result: ExpectationValidationResult) -> int | Exception:
    """Failing rows, read from a result; an exception if it was not carried out or does not fit its own success."""
    problem = _problem(result.exception_info)
    if problem is not None:
        return CountError(problem)
    found = result.result.get("observed_value", result.result.get("unexpected_count"))
    if found is None and result.result.get("element_count") == 0:
        found = 0  # In an empty table it leaves the count out.
    if found is None:
        return CountError("Great Expectations gave a result without a count")
    count = expectation.rows_amiss(found, subject.facts) if expectation.kind == "row_count_between" else int(found)
    if (count == 0) != result.success:
        return CountError(f"counted {count} failing, yet success is {result.success}")
    return count


def _problem(exception_info: Mapping[str, Any] | None) -> str | None:
    """What was raised. One expectation has one such record, or one for each metric that it is made of."""
    if not exception_info:
        return None
    records = [exception_info] if "raised_exception" in exception_info else list(exception_info.values())
    messages = [str(record.get("exception_message")) for record in records if record.get("raised_exception")]
    return messages[0] if messages else None


def _translated(expectation: Expectation, subject: Subject) -> GreatExpectation:
    """The same expectation in Great Expectations' words; raises KeyError for a missing fact or query."""
    name, arguments = _TRANSLATIONS[expectation.kind](expectation, subject)
    kind = _counted_rows() if name == "UnexpectedRowsExpectation" else getattr(_great_expectations().expectations, name)
    translated: GreatExpectation = kind(**arguments, meta={"name": expectation.name}, severity=expectation.severity)
    return translated


def _not_null(expectation: Expectation, subject: Subject) -> Translation:
    return "ExpectColumnValuesToNotBeNull", {"column": expectation.columns[0]}


def _in_set(expectation: Expectation, subject: Subject) -> Translation:
    return "ExpectColumnValuesToBeInSet", {"column": expectation.columns[0], "value_set": list(expectation.arguments["values"])}


def _between(expectation: Expectation, subject: Subject) -> Translation:
    minimum, maximum = expectation.arguments.get("minimum"), expectation.arguments.get("maximum")
    return "ExpectColumnValuesToBeBetween", {"column": expectation.columns[0], "min_value": minimum, "max_value": maximum}


def _row_count_between(expectation: Expectation, subject: Subject) -> Translation:
    fewest, most = expectation.bounds(subject.facts)
    return "ExpectTableRowCountToBeBetween", {"min_value": fewest, "max_value": most}


def _rows(expectation: Expectation, subject: Subject) -> Translation:
    query = "select 1 from {batch} where " + in_a_template(expectation.violation(subject.facts))
    return "UnexpectedRowsExpectation", {"unexpected_rows_query": query}


def _no_rows(expectation: Expectation, subject: Subject) -> Translation:
    # The query names its own tables; one without {batch} would make Great Expectations print a warning.
    query = "/* {batch} */ select 1 from (\n" + in_a_template(subject.query(expectation)) + "\n) as failing"
    return "UnexpectedRowsExpectation", {"unexpected_rows_query": query}


_TRANSLATIONS: Mapping[str, Callable[[Expectation, Subject], Translation]] = {
    "not_null": _not_null,
    "in_set": _in_set,
    "between": _between,
    "rows": _rows,
    "row_count_between": _row_count_between,
    "no_rows": _no_rows,
}


@cache
def _counted_rows() -> Any:
    """UnexpectedRowsExpectation that counts and does not fetch: on a file of bad rows the rows would fill the memory."""

    class UnexpectedRowsCounted(_great_expectations().expectations.UnexpectedRowsExpectation):  # type: ignore[misc]
        metric_dependencies = ("unexpected_rows_query.row_count",)

        def _validate(self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None) -> dict[str, Any]:
            count = metrics["unexpected_rows_query.row_count"]
            return {"success": count == 0, "result": {"observed_value": count}}

    return UnexpectedRowsCounted


# What SQLAlchemy's text() takes for a parameter, and what it takes for a parameter that was escaped.
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=[\w$]+(?![:\w$]))")
_ESCAPED_PARAMETER = re.compile(r"\\(?=:[\w$]*(?![:\w$]))")


def in_a_template(sql: str) -> str:
    """Escape SQL that passes through `str.format` and SQLAlchemy's `text()`, both of which look for places to fill in."""
    escaped = _PARAMETER.sub(r"\\:", _ESCAPED_PARAMETER.sub(r"\\\\", sql))
    return escaped.replace("{", "{{").replace("}", "}}")
