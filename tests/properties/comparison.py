"""Holds what the warehouse says against what the oracle expects.

In: `Expected` and `Found` of one run; at the end all of them and the histories. Out: sentences, one a difference; none if they agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import astuple
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from oracle import Expected
from oracle_promise import Slice
from replay import Found, Row, as_utc

_MICRO = Decimal("0.000001")
SAME_STATUS = {"received": {"received", "arrived"}, "cancelled": {"cancelled", "withdrawn"}}
"""The spec leaves open which of the two words the history uses."""


IN_FLIGHT_IS_RECORDED = False
"""Whether a change must be recorded anew that only went from `notify` to `in_flight` or back (else it may be)."""


def differences(expected: Expected, found: Found) -> list[str]:
    """Everything that one run left in the warehouse."""
    if expected.outcome != found.outcome:
        return [f"the run: expected {expected.outcome}, found {found.outcome}"]
    compared: list[Callable[[Expected, dict[str, list[Row]]], Iterator[str]]] = [_files, _supply]
    if expected.outcome != "stopped":
        compared += [_orders, _slices, _promises, _changes, _notices, _to_call]
    return [sentence for compare in compared for sentence in compare(expected, found.tables)]


def _key(row: Row) -> tuple[str, int]:
    return row["order_id"], row["line_no"]


def _pairs(title: str, expected: dict[Any, Any], found: dict[Any, Any]) -> Iterator[str]:
    for key in sorted(set(expected) | set(found), key=repr):
        if expected.get(key) != found.get(key):
            yield f"{title} {key}:\n    expected {_plain(expected.get(key))}\n    found    {_plain(found.get(key))}"


def _plain(value: object) -> str:
    return str(value).replace("datetime.date", "").replace("Decimal", "")


def _files(expected: Expected, tables: dict[str, list[Row]]) -> Iterator[str]:
    wanted = {(outcome.source, outcome.name): outcome.status for outcome in expected.files}
    yield from _pairs("source_files", wanted, {(row["source"], row["name"]): row["status"] for row in tables["files"]})
    must, may = set(), set()
    for outcome in expected.files:
        must |= {(outcome.source, outcome.name, number) for number, _ in outcome.refused}
        may |= {(outcome.source, outcome.name, number) for number in outcome.set_aside}
    found = {(row["source"], row["name"], row["row_number"]): row["rule"] for row in tables["quarantined"]}
    for row in sorted(must - set(found)):
        yield f"quarantined_rows: expected {row}, not found"
    for row in sorted(set(found) - must - may):
        yield f"quarantined_rows: found {row} ({found[row]}), not expected"


def _supply(expected: Expected, tables: dict[str, list[Row]]) -> Iterator[str]:
    found = {}
    for row in tables["supply"]:
        key = (row["supplier_id"], row["po_number"], row["po_line"], row["slice_no"])
        found[key] = [v for k, v in row.items() if k not in ("supplier_id", "po_number", "po_line", "slice_no")]
        view = expected.supply.get(key)
        if view is None and row["status"] in ("withdrawn", "cancelled"):
            del found[key]  # a slice that was replaced may be closed or said to be withdrawn
        elif view and found[key][6] in SAME_STATUS.get(view.status, {view.status}):
            found[key][6] = view.status
        if view:
            found[key][7] = view.source  # another source's same words need not make a version
    yield from _pairs("supplier_eta_history", {key: list(astuple(view)) for key, view in expected.supply.items()}, found)


def _orders(expected: Expected, tables: dict[str, list[Row]]) -> Iterator[str]:
    columns = ("customer_id", "sku", "warehouse_id", "quantity_open", "priority", "po_number", "po_line", "partial_ok", "country")
    wanted = {key: [getattr(row, column) for column in columns] for key, row in expected.orders.items()}
    yield from _pairs("order_line_history", wanted, {_key(row): [row[column] for column in columns] for row in tables["orders"]})


def _slices(expected: Expected, tables: dict[str, list[Row]]) -> Iterator[str]:
    found: dict[Any, list[str]] = {}
    for row in tables["slices"]:
        found.setdefault(_key(row), []).append(_plain([v for k, v in row.items() if k not in ("order_id", "line_no")]))
    wanted = {key: sorted(_plain(_slice(piece)) for piece in promise.slices) for key, promise in expected.promises.items()}
    yield from _pairs("promise_slices", wanted, {key: sorted(pieces) for key, pieces in found.items()})


def _slice(piece: Slice) -> list[Any]:
    supplier, po_number, po_line, _ = piece.supply_key or (None, None, None, None)
    quantity = piece.quantity.quantize(_MICRO)
    return [quantity, piece.supply_kind, supplier, po_number, po_line, piece.available_on, piece.ship_on, piece.expected_on]


def _promises(expected: Expected, tables: dict[str, list[Row]]) -> Iterator[str]:
    wanted, found = {}, {}
    for key, promise in expected.promises.items():
        told = expected.told[key]
        wanted[key] = [
            promise.customer_id, promise.sku, promise.warehouse_id, promise.quantity_open, expected.promised_on[key], told.is_told,
            told.told_on, promise.expected_on, promise.first_on,
        ]  # fmt: skip
    for row in tables["promises"]:
        found[_key(row)] = [v for k, v in row.items() if k not in ("order_id", "line_no", "precision")]
        known = expected.promises.get(_key(row))
        if known and row["precision"] not in known.precisions:
            yield f"precision {_key(row)}: expected {set(known.precisions)}, found {row['precision']}"
    yield from _pairs("current_promises", wanted, found)


def _changes(expected: Expected, tables: dict[str, list[Row]]) -> Iterator[str]:
    found = {_key(row): [v for k, v in row.items() if k not in ("order_id", "line_no")] for row in tables["changes"]}
    wanted = {
        key: [expected.promises[key].customer_id, *astuple(expected.changes[key])]
        for key in expected.recorded
        if IN_FLIGHT_IS_RECORDED or key not in expected.renamed or key in found
    }
    yield from _pairs("changes", wanted, found)


def _notices(expected: Expected, tables: dict[str, list[Row]]) -> Iterator[str]:
    lines: dict[str, set[Any]] = {}
    for row in tables["notice_lines"]:
        lines.setdefault(row["notice_id"], set()).add((_key(row), row["kind"], row["told_on"], row["expected_on"]))
    found = Counter((row["customer_id"], row["state"], frozenset(lines.get(row["notice_id"], ()))) for row in tables["notices"])
    wanted = Counter((view.customer_id, view.state, view.lines) for view in expected.notices)
    for title, surplus in [("expected, not found", wanted - found), ("found, not expected", found - wanted)]:
        for customer_id, state, said in surplus:
            yield f"notices {title}: {customer_id} {state} {_plain(sorted(said, key=repr))}"


def _to_call(expected: Expected, tables: dict[str, list[Row]]) -> Iterator[str]:
    found = {_key(row) for row in tables["to_call"]}
    for key, change in expected.changes.items():
        is_baseline = change.decision == "baseline" and change.kind in ("delayed", "unknown")
        if (is_baseline or change.decision in ("call", "no_contact")) and key not in found:
            yield f"customers_to_call: expected {key} ({change.kind}, {change.decision}), not found"


# -- histories -----------------------------------------------------------------------------------------------------


def history_differences(past: list[tuple[datetime, Expected]], histories: dict[str, list[Row]]) -> list[str]:
    """What each as-of's last run knew must still be read from the history; no version may repeat the one before."""
    sentences = [sentence for name, rows in histories.items() for sentence in _repeated(name, rows)]
    for as_of, expected in {as_of: expected for as_of, expected in past if expected.outcome == "committed"}.items():
        promises = [row for row in histories["promise_history"] if _holds(row, as_of)]
        wanted = {
            key: [p.customer_id, p.sku, p.warehouse_id, p.quantity_open, p.expected_on, p.first_on] for key, p in expected.promises.items()
        }
        columns = ("customer_id", "sku", "warehouse_id", "quantity_open", "expected_on", "first_on")
        found = {_key(row): [row[column] for column in columns] for row in promises}
        sentences += _pairs(f"promise_history as of {as_of:%m-%d %H:%M}", wanted, found)
        supply = {"supply": [_current(row) for row in histories["supplier_eta_history"] if _holds(row, as_of)]}
        sentences += [f"as of {as_of:%m-%d %H:%M}: {sentence}" for sentence in _supply(expected, supply)]
    return sentences


def _current(row: Row) -> Row:
    return {k: v for k, v in row.items() if k not in ("reason", "stated_at", "valid_from", "valid_to")}


def _holds(row: Row, as_of: datetime) -> bool:
    valid_from, valid_to = as_utc(row["valid_from"]), as_utc(row["valid_to"])
    assert valid_from
    return valid_from <= as_of and (valid_to is None or as_of < valid_to)


def _repeated(name: str, rows: list[Row]) -> Iterator[str]:
    keys = 4 if name == "supplier_eta_history" else 2
    for before, after in pairwise(rows):
        same_key = list(before.values())[:keys] == list(after.values())[:keys]
        what = [{k: v for k, v in row.items() if k not in ("valid_from", "valid_to", "file_id")} for row in (before, after)]
        if same_key and before["valid_to"] == after["valid_from"] and what[0] == what[1]:
            yield f"{name}: a version was written although nothing changed: {_plain(after)}"
        if same_key and (before["valid_to"] is None or before["valid_to"] > after["valid_from"]):
            yield f"{name}: two versions overlap: {_plain(before)} and {_plain(after)}"
