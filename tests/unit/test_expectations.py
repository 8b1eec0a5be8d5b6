"""An expectation gives SQL that is true for a bad row, never null, and a message that names the row's values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from data_checks.expectation import Expectation, Kind, first_broken_rule, first_message
from data_checks.quoting import FactValue, identifier, literal, table_name


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def rule(kind: Kind, name: str = "rule", message: str = "no", columns: tuple[str, ...] = ("value",), **arguments: Any) -> Expectation:
    return Expectation(name, kind, columns, arguments, "warning", message, "because")


def judge(connection: duckdb.DuckDBPyConnection, expectation: Expectation, value: str) -> object:
    row = connection.execute(f"select {expectation.violation({})} from (select {value} as value)").fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("expectation", "value", "is_bad"),
    [
        (rule("not_null"), "null", True),
        (rule("not_null"), "''", False),
        (rule("in_set", values=("open", "O'Neil")), "'O''Neil'", False),
        (rule("in_set", values=("open", "O'Neil")), "'Open'", True),
        (rule("in_set", values=("open",)), "null::varchar", False),
        (rule("between", minimum=0), "-0.000001::decimal(18, 6)", True),
        (rule("between", minimum=0), "0::decimal(18, 6)", False),
        (rule("between", maximum=5), "6", True),
        (rule("between", minimum=0, maximum=5), "null::int", False),
        (rule("between", minimum=1, maximum=5), "0", True),
        (rule("rows", bad='"value" > 1'), "2", True),
        (rule("rows", bad='"value" > 1'), "1", False),
        (rule("rows", bad='"value" > 1'), "null::int", False),
        (rule("rows", bad="true or false"), "1", True),
    ],
)
def test_a_violation_is_true_for_a_bad_row_and_false_for_any_other(
    connection: duckdb.DuckDBPyConnection, expectation: Expectation, value: str, is_bad: bool
) -> None:
    assert judge(connection, expectation, value) is is_bad


def test_a_violation_can_be_negated_and_combined_without_brackets(connection: duckdb.DuckDBPyConnection) -> None:
    """Otherwise `not {violation}` would negate the first half of an `or` alone."""
    expectation = rule("rows", bad="value = 1 or value = 2")
    row = connection.execute(f"select not {expectation.violation({})} from (select 2 as value)").fetchone()
    assert row == (False,)


def test_a_violation_of_a_rule_about_tables_is_an_error_that_names_the_rule() -> None:
    with pytest.raises(ValueError, match="slices_add_up: no_rows is not about single rows"):
        rule("no_rows", name="slices_add_up", query="slices_add_up").violation({})


def test_a_fact_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError, match="as_of_on"):
        rule("rows", bad="value > {as_of_on}").violation({})


@pytest.mark.parametrize(
    "value", ["O'Neil", "'; drop table x; --", "{braces} %d 100% :name", "", 12, True, Decimal("1.5"), 0.1, date(2026, 12, 4)]
)
def test_a_fact_stands_in_sql_as_the_value_that_it_is(connection: duckdb.DuckDBPyConnection, value: FactValue) -> None:
    expected = value.isoformat() if isinstance(value, date) else value
    assert connection.execute(f"select {literal(value)}").fetchone() == (expected,)


def test_names_are_quoted_part_by_part() -> None:
    assert table_name("staging.order_lines") == '"staging"."order_lines"'
    assert identifier('a"b') == '"a""b"'


def test_a_message_names_the_values_of_the_row_and_the_facts(connection: duckdb.DuckDBPyConnection) -> None:
    expectation = rule("rows", message="it's '{value}', {other}; expected {wanted}", columns=("value", "other"), bad="true")
    sql = expectation.message_sql({"wanted": "O'Neil {x}"})
    row = connection.execute(f"select {sql} from (select '100% {{value}} ''a''' as value, null::int as other)").fetchone()
    assert row == ("it's '100% {value} 'a'', ; expected O'Neil {x}",)


def test_a_message_with_a_place_that_nothing_fills_is_an_error() -> None:
    with pytest.raises(KeyError, match="other"):
        rule("not_null", message="{other}").message_sql({})


def test_the_first_rule_that_a_row_breaks_names_it_and_a_good_row_breaks_none(connection: duckdb.DuckDBPyConnection) -> None:
    rules = [
        rule("not_null", "is_given", "empty"),
        rule("between", "is_small", "{value} is too big", maximum=5),
        rule("rows", bad="value > 7"),
    ]
    query = f"select {first_broken_rule(rules, {})}, {first_message(rules, {})} from (values (null), (3), (6), (8)) as t(value)"
    assert connection.execute(query).fetchall() == [
        ("is_given", "empty"),
        (None, None),
        ("is_small", "6 is too big"),
        ("is_small", "8 is too big"),
    ]


@pytest.mark.parametrize(("row_count", "amiss"), [(0, 2), (1, 1), (2, 0), (4, 0), (7, 3)])
def test_a_row_count_is_amiss_by_the_rows_missing_or_too_many(row_count: int, amiss: int) -> None:
    assert rule("row_count_between", minimum="{fewest}", maximum=4).rows_amiss(row_count, {"fewest": 2}) == amiss
