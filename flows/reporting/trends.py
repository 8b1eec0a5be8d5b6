"""The sections that look back: who has been reached, how suppliers' dates held, how old the backorders are, how fast customers heard.

In: an open warehouse, and the day's row. Out: sections, each a chart with the same figures in a table.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flows.reporting import charts
from flows.reporting.parts import Row, Section, by_month, chart, counted, table
from tasks.warehouse import Warehouse

MOST_RUNS = 30
MOST_SUPPLIERS = 12
# More lines than these cannot be told apart.
MOST_SUPPLIERS_DRAWN = 6

_SLIP = "mean_slip_days_vs_first_eta"
_P50, _P95 = "p50_minutes_from_file_taken_to_accepted", "p95_minutes_from_file_taken_to_accepted"


def coverage(rows: list[dict[str, Any]]) -> Section:
    """What has become of those whose date changed: the rows of report/coverage."""
    dark = sum(row["in_the_dark_customer_count"] for row in rows)
    must = "as it must be" if dark == 0 else "which must be 0: see `notice_coverage`, and tell whoever keeps Tellwhen"
    says = (
        f"Of the customers whose date each of the last {counted(len(rows), 'run')} found changed, what has become until now. "
        f"Left in the dark: {dark}, {must}."
    )
    outcomes = {outcome.words: outcome.column for outcome in charts.OUTCOMES}
    shown = table(
        "Customers by run", {"run as of (UTC)": "as_of", "changed": "changed_customer_count", **outcomes}, rows[::-1], "No run yet."
    )
    newest = rows[-1] if rows else {}
    words = ", ".join(f"{newest[column]} {name}" for name, column in outcomes.items() if newest.get(column))
    picture = f"Bars, one a run: customers whose date changed, by what has become of them. Newest run: {words or 'no customer'}."
    drawn = [row for row in rows if row["changed_customer_count"]]
    drawing = chart("coverage", picture, charts.coverage(drawn)) if drawn else None
    return Section("coverage", "Who has been reached", says, (shown,), drawing)


def slip(warehouse: Warehouse, day: date) -> Section:
    """How far suppliers' dates moved from what they first said."""
    rows = warehouse.rows("report/slip", as_of_on=day, most_suppliers=MOST_SUPPLIERS)
    says = (
        "Mean days from the first date that a supplier gave for a PO line to its last one of the month; positive is later, "
        f"lines that kept their date count as 0. {_of_all(rows)}The bias is the median of receipt minus the date known 14 days before."
    )
    columns = {
        "supplier": "supplier_id",
        "month": "month",
        "PO lines": "line_count",
        "moved (%)": "percent_moved",
        "mean slip (days)": _SLIP,
        "9 of 10 within (days)": "p90_slip_days_vs_first_eta",
        "received": "received_line_count",
        "bias at 14 days": "bias_days_vs_eta_14_days_before",
    }
    of_newest_month = [
        {**row, "month": _month(row), "percent_moved": _percent(row["share_moved_vs_previous_eta"])} for row in rows if row["is_newest"]
    ]
    drawn = [row for row in rows if row["place"] <= MOST_SUPPLIERS_DRAWN and row[_SLIP] is not None]
    newest = {row["supplier_id"]: row for row in drawn}
    words = ", ".join(f"{supplier} {row[_SLIP]:g} days in {_month(row)}" for supplier, row in newest.items())
    picture = f"Lines, one a supplier, by month: days that its dates have slipped. Last: {words}."
    drawing = chart("slip", picture, charts.slip([(row["supplier_id"], _month(row), row[_SLIP]) for row in drawn])) if drawn else None
    return Section(
        "slip",
        "Slip by supplier",
        says,
        (
            by_month("Mean slip by month, in days", "supplier_id", rows, _SLIP, "No PO line yet."),
            table("Dates in the newest month of each supplier", columns, of_newest_month, "No PO line yet."),
        ),
        drawing,
    )


def ageing(warehouse: Warehouse) -> Section:
    """How long customers have waited."""
    rows = warehouse.rows("report/ageing")
    lines = sum(row["line_count"] for row in rows)
    late = sum(row["line_count"] for row in rows if row["standing"] == charts.PAST)
    says = f"{counted(lines, 'open order line')}; {late} of them past the day first promised with the order. Ages in calendar days."
    columns = {
        "age since the order": "age_since_order",
        "first promise": "standing",
        "lines": "line_count",
        "quantity": "quantity_open",
        "of it backordered": "quantity_backordered",
        "of it without a date": "quantity_undated",
    }
    ages: dict[str, int] = {}
    for row in rows:
        ages[row["age_since_order"]] = ages.get(row["age_since_order"], 0) + row["line_count"]
    words = ", ".join(f"{age}: {counted(count, 'line')}" for age, count in ages.items())
    picture = f"Bars, one an age since the order, by standing towards the first promise. {words}."
    drawing = chart("ageing", picture, charts.ageing(rows)) if rows else None
    return Section("ageing", "Age of the backorders", says, (table("Open lines by age", columns, rows, "No order line is open."),), drawing)


def time_to_notify(warehouse: Warehouse, day: date) -> Section:
    """From a supplier's file to its customers."""
    rows = warehouse.rows("report/time_to_notify", as_of_on=day, most_suppliers=MOST_SUPPLIERS)
    says = (
        "Minutes from our taking the supplier's file to the provider's taking the message that told the customer: "
        f"half of the lines within P50, 19 of 20 within P95. {_of_all(rows)}"
    )
    columns = {
        "supplier": "supplier_id",
        "month": "month",
        "lines": "line_count",
        "accepted": "accepted_line_count",
        "P50 (minutes)": _P50,
        "P95 (minutes)": _P95,
        "delivered": "delivered_line_count",
        "P50 to delivery": "p50_minutes_from_file_taken_to_delivered",
        "P95 to delivery": "p95_minutes_from_file_taken_to_delivered",
    }
    newest = [{**row, "month": _month(row)} for row in rows if row["is_newest"]]
    drawn = [row for row in newest if row[_P50] is not None]
    words = ", ".join(f"{row['supplier_id']} {row[_P50]:g} and {row[_P95]:g}" for row in drawn)
    picture = f"For each supplier its newest month: P50 and P95 in minutes. {words}."
    drawing = (
        chart("time", picture, charts.time_to_notify([(row["supplier_id"], row[_P50], row[_P95]) for row in drawn])) if drawn else None
    )
    empty = "No message about a supplier's word yet."
    return Section(
        "time-to-notify",
        "Time to notify",
        says,
        (
            table("Minutes in the newest month of each supplier", columns, newest, empty),
            by_month("P95 by month, in minutes", "supplier_id", rows, _P95, empty),
        ),
        drawing,
    )


def _of_all(rows: list[Row] | list[dict[str, object]]) -> str:
    in_all = rows[0]["suppliers_in_all"] if rows else 0
    shown = len({row["supplier_id"] for row in rows})
    return f"{shown} of {in_all} suppliers are shown. " if shown != in_all else ""


def _month(row: Row) -> str:
    return f"{row['month_on']:%Y-%m}"


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
