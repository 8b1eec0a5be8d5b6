"""The sections about the day: what changed, who was told, who must be called.

In: an open warehouse, and the day's row. Out: sections.
"""

from __future__ import annotations

from typing import Any

from flows.commands.showing import in_days
from flows.reporting.parts import Row, Section, counted, first_of, table
from tasks.warehouse import Warehouse

# A page is for reading: what is beyond this is a matter for a command.
MOST_ROWS = 200


def changes(warehouse: Warehouse, day: Row) -> Section:
    """Whose date is no longer the one they were told."""
    kinds = warehouse.rows("report/changes_by_kind", as_of_on=day["as_of_on"])
    rows = warehouse.rows("report/changes", as_of_on=day["as_of_on"], most_rows=MOST_ROWS)
    lines = sum(row["line_count"] for row in kinds)
    first_run = " The first run of a warehouse tells nobody: its changes are where the books began." if day["is_baseline"] else ""
    says = f"{counted(lines, 'change')} arose on {day['as_of_on']}: what the customer was last told is not what we now believe.{first_run}"
    by_kind = {
        "change": "kind",
        "cause": "cause",
        "lines": "line_count",
        "customers": "customer_count",
        "days moved (median)": "median_days_moved",
    }
    each = {
        "order": "order_id",
        "line": "line_no",
        "customer": "customer_id",
        "change": "kind",
        "told": "told_on",
        "expected": "expected_on",
        "days": "days_moved",
        "cause": "cause",
        "item": "sku",
        "supplier": "supplier_id",
        "PO": "po_number",
        "decision": "decision",
    }
    return Section(
        "changes",
        "Changes of the day",
        says,
        (
            table("Changes by kind and cause", by_kind, kinds, "Nothing changed."),
            table("Each change, the worst first", each, [in_days(row) for row in rows], "Nothing changed.", first_of(rows, "`changes`")),
        ),
    )


def told(warehouse: Warehouse, day: Row, unsettled: str) -> Section:
    """Who learned of it. `unsettled`: what `sending` means just now."""
    rows = warehouse.rows("report/told", since=day["began_at"], most_rows=MOST_ROWS)
    customers = rows[0]["customers_in_all"] if rows else 0
    lines = rows[0]["rows_in_all"] if rows else 0
    says = (
        f"{counted(customers, 'customer')} heard about {counted(lines, 'line')} since the day's first run began "
        f"({day['began_at']:%Y-%m-%d %H:%M} UTC). A message counts once it has left us and has not come back."
    )
    columns = {
        "customer": "customer_id",
        "order": "order_id",
        "line": "line_no",
        "change": "kind",
        "told before": "told_before_on",
        "told now": "told_on",
        "by": "told_by",
        "at (UTC)": "told_at",
        "message": "notice_state",
    }
    shown = [_telling(row, unsettled) for row in rows]
    lines_told = table("Lines told", columns, shown, "Nobody was told.", first_of(rows, "`tellings`"))
    return Section("told", "Who was told", says, (lines_told,))


def to_call(rows: list[dict[str, Any]]) -> Section:
    """Whom no message reaches: the rows of report/to_call."""
    customers = rows[0]["customers_in_all"] if rows else 0
    lines = rows[0]["rows_in_all"] if rows else 0
    says = (
        f"{counted(customers, 'customer')} with {counted(lines, 'line')} that no message can settle, the longest-standing first. "
        "Call them, then record it: `tellwhen told ORDER LINE --on DAY --by YOU`."
        if rows
        else "Every customer can be reached by a message."
    )
    columns = {
        "customer": "customer_id",
        "order": "order_id",
        "line": "line_no",
        "item": "sku",
        "quantity": "quantity_open",
        "change": "kind",
        "told": "told_on",
        "expected": "expected_on",
        "why no message": "decision",
        "since (UTC)": "since",
    }
    shown = [in_days(row) for row in rows]
    lines_to_call = table("Lines to call about", columns, shown, "Nobody needs to be called.", first_of(rows, "`customers_to_call`"))
    return Section("to-call", "Who must be called", says, (lines_to_call,))


def _telling(row: Row, unsettled: str) -> dict[str, Any]:
    """A telling in words; a person's has no message that says what stood before."""
    days = in_days({**row, "expected_on": None, "is_told": True})
    before = days["told_before_on"] if row["told_by"] == "notice" else None
    state = unsettled if row["notice_state"] == "sending" else row["notice_state"]
    return {**days, "told_before_on": before, "notice_state": state}
