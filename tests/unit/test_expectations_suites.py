"""Rules about whole files and about promises, run as SQL on committed tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from data_checks.agreement import agree
from data_checks.expectation import Expectation
from data_checks.facts import feed_facts, promise_facts
from data_checks.quoting import literal
from data_checks.results import CheckResult
from data_checks.sql_runner import run_suite
from data_checks.suites import FEED_RULES, PROMISE_RULES

Connection = duckdb.DuckDBPyConnection

FEED_FACTS: dict[str, Any] = {
    "rows_read": 100,
    "rows_good": 100,
    "previous_rows_good": 100,
    "dated_before": 100,
    "dates_lost": 0,
    "is_snapshot": True,
    "may_be_empty": False,
    "overruled": False,
    "max_row_drop": 0.5,
    "max_date_loss": 0.5,
}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create schema staging; create schema work")
        yield connection


def check_feed(connection: Connection, **changes: Any) -> list[CheckResult]:
    cells = [f"{'null' if value is None else literal(value)} as {name}" for name, value in (FEED_FACTS | changes).items()]
    connection.execute(f"create or replace table staging.feed_facts as select {', '.join(cells)}")
    return run_suite(connection, "acme", "staging.feed_facts", FEED_RULES, feed_facts(source="acme", file="inbox/etas 1.csv"))


def failed(results: list[CheckResult]) -> list[str]:
    assert not any(result.errored for result in results)
    return [result.expectation for result in results if not result.success]


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, []),
        ({"rows_read": 0, "rows_good": 0, "previous_rows_good": None}, ["file_has_rows"]),
        ({"rows_read": 0, "rows_good": 0, "previous_rows_good": None, "may_be_empty": True}, []),
        ({"rows_read": 0, "rows_good": 0, "previous_rows_good": None, "overruled": True}, ["file_has_rows"]),
        ({"rows_good": 50}, []),
        ({"rows_good": 49}, ["rows_are_not_lost"]),
        ({"rows_good": 49, "overruled": True}, []),
        ({"rows_good": 49, "is_snapshot": False}, []),
        ({"rows_good": 0, "previous_rows_good": 19}, []),
        ({"rows_good": 9, "previous_rows_good": 20}, ["rows_are_not_lost"]),
        ({"rows_good": 200}, []),
        ({"rows_good": 0, "previous_rows_good": None}, []),
        ({"rows_good": 71, "max_row_drop": 0.29}, []),
        ({"dates_lost": 50}, []),
        ({"dates_lost": 51}, ["dates_are_not_lost"]),
        ({"dates_lost": 51, "overruled": True}, []),
        ({"dates_lost": 51, "is_snapshot": False}, []),
        ({"dates_lost": 19, "dated_before": 19}, []),
        ({"dates_lost": 20, "dated_before": 20}, ["dates_are_not_lost"]),
        ({"dates_lost": 29, "max_date_loss": 0.29}, []),
        ({"dates_lost": 0, "dated_before": None}, []),
    ],
)
def test_a_file_is_rejected_for_what_it_lost_and_not_for_less(connection: Connection, changes: dict[str, Any], rules: list[str]) -> None:
    assert failed(check_feed(connection, **changes)) == rules


@pytest.mark.parametrize("fact", ["is_snapshot", "overruled", "max_row_drop", "rows_good"])
def test_a_missing_fact_does_not_let_a_file_through(connection: Connection, fact: str) -> None:
    assert "rows_are_not_lost" in failed(check_feed(connection, **{"rows_good": 10, fact: None}))


@pytest.mark.parametrize("fact", ["is_snapshot", "overruled", "max_date_loss", "dates_lost"])
def test_a_missing_fact_does_not_let_lost_dates_through(connection: Connection, fact: str) -> None:
    assert "dates_are_not_lost" in failed(check_feed(connection, **{"dates_lost": 90, fact: None}))


def test_a_rejection_says_what_was_expected_and_found_and_the_next_step(connection: Connection) -> None:
    details = {result.expectation: result.details for result in check_feed(connection, rows_good=30, dates_lost=80)}
    assert details["rows_are_not_lost"] == (
        "the file has 30 good rows, the last accepted one had 100; expected a share of no more than 0.5 (max_row_drop) to be missing;"
        " if the file is right: tellwhen sources accept acme 'inbox/etas 1.csv' --by WHO"
    )
    assert details["dates_are_not_lost"].startswith("80 of the 100 PO lines that had a date have none in the file; expected a share of")
    assert details["file_has_rows"] == ""


def test_facts_that_are_no_row_at_all_cannot_pass_for_good(connection: Connection) -> None:
    check_feed(connection)
    connection.execute("delete from staging.feed_facts")
    results = run_suite(connection, "acme", "staging.feed_facts", FEED_RULES, feed_facts(source="acme", file="f"))
    assert failed(results) == ["facts_are_one_row"]
    assert "takes 0 rows; expected one" in results[0].details


def test_rules_about_files_and_promises_stop_what_breaks_them() -> None:
    assert {rule.severity for rule in (*FEED_RULES, *PROMISE_RULES)} == {"critical"}


def check_promises(connection: Connection, keys: int, open_lines: int = 3, promises: int = 3) -> list[CheckResult]:
    connection.execute(f"create or replace table work.promises as select i as line_no from range({promises}) as r(i)")
    names = [rule.arguments["query"] for rule in PROMISE_RULES if rule.kind == "no_rows"]
    queries = dict.fromkeys(names, "-- nothing is amiss\nselect line_no from work.promises where false;\n")
    queries["slices_add_up"] = f"select 'O' || i as order_id, 1 as line_no from range({keys}) as r(i) order by i;\n"
    return run_suite(connection, "promises", "work.promises", PROMISE_RULES, promise_facts(lines=open_lines), queries)


def test_promises_that_hold_pass(connection: Connection) -> None:
    results = check_promises(connection, keys=0)
    assert failed(results) == []
    assert [result.failing_count for result in results] == [0] * len(PROMISE_RULES)


def test_a_broken_invariant_names_its_keys(connection: Connection) -> None:
    result = next(result for result in check_promises(connection, keys=2) if result.expectation == "slices_add_up")
    assert (result.success, result.errored, result.failing_count) == (False, False, 2)
    assert result.details.endswith(": order_id O0, line_no 1; order_id O1, line_no 1")


def test_a_broken_invariant_names_twenty_keys_and_counts_the_rest(connection: Connection) -> None:
    result = next(result for result in check_promises(connection, keys=25) if result.expectation == "slices_add_up")
    assert result.failing_count == 25
    assert result.details.count("order_id") == 20
    assert result.details.endswith("order_id O19, line_no 1; and 5 more")


def test_a_calculation_that_came_to_nothing_cannot_pass(connection: Connection) -> None:
    results = check_promises(connection, keys=0, open_lines=3, promises=0)
    assert failed(results) == ["promises_are_as_many_as_lines"]
    assert results[0].details == "there are 0 promises; expected 3, one for each open order line that the run looks at"
    assert results[0].failing_count == 3


def test_no_open_line_and_no_promise_is_good(connection: Connection) -> None:
    assert failed(check_promises(connection, keys=0, open_lines=0, promises=0)) == []


def test_a_query_that_was_not_handed_in_is_an_error_and_no_failure(connection: Connection) -> None:
    connection.execute("create table work.promises as select 1 as line_no")
    results = run_suite(connection, "promises", "work.promises", PROMISE_RULES, promise_facts(lines=1), {})
    assert [result.errored for result in results] == [False, True, True, True, True, True]


def rule(name: str, bad: str) -> Expectation:
    return Expectation(name, "rows", ("value",), {"bad": bad}, "warning", "value {value}", "numbers count")


def test_a_rule_that_raises_is_errored_and_leaves_the_others_counted(connection: Connection) -> None:
    connection.execute("create table staging.t as select * from (values ('1'), ('x')) as v(value)")
    results = run_suite(connection, "s", "staging.t", [rule("raises", "cast(value as int) > 0"), rule("is_x", "value = 'x'")], {})
    assert [(result.success, result.errored, result.failing_count) for result in results] == [(False, True, None), (False, False, 1)]
    assert results[0].details.startswith("the check could not be carried out: ConversionException: ")


def test_a_missing_table_is_an_error_and_no_failure(connection: Connection) -> None:
    results = run_suite(connection, "s", "staging.none", [rule("any", "true")], {})
    assert [(result.success, result.errored) for result in results] == [(False, True)]
    assert "none" in results[0].details


def test_a_warning_counts_and_shows_no_value_of_a_row(connection: Connection) -> None:
    connection.execute("create table staging.t as select 'ann@example.com' as value from range(2)")
    (result,) = run_suite(connection, "s", "staging.t", [rule("any", "true")], {})
    assert result.details == "2 rows break this rule: numbers count"


def test_a_check_that_fails_to_run_does_not_break_the_callers_transaction(connection: Connection) -> None:
    connection.execute("create table staging.t as select 'x' as value")
    connection.execute("begin; create table work.mine as select 1")
    (result,) = run_suite(connection, "s", "staging.t", [rule("raises", "cast(value as int) > 0")], {})
    assert result.errored
    connection.execute("commit")
    assert connection.execute("select count(*) from work.mine").fetchone() == (1,)


def result(expectation: str, count: int | None) -> CheckResult:
    return CheckResult("s", expectation, "warning", count == 0, count is None, count, "" if count == 0 else "details")


def test_counts_that_agree_are_taken_over() -> None:
    assert agree([result("a", 0), result("b", 2)], [result("a", 0), result("b", 2)]) == [result("a", 0), result("b", 2)]


@pytest.mark.parametrize(("sql", "ge"), [(0, 2), (2, 0), (2, 3)])
def test_counts_that_differ_are_an_error_that_names_both(sql: int, ge: int) -> None:
    (found,) = agree([result("a", sql)], [result("a", ge)])
    assert (found.success, found.errored, found.failing_count) == (False, True, None)
    assert found.details == f"Great Expectations counted {ge} failing, SQL {sql}; expected the same"


@pytest.mark.parametrize(("sql", "ge"), [(None, 0), (0, None), (None, None)])
def test_an_error_of_either_is_an_error(sql: int | None, ge: int | None) -> None:
    (found,) = agree([result("a", sql)], [result("a", ge)])
    assert (found.errored, found.details) == (True, "details")


def test_a_result_that_only_one_of_the_two_has_is_an_error() -> None:
    found = agree([result("a", 0)], [result("b", 0)])
    assert [(each.expectation, each.errored) for each in found] == [("a", True), ("b", True)]
