"""Guarding: a run that would write to suspiciously many customers is looked at by a person first (spec 5).

In: the decided changes, and what suppliers and order files did since the last committed run. Out: why new notices are held, or none.
"""

from __future__ import annotations

from datetime import timedelta

from tasks.runs import Run
from tasks.settings import Settings
from tasks.warehouse import Warehouse

# Below so many PO lines a supplier that moves all of them is a small supplier, not a broken file (spec 5).
_FEWEST_PO_LINES = 20


def reasons_to_hold(warehouse: Warehouse, settings: Settings, run: Run) -> list[str]:
    """One sentence for each guard that this run meets; empty when its notices may go out. Call between decision and notices."""
    found = [
        _too_many_customers(warehouse, settings),
        *_suppliers_that_moved_as_one(warehouse, settings),
        _old_orders(warehouse, settings, run),
    ]
    return [sentence for sentence in found if sentence]


def _too_many_customers(warehouse: Warehouse, settings: Settings) -> str | None:
    guard = settings.guard
    if (told := warehouse.value("guards/customers_to_tell")) <= guard.guard_min_customers:
        return None
    waiting = warehouse.value("guards/customers_waiting")
    if told > guard.max_customer_share * waiting:
        return f"{told} of {waiting} customers with open lines would be written to (max_customer_share = {guard.max_customer_share:g})"
    return None


def _suppliers_that_moved_as_one(warehouse: Warehouse, settings: Settings) -> list[str]:
    share = settings.guard.max_supplier_share
    return [
        f"{row['supplier_id']} {_move(row['moved_days'])} for {row['po_lines_moved']} of its {row['po_lines']} PO lines "
        f"(max_supplier_share = {share:g})"
        for row in warehouse.rows("guards/suppliers")
        if row["po_lines_moved"] > _FEWEST_PO_LINES and row["po_lines_moved"] > share * row["po_lines"]
    ]


def _move(days: int | None) -> str:
    return "withdrew the date" if days is None else f"moved the date by {days:+d} days"


def _old_orders(warehouse: Warehouse, settings: Settings, run: Run) -> str | None:
    """A source whose orders are old may lack that some were cancelled, or are with the customer already."""
    oldest, most = warehouse.row("guards/orders_age"), settings.guard.max_order_age_hours
    if oldest is None or run.as_of - oldest["last_accepted_as_of"] <= timedelta(hours=most):
        return None
    hours = (run.as_of - oldest["last_accepted_as_of"]) / timedelta(hours=1)
    return f"the order lines of {oldest['source']} are {hours:.4g} hours old (max_order_age_hours = {most:g})"
