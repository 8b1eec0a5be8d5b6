"""Each feed's row rules: what is refused, for which rule, with which sentence, and that they fit the feeds' columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from string import Formatter
from typing import Any

import duckdb
import pytest

from data_checks.expectation import Expectation, first_broken_rule, first_message
from data_checks.facts import row_facts
from data_checks.suites import ROW_RULES
from tasks.feeds import FEEDS, Column

FACTS = row_facts(as_of_on=date(2026, 12, 1), date_formats=["%d/%m/%Y"], units=["CS", "PK"], decimal=",")

SQL_TYPES = {
    "word": "varchar",
    "whole": "bigint",
    "decimal": "decimal(18, 6)",
    "day": "date",
    "instant": "timestamp",
    "flag": "boolean",
}
GOOD = {"whole": "1", "decimal": "5", "day": "2026-12-04", "instant": "2026-12-01 08:00:00", "flag": "true"}


def name_of(value: object) -> str:
    return str(getattr(value, "name", value))


def columns_of(column: Column) -> dict[str, str]:
    """SQL types of the columns that a feed's column has in a frame."""
    if column.kind == "text":
        return {column.name: "varchar"}
    if column.kind == "eta":
        return {"eta_earliest_on": "date", "eta_latest_on": "date", "eta_precision": "varchar", "eta_text": "varchar"}
    return {column.name: SQL_TYPES[column.kind], f"{column.name}_text": "varchar"}


def frame_columns(feed: str) -> dict[str, str]:
    """SQL types of the columns of the staged table of a feed, by name."""
    columns = {"row_number": "bigint", "raw": "varchar", "row_problem": "varchar"}
    for column in FEEDS[feed]:
        columns |= columns_of(column)
        if column.name == "unit":
            columns["unit_known"] = "boolean"
    columns |= {"file_id": "varchar", "duplicate_of": "bigint"}
    return columns | ({"owner_source": "varchar"} if feed == "order_lines" else {})


def good_row(feed: str) -> dict[str, str | None]:
    """A row that breaks no rule: every key filled, everything else empty or its default."""
    row: dict[str, str | None] = dict.fromkeys(frame_columns(feed))
    for column in FEEDS[feed]:
        if column.kind == "eta":
            row |= {"eta_precision": "unknown"}
        elif column.kind == "text":
            row[column.name] = f"a {column.name}" if column.filled else column.default
        elif column.filled:
            value = GOOD.get(column.kind, next(iter(column.words), None))
            row |= {column.name: value, f"{column.name}_text": value}
        else:
            row[column.name] = column.default
    return row | ({"unit_known": "true"} if feed == "supplier_etas" else {})


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def judge(connection: duckdb.DuckDBPyConnection, feed: str, changes: dict[str, str | None], outcomes: str) -> tuple[Any, ...]:
    """SQL expressions, worked out for a good row with some cells changed."""
    types, row = frame_columns(feed), good_row(feed)
    assert set(changes) <= set(row)
    row |= changes
    cells = [f'cast({"null" if value is None else f"${name}"} as {types[name]}) as "{name}"' for name, value in row.items()]
    given = {name: value for name, value in row.items() if value is not None}
    found = connection.execute(f"select {outcomes} from (select {', '.join(cells)})", given).fetchone()
    assert found is not None
    return found


def refusal(connection: duckdb.DuckDBPyConnection, feed: str, **changes: str | None) -> tuple[Any, ...]:
    """The rule that the row is refused for, and the message."""
    rules = ROW_RULES[feed]
    return judge(connection, feed, changes, f"{first_broken_rule(rules, FACTS)}, {first_message(rules, FACTS)}")


def violated(connection: duckdb.DuckDBPyConnection, feed: str, **changes: str | None) -> set[str]:
    """Every rule that the row breaks."""
    rules = ROW_RULES[feed]
    found = judge(connection, feed, changes, ", ".join(rule.violation(FACTS) for rule in rules))
    return {rule.name for rule, is_bad in zip(rules, found, strict=True) if is_bad}


@pytest.mark.parametrize("feed", FEEDS)
def test_a_good_row_breaks_no_rule(connection: duckdb.DuckDBPyConnection, feed: str) -> None:
    assert refusal(connection, feed) == (None, None)


ETA_PROBLEM = "eta '31/02/2026' is not a date; expected 31/12/2026 (%d/%m/%Y) or 2026-12-31, 2026-W53 or 2026-12"
IMPLAUSIBLE = "is not plausible; expected from two years before to three years after 2026-12-01"
NOT_A_NUMBER = "is not a number; expected one such as 12 or 0,5, below 1 000 000 000 000"


@pytest.mark.parametrize(
    ("feed", "changes", "rule", "message"),
    [
        (
            "supplier_etas",
            {"row_problem": "the row has 3 cells; expected 5", "sku": None},
            "row_is_whole",
            "the row has 3 cells; expected 5",
        ),
        ("supplier_etas", {"po_number": None}, "po_number_is_given", "po_number is empty; expected a value"),
        ("supplier_etas", {"quantity": None, "quantity_text": None}, "quantity_is_given", "quantity is empty; expected a value"),
        ("supplier_etas", {"quantity": None, "quantity_text": "ten"}, "quantity_is_a_number", f"quantity 'ten' {NOT_A_NUMBER}"),
        ("supplier_etas", {"eta_precision": None, "eta_text": "31/02/2026"}, "eta_is_a_date", ETA_PROBLEM),
        (
            "supplier_etas",
            {"eta_latest_on": "2029-12-02", "eta_text": "2/12/29"},
            "eta_is_plausible",
            f"eta '2/12/29' (2029-12-02) {IMPLAUSIBLE}",
        ),
        ("supplier_etas", {"slice_no": None, "slice_no_text": "A"}, "slice_no_is_a_whole_number", "slice_no 'A' is not a whole number"),
        ("supplier_etas", {"status": None, "status_text": "lost"}, "status_is_known", "one of open, shipped, received, cancelled"),
        (
            "supplier_etas",
            {"stated_at_text": "noon"},
            "stated_at_is_a_time",
            "stated_at 'noon' is not a point in time; expected 31/12/2026",
        ),
        (
            "supplier_etas",
            {"unit": "BX", "unit_known": "false"},
            "unit_is_known",
            "unit 'BX' is not known; expected no unit, or one of CS, PK",
        ),
        ("supplier_etas", {"duplicate_of": "7"}, "is_not_repeated", "given again in row 7"),
        ("order_lines", {"line_no": None, "line_no_text": "x"}, "line_no_is_a_whole_number", "line_no 'x'"),
        (
            "order_lines",
            {"quantity_open": "-1", "quantity_open_text": "-1"},
            "quantity_open_is_not_negative",
            "'-1' is negative; expected 0 or more",
        ),
        ("order_lines", {"promised_on_text": "soon"}, "promised_on_is_a_date", "expected 31/12/2026 (%d/%m/%Y) or 2026-12-31"),
        ("order_lines", {"partial_ok": None, "partial_ok_text": "maybe"}, "partial_ok_is_yes_or_no", "'maybe' is neither yes nor no"),
        ("order_lines", {"owner_source": "O'Neil {shop}"}, "belongs_to_its_first_source", "belongs to the source O'Neil {shop}"),
        ("customers", {"notify": None, "notify_text": "phone"}, "notify_is_known", "expected one of email, none"),
        ("inventory", {"on_hand": "-0.5", "on_hand_text": "-0,5"}, "on_hand_is_not_negative", "on_hand '-0,5' is negative"),
        ("alternatives", {"available_on_text": "soon"}, "available_on_is_a_date", "available_on 'soon' is not a date"),
        ("staff", {"role": None, "role_text": None}, "role_is_given", "role is empty"),
        ("staff", {"role": None, "role_text": "boss"}, "role_is_known", "role 'boss' is not known; expected one of sales, warehouse"),
    ],
)
def test_a_bad_row_is_refused_for_its_rule_with_a_sentence(
    connection: duckdb.DuckDBPyConnection, feed: str, changes: dict[str, str | None], rule: str, message: str
) -> None:
    found, sentence = refusal(connection, feed, **changes)
    assert found == rule
    assert sentence is not None
    assert message in sentence


@pytest.mark.parametrize(
    ("quantity", "status", "rule"),
    [
        ("0.000001", "open", None),
        ("0", "open", "quantity_is_positive"),
        ("0", "shipped", "quantity_is_positive"),
        ("0", "received", None),
        ("0", "cancelled", None),
        ("-1", "received", "quantity_is_positive"),
    ],
)
def test_a_quantity_of_nothing_is_good_only_where_nothing_is_to_come(
    connection: duckdb.DuckDBPyConnection, quantity: str, status: str, rule: str | None
) -> None:
    assert refusal(connection, "supplier_etas", quantity=quantity, quantity_text=quantity, status=status)[0] == rule


@pytest.mark.parametrize(
    ("latest", "rule"),
    [
        ("2024-12-01", None),
        ("2024-11-30", "eta_is_plausible"),
        ("2029-12-01", None),
        ("2029-12-02", "eta_is_plausible"),
        (None, None),
    ],
)
def test_an_eta_is_plausible_from_two_years_before_to_three_years_after_the_as_of_date(
    connection: duckdb.DuckDBPyConnection, latest: str | None, rule: str | None
) -> None:
    assert refusal(connection, "supplier_etas", eta_latest_on=latest, eta_precision="day")[0] == rule


@pytest.mark.parametrize(("feed", "column"), [("order_lines", "quantity_open"), ("inventory", "on_hand")])
def test_nothing_open_and_nothing_on_hand_are_good(connection: duckdb.DuckDBPyConnection, feed: str, column: str) -> None:
    assert refusal(connection, feed, **{column: "0", f"{column}_text": "0"})[0] is None


def test_a_row_without_a_unit_is_in_our_unit(connection: duckdb.DuckDBPyConnection) -> None:
    assert refusal(connection, "supplier_etas", unit=None, unit_known="true")[0] is None


def test_an_unknown_unit_is_told_before_the_quantity_that_it_spoils(connection: duckdb.DuckDBPyConnection) -> None:
    assert refusal(connection, "supplier_etas", unit="BX", unit_known=None, quantity=None)[0] == "unit_is_known"


@pytest.mark.parametrize(
    ("feed", "column"), [(feed, column) for feed, columns in FEEDS.items() for column in columns if column.filled], ids=name_of
)
def test_a_column_that_must_be_filled_is_refused_when_empty_and_by_one_rule_alone(
    connection: duckdb.DuckDBPyConnection, feed: str, column: Column
) -> None:
    empty = dict.fromkeys(columns_of(column))
    assert violated(connection, feed, **empty) == {f"{column.name}_is_given"}
    assert refusal(connection, feed, **empty)[1] == f"{column.name} is empty; expected a value"


@pytest.mark.parametrize(
    ("feed", "column"),
    [(feed, column) for feed, columns in FEEDS.items() for column in columns if column.kind != "text"],
    ids=name_of,
)
def test_a_typed_column_that_cannot_be_read_is_refused_by_one_rule_alone_that_names_the_value(
    connection: duckdb.DuckDBPyConnection, feed: str, column: Column
) -> None:
    unreadable = dict.fromkeys(columns_of(column)) | {f"{column.name}_text": "31/02/2026 O'Neil"}
    assert len(violated(connection, feed, **unreadable)) == 1
    sentence = refusal(connection, feed, **unreadable)[1]
    assert sentence is not None
    assert sentence.startswith(f"{column.name} '31/02/2026 O'Neil' is ")
    assert all(word in sentence for word in column.words)


@pytest.mark.parametrize(("feed", "column"), [(feed, column) for feed, columns in FEEDS.items() for column in columns], ids=name_of)
def test_a_column_that_may_be_empty_is_good_when_empty(connection: duckdb.DuckDBPyConnection, feed: str, column: Column) -> None:
    if not column.filled and column.kind != "eta":
        assert violated(connection, feed, **dict.fromkeys(columns_of(column)) | {column.name: column.default}) == set()


ALL_RULES = [(feed, rule) for feed, rules in ROW_RULES.items() for rule in rules]


def test_every_feed_has_rules_and_no_other() -> None:
    assert list(ROW_RULES) == list(FEEDS)


@pytest.mark.parametrize("feed", ROW_RULES)
def test_a_broken_record_comes_first_and_a_repetition_last(feed: str) -> None:
    names = [rule.name for rule in ROW_RULES[feed]]
    assert (names[0], names[-1]) == ("row_is_whole", "is_not_repeated")
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("feed", "rule"), ALL_RULES, ids=name_of)
def test_a_row_rule_quarantines_and_names_only_columns_and_facts_that_there_are(feed: str, rule: Expectation) -> None:
    assert rule.severity == "warning"
    assert rule.why
    assert set(rule.columns) <= set(frame_columns(feed))
    places = {place for _, place, _, _ in Formatter().parse(rule.message) if place}
    assert places <= set(rule.columns) | set(FACTS)


def test_without_formats_and_units_the_sentences_still_read_well() -> None:
    facts = row_facts(as_of_on=date(2026, 12, 1))
    assert facts["expected_etas"] == "2026-12-31, 2026-W53 or 2026-12"
    assert facts["expected_units"] == "no unit, for the source's `units` name none"
