"""Great Expectations is paid for only by who uses it."""

from __future__ import annotations

import subprocess
import sys

import duckdb

from data_checks import engines
from data_checks.expectation import Expectation


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    """Importing every module of data_checks but the dialect brings in neither Great Expectations nor SQLAlchemy."""
    program = (
        "import sys, data_checks.engines, data_checks.great_expectations_runner, data_checks.suites, data_checks.facts;"
        "print(sorted({'great_expectations', 'sqlalchemy', 'pandas', 'duckdb'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_sql_engine_counts_without_great_expectations() -> None:
    rule = Expectation("is_given", "not_null", ("value",), {}, "warning", "empty", "because")
    with duckdb.connect() as connection:
        connection.execute("create table t as select null as value")
        engines.warm_up("sql")
        (result,) = engines.run_suite("sql", connection, "s", "t", [rule], {})
    assert (result.success, result.failing_count) == (False, 1)
