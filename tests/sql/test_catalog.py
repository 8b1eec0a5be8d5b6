"""What analysts rely on: the tables, views and macros of spec 7 with their columns, each with a comment."""

from __future__ import annotations

from datetime import datetime

import pytest

from tasks.queries import folder, statement
from tasks.warehouse import Warehouse

# Spec 7, in its order; `order_line_history` is "the feed's columns, source, valid_from, valid_to".
CONTRACT = {
    "runs": "run_id, as_of, started_at, finished_at, status, open_lines",
    "source_files": "file_id, run_id, source, path, sha256, received_at, status, rows_landed, rows_quarantined, reason",
    "quarantined_rows": "file_id, source, row_number, raw, rule, message",
    "check_results": "run_id, suite, expectation, severity, success, failing_count, details",
    "supplier_eta_history": "supplier_id, po_number, po_line, slice_no, sku, warehouse_id, quantity, eta_earliest_on, eta_latest_on, "
    "eta_precision, status, reason, stated_at, source, file_id, valid_from, valid_to",
    "order_line_history": "order_id, line_no, customer_id, sku, warehouse_id, quantity_open, ordered_at, promised_on, priority, status, "
    "po_number, po_line, partial_ok, sales_rep_id, country, description, source, valid_from, valid_to",
    "promise_history": "order_id, line_no, customer_id, sku, warehouse_id, quantity_open, expected_on, first_on, precision, cause, "
    "valid_from, valid_to",
    "promise_slices": "order_id, line_no, slice_no, quantity, supply_kind, supplier_id, po_number, po_line, available_on, ship_on, "
    "expected_on",
    "current_promises": "order_id, line_no, customer_id, sku, warehouse_id, quantity_open, ordered_at, promised_on, is_told, told_on, "
    "expected_on, first_on, precision, first_told_at, last_told_at",
    "changes": "run_id, order_id, line_no, customer_id, kind, is_told, told_on, expected_on, days_moved, cause, decision",
    "notices": "notice_id, run_id, customer_id, state, to_address, subject, body_text, body_html, body_sha256, created_at, updated_at, "
    "reason",
    "notice_lines": "notice_id, order_id, line_no, kind, told_on, expected_on, parts",
    "attempts": "attempt_id, notice_id, started_at, finished_at, outcome, detail",
    "delivery_events": "notice_id, event, event_at, received_at, raw",
    "customers_to_call": "order_id, line_no, customer_id, kind, told_on, expected_on, decision, since",
}
# Spec 7 gives no columns for the first four, and does not name the others.
REPORTS = (
    "supplier_scorecard", "backorder_ageing", "time_to_notify", "notice_coverage",
    "promise_reliability", "eta_moves", "promise_moves", "tellings",
)  # fmt: skip
MACROS = ("promises_as_of", "promise_timeline", "explain_promise")
ARGUMENTS = {
    "promises_as_of": "(null)", "promise_timeline": "('none', 1)", "explain_promise": "('none', 1)", "state.moment_of": "(null)",
    "state.notices_at": "(null)", "state.tellings_as_of": "(null)",
}  # fmt: skip
# Types follow names (style.md).
TYPES_BY_ENDING = {"_on": {"DATE"}, "_at": {"TIMESTAMP"}, "_days": {"INTEGER", "BIGINT"}, "_count": {"INTEGER", "BIGINT"}}


def columns(warehouse: Warehouse, name: str) -> list[str]:
    result = warehouse.connection.execute(f"select column_name from duckdb_columns() where schema_name = 'main' and table_name = '{name}'")
    return [column for (column,) in result.fetchall()]


@pytest.mark.parametrize("name", CONTRACT)
def test_a_table_or_view_has_the_columns_of_the_contract(warehouse: Warehouse, name: str) -> None:
    assert set(CONTRACT[name].split(", ")) - set(columns(warehouse, name)) == set()


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_can_be_selected_from(warehouse: Warehouse, name: str) -> None:
    assert columns(warehouse, name)
    warehouse.connection.execute(f"from {name} limit 0")


def test_nothing_but_the_contract_stands_in_the_schema_main(warehouse: Warehouse) -> None:
    found = warehouse.connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'main' "
        "union all select view_name from duckdb_views() where schema_name = 'main' and not internal"
    ).fetchall()
    assert {name for (name,) in found} - set(REPORTS) == set(CONTRACT)


def test_every_table_and_view_of_the_contract_has_a_comment_and_so_has_each_column(warehouse: Warehouse) -> None:
    without = warehouse.connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'main' and comment is null "
        "union all select view_name from duckdb_views() where schema_name = 'main' and not internal and comment is null "
        "union all select table_name || '.' || column_name from duckdb_columns() "
        "where schema_name = 'main' and not internal and comment is null"
    ).fetchall()
    assert without == []


@pytest.mark.parametrize("name", MACROS)
def test_a_macro_has_a_comment_that_names_it_with_its_parameters(warehouse: Warehouse, name: str) -> None:
    found = warehouse.connection.execute("select comment from duckdb_functions() where schema_name = 'main' and function_name = ?", [name])
    comment = found.fetchone()
    assert comment is not None and str(comment[0]).startswith(f"{name}(")


def test_every_macro_has_a_comment(warehouse: Warehouse) -> None:
    found = warehouse.connection.execute("select function_name from duckdb_functions() where not internal and comment is null")
    assert found.fetchall() == []


@pytest.mark.parametrize("name", folder("views"))
def test_a_view_can_be_made_anew_and_selected_from(warehouse: Warehouse, name: str) -> None:
    warehouse.connection.execute(statement(name))
    written = statement(name).split("-- writes: ")[1].split("\n")[0]
    is_scalar = "create or replace macro" in statement(name) and "as table" not in statement(name)
    query = f"select {written}(null) where false" if is_scalar else f"select * from {written}{ARGUMENTS.get(written, '')}"
    found = warehouse.connection.execute(query).fetchall()
    assert found == ([(datetime.max,)] if written == "state.moment_of" else [])


def test_the_type_of_a_column_is_what_its_name_says(warehouse: Warehouse) -> None:
    found = warehouse.connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() where not internal and schema_name <> 'staging'"
    ).fetchall()
    wrong = [
        f"{schema}.{table}.{column}: {kind}"
        for schema, table, column, kind in found
        for ending, kinds in TYPES_BY_ENDING.items()
        if column.endswith(ending) and kind not in kinds
    ]
    wrong += [f"{s}.{t}.{c}: {k}" for s, t, c, k in found if c.startswith(("is_", "has_")) and k != "BOOLEAN"]
    assert wrong == []


def test_a_warehouse_holds_no_keys_and_no_indexes(warehouse: Warehouse) -> None:
    """They could not live in a DuckLake; a set operation guarantees the same (design.md)."""
    held = warehouse.connection.execute(
        "select table_name, constraint_type from duckdb_constraints() where constraint_type <> 'NOT NULL' "
        "union all select table_name, 'INDEX' from duckdb_indexes()"
    ).fetchall()
    assert held == []
