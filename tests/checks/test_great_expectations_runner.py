"""Great Expectations counts what SQL counts, on a real warehouse file, and an error is never a failure."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

from data_checks import duckdb_dialect, engines, great_expectations_runner, sql_runner
from data_checks.expectation import Expectation, Kind
from data_checks.facts import feed_facts, promise_facts, row_facts
from data_checks.great_expectations_runner import in_a_template, run_suite
from data_checks.quoting import literal
from data_checks.results import CheckResult
from data_checks.suites import FEED_RULES, PROMISE_RULES, ROW_RULES
from data_checks.verdicts import Subject

Connection = duckdb.DuckDBPyConnection

# Values that a layer on the way could take for its own: quotes, braces, percent signs, bound parameters, escapes.
AWKWARD = [
    "O'Neil",
    "{batch}",
    "{x} }",
    "100% %s %(x)s",
    ":name",
    "a :b c::d 12:30",
    r"\:x \\ \n",
    "$x",
    "--",
    "/* {batch} */",
    'say "so"',
    "",
]


@pytest.fixture(scope="session", autouse=True)
def _warm_up() -> None:
    """The import is paid once, in a thread, as the pipeline does."""
    with ThreadPoolExecutor() as threads:
        threads.submit(engines.warm_up, "great_expectations").result()


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create schema staging; create schema work")
        yield connection


def rule(kind: Kind, name: str = "rule", columns: tuple[str, ...] = ("value",), **arguments: Any) -> Expectation:
    return Expectation(name, kind, columns, arguments, "warning", "no", "because")


def stage(connection: Connection, values: list[Any], sql_type: str = "varchar") -> None:
    connection.execute(f"create or replace table staging.t (value {sql_type})")
    if values:
        connection.executemany("insert into staging.t values (?)", [[value] for value in values])


def both(connection: Connection, rules: list[Expectation], **more: Any) -> list[CheckResult]:
    """Great Expectations' results, which must be those of SQL."""
    found = run_suite(connection, "s", "staging.t", rules, more.get("facts", {}), more.get("queries"))
    assert found == sql_runner.run_suite(connection, "s", "staging.t", rules, more.get("facts", {}), more.get("queries"))
    return found


def state(result: CheckResult) -> tuple[bool, bool, int | None]:
    return result.success, result.errored, result.failing_count


@pytest.mark.parametrize(
    ("expectation", "failing"),
    [
        (rule("not_null"), 2),
        (rule("between", minimum=0), 1),
        (rule("between", maximum=5), 2),
        (rule("between", minimum=0, maximum=6), 2),
        (rule("in_set", values=(1, 6)), 2),
        (rule("rows", bad="value > 5"), 2),
        (rule("row_count_between", minimum=1, maximum=6), 0),
        (rule("row_count_between", minimum=8, maximum=9), 2),
        (rule("row_count_between", minimum="{lines}", maximum="{lines}"), 1),
        (rule("no_rows", query="rule"), 3),
    ],
    ids=lambda value: getattr(value, "kind", str(value)),
)
def test_each_kind_counts_what_sql_counts(connection: Connection, expectation: Expectation, failing: int) -> None:
    stage(connection, [-1, 1, 6, 7, None, None], "decimal(18, 6)")
    (result,) = both(connection, [expectation], facts={"lines": 5}, queries={"rule": "select value from staging.t where value > 0"})
    assert state(result) == (failing == 0, False, failing)


@pytest.mark.parametrize("value", AWKWARD)
@pytest.mark.parametrize("kind", ["in_set", "rows", "no_rows"])
def test_awkward_values_are_compared_as_they_are(connection: Connection, kind: Kind, value: str) -> None:
    """One row holds the value, one its mutilations; just one of the two breaks the rule."""
    stage(connection, [value, value + "x"])
    bad = f"value <> {literal(value)}"
    arguments: Any = {"in_set": {"values": (value,)}, "rows": {"bad": "value <> {fact}"}, "no_rows": {"query": "q"}}[kind]
    query = f"select value from staging.t where {bad}"
    (result,) = both(connection, [rule(kind, **arguments)], facts={"fact": value}, queries={"q": query})
    assert state(result) == (False, False, 1)


@pytest.mark.parametrize("sql", [*map(literal, AWKWARD), "a::date", "x[1:2]", "'{a}' :: text", "{'a': 1}", r"'\:a' || ':b:'"])
def test_escaped_sql_comes_out_of_both_templates_as_it_was(sql: str) -> None:
    filled = in_a_template(sql).format(batch="BATCH")
    assert str(sqlalchemy.text(filled).compile(dialect=sqlalchemy.create_engine("duckdb+tellwhen://").dialect)) == sql


def test_a_query_may_hold_comments_an_order_and_a_semicolon(connection: Connection) -> None:
    stage(connection, ["a", "b"])
    query = "-- it's {not} a :place; or is it\nselect t.value from staging.t join staging.t as u using (value) order by 1 -- the end\n;\n"
    (result,) = both(connection, [rule("no_rows", query="q")], queries={"q": query})
    assert result.failing_count == 2
    assert result.details == "no: value a; value b"


def test_every_row_rule_of_every_feed_agrees_with_sql_on_bad_rows(connection: Connection) -> None:
    """Tables are made of the rules' own columns, each empty in one row and filled in two."""
    facts = row_facts(as_of_on=date(2026, 12, 1), date_formats=["%d.%m.%Y"], units=["O'Neil {x}"])
    for feed, rules in ROW_RULES.items():
        columns = sorted({column for rule in rules for column in rule.columns})
        row = ", ".join(_filled(column) for column in columns)
        connection.execute(f"create table staging.{feed} as select {row} from range(3) as r(i)")
        found = engines.run_suite("great_expectations", connection, feed, f"staging.{feed}", rules, facts)
        assert [result.expectation for result in found] == [rule.name for rule in rules]
        assert not any(result.errored for result in found), found
        assert any(result.failing_count for result in found)


def _filled(column: str) -> str:
    values = {"eta_latest_on": "date '1999-01-01'", "unit_known": "false", "quantity": "-2.5", "quantity_open": "-2.5", "on_hand": "-2.5"}
    return f"case when i > 0 then {values.get(column, literal('ONeil {x} 100%'))} end as {column}"


def test_feed_rules_agree_with_sql_and_give_the_sentence(connection: Connection) -> None:
    connection.execute(
        "create table staging.feed_facts as select 30 as rows_read, 30 as rows_good, 100 as previous_rows_good, 100 as dated_before,"
        " 2 as dates_lost, true as is_snapshot, false as may_be_empty, false as overruled, 0.5 as max_row_drop, 0.5 as max_date_loss"
    )
    facts = feed_facts(source="acme", file="o'neil {1}.csv")
    found = engines.run_suite("great_expectations", connection, "acme", "staging.feed_facts", FEED_RULES, facts)
    assert [state(result) for result in found] == [(True, False, 0), (True, False, 0), (False, False, 1), (True, False, 0)]
    assert found[2].details.startswith("the file has 30 good rows, the last accepted one had 100; expected ")


def test_promise_rules_agree_with_sql_and_name_the_keys(connection: Connection) -> None:
    connection.execute("create table work.promises as select 'O' || i as order_id, i as line_no from range(30) as r(i)")
    queries = {rule.name: "select order_id, line_no from work.promises where line_no > 28" for rule in PROMISE_RULES}
    facts = promise_facts(lines=31)
    found = engines.run_suite("great_expectations", connection, "promises", "work.promises", PROMISE_RULES, facts, queries)
    assert [state(result) for result in found] == [(False, False, 1)] * len(PROMISE_RULES)
    assert found[1].details.endswith(": order_id O29, line_no 29")


def test_an_empty_table_passes_rules_about_rows_and_not_the_one_about_their_number(connection: Connection) -> None:
    stage(connection, [])
    rules = [
        rule("not_null", "a"),
        rule("in_set", "b", values=("x",)),
        rule("rows", "c", bad="true"),
        rule("row_count_between", "d", minimum=1, maximum=9),
    ]
    assert [state(result) for result in both(connection, rules)] == [(True, False, 0)] * 3 + [(False, False, 1)]


def test_a_missing_table_is_an_error_and_no_failure(connection: Connection) -> None:
    found = run_suite(connection, "s", "staging.none", [rule("not_null", "a"), rule("rows", "b", bad="true")], {})
    assert [state(result) for result in found] == [(False, True, None)] * 2
    assert "none" in found[0].details


def test_an_uncommitted_table_is_an_error_and_no_failure(connection: Connection) -> None:
    connection.execute("begin")
    stage(connection, ["a"])
    (result,) = run_suite(connection, "s", "staging.t", [rule("not_null")], {})
    connection.execute("rollback")
    assert state(result) == (False, True, None)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (rule("not_null", "broken", columns=("nowhere",)), '"nowhere"'),
        (rule("between", "broken", minimum=0, columns=("nowhere",)), '"nowhere"'),
        (rule("rows", "broken", bad="nowhere > 1"), '"nowhere"'),
        (rule("rows", "broken", bad="cast(value as int) > 1"), "Could not convert"),
        (rule("rows", "broken", bad="value = {no_such_fact}"), "KeyError: 'no_such_fact'"),
        (rule("no_rows", "broken", query="no_such_query"), "KeyError: 'no_such_query'"),
        (rule("no_rows", "broken", query="bad_query"), '"nowhere"'),
        (rule("row_count_between", "broken", minimum="{no_such_fact}", maximum=1), "KeyError: 'no_such_fact'"),
    ],
    ids=lambda value: f"{value.kind} {value.arguments}" if isinstance(value, Expectation) else "",
)
def test_a_rule_that_raises_is_errored_and_leaves_the_others_counted(
    connection: Connection, broken: Expectation, reason: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    stage(connection, ["a", None])
    rules = [rule("not_null", "first"), broken, rule("rows", "last", bad="value = 'a'")]
    with caplog.at_level(logging.DEBUG, logger="root"):
        found = run_suite(connection, "s", "staging.t", rules, {}, {"bad_query": "select nowhere from staging.t"})
    assert [state(result) for result in found] == [(False, False, 1), (False, True, None), (False, False, 1)]
    assert found[1].details.startswith("the check could not be carried out: ")
    assert reason in found[1].details
    assert "\n" not in found[1].details
    assert tuple(capfd.readouterr()) == ("", "")
    assert [record.name for record in caplog.records if "great" in record.name] == []


def test_nothing_is_printed_and_no_value_of_a_row_leaves(connection: Connection, capfd: pytest.CaptureFixture[str]) -> None:
    stage(connection, ["ann@example.com", None])
    rules = [rule("in_set", "a", values=("x",)), rule("rows", "b", bad="value is not null"), rule("no_rows", "c", query="q")]
    found = both(connection, rules, queries={"q": "select 1 as line_no"})
    assert "ann@" not in repr(found)
    assert tuple(capfd.readouterr()) == ("", "")


def test_only_counts_are_fetched_of_the_table(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in which every row is bad must not come into memory, row by row, for each rule."""
    fetched: list[int] = []

    def counting(cursor: Any, description: Any, rows: Any) -> Any:
        fetched.append(len(rows))
        return FullyBufferedCursorFetchStrategy(cursor, description, rows)

    monkeypatch.setattr(duckdb_dialect, "FullyBufferedCursorFetchStrategy", counting)
    stage(connection, ["bad"] * 1000)
    rules = [rule("in_set", "a", values=("x",)), rule("rows", "b", bad="true"), rule("no_rows", "c", query="q")]
    both(connection, rules, queries={"q": "select value from staging.t"})
    assert fetched
    assert max(fetched) < 100


def test_a_count_that_differs_from_sqls_is_an_error_with_both_counts(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    stage(connection, ["a", None])
    wrong = {**great_expectations_runner._TRANSLATIONS, "rows": great_expectations_runner._not_null}
    monkeypatch.setattr(great_expectations_runner, "_TRANSLATIONS", wrong)
    (result,) = engines.run_suite("great_expectations", connection, "s", "staging.t", [rule("rows", bad="false")], {})
    assert state(result) == (False, True, None)
    assert result.details == "Great Expectations counted 1 failing, SQL 0; expected the same"


@pytest.mark.parametrize("step", ["_batch", "_validate"])
def test_great_expectations_that_breaks_down_is_an_error(connection: Connection, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no context")

    monkeypatch.setattr(great_expectations_runner, step, broken)
    stage(connection, ["a"])
    (result,) = run_suite(connection, "s", "staging.t", [rule("not_null")], {})
    assert state(result) == (False, True, None)
    assert result.details == "the check could not be carried out: RuntimeError: no context"


def test_the_warehouse_is_free_for_another_process_once_our_connection_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema staging")
        stage(connection, ["a"])
        both(connection, [rule("not_null")])
    program = f"import duckdb; print(duckdb.connect({str(path)!r}).execute('insert into staging.t values (1)').fetchone())"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "(1,)\n"


def test_every_cursor_is_closed_again(connection: Connection) -> None:
    """One that stayed open in a pool would hold the warehouse's file after our own connection is closed."""
    taken: list[Connection] = []

    class Lending:
        def cursor(self) -> Connection:
            taken.append(connection.cursor())
            return taken[-1]

    stage(connection, ["a"])
    lender: Any = Lending()
    run_suite(lender, "s", "staging.t", [rule("not_null"), rule("rows", "bad", bad="true")], {})
    assert taken
    for cursor in taken:
        with pytest.raises(duckdb.ConnectionException):
            cursor.execute("select 1")


def test_the_callers_transaction_and_settings_are_left_alone(connection: Connection) -> None:
    stage(connection, ["a"])
    connection.execute("begin; create table work.mine as select 1")
    before = connection.execute("select current_schema(), current_setting('search_path')").fetchone()
    run_suite(connection, "s", "staging.t", [rule("not_null"), rule("rows", "bad", bad="nowhere")], {})
    assert connection.execute("select current_schema(), current_setting('search_path')").fetchone() == before
    connection.execute("commit")
    assert connection.execute("select count(*) from work.mine").fetchone() == (1,)


def test_telemetry_is_off_without_the_help_of_the_environment(connection: Connection) -> None:
    stage(connection, ["a"])
    batch = great_expectations_runner._batch(connection, Subject("s", "staging.t", {}))
    context = batch.datasource.data_context
    assert context is not None
    assert context.config.analytics_enabled is False
    assert "GX_ANALYTICS_ENABLED" not in os.environ
