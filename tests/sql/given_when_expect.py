"""Cases as data: rows that are given, the statements that are run with parameters, the rows that are expected.

In: a file of `cases/`, on the path of its statement in `sql/`. Out: `Case`s, and the verdict on each.

A file is a mapping: `run` (statements, one after the other; without it the statement on the same path) or `query` (a select of its own, for
views and macros), `given` and `when` that all of its cases share, and `cases`. A case has `case` (a sentence), `given` (table: rows),
`when` (parameters), `expect` (table, or `result`: rows), and where needed `run`, `query`, `in_order`, `xfail` (why it disagrees).
Rows name only the columns that matter: what is left out of a given row comes from `defaults.yaml`, of an expected one is not compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from tasks.calendar import business_calendar
from tasks.queries import folder
from tasks.warehouse import Warehouse

CASES = Path(__file__).parent / "cases"
CALENDAR_SPAN = (date(2026, 10, 1), date(2027, 3, 31))
USUAL_CALENDAR = "none"
FOLDERS = (
    "landing",
    "promise",
    "changes",
    "history",
    "compacting",
    "invariants",
    "integrity",
    "outbox",
    "digests",
    "reading",
    "replay",
    "report",
    "runs",
    "settling",
    "views",
)

_TYPES: dict[str, dict[str, str]] = {}

Row = dict[str, Any]
Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Case:
    """One given/when/expect. `path` is relative to `cases/`, without its ending."""

    path: str
    sentence: str
    run: tuple[str, ...]
    query: str | None
    calendar: str
    given: Tables = field(repr=False)
    when: Row = field(repr=False)
    expect: Tables = field(repr=False)
    in_order: bool = False
    xfail: str | None = None


def cases() -> Iterator[Case]:
    """All cases, file by file."""
    for path in sorted(CASES.rglob("*.yaml")):
        yield from read_cases(path)


def read_cases(path: Path) -> Iterator[Case]:
    """The cases of one file; raises ValueError for a word that no file or case may have."""
    shared = _load(path)
    name = str(path.relative_to(CASES).with_suffix(""))
    _require_known(path, shared, {"run", "query", "given", "when", "calendar", "cases"})
    for case in shared["cases"]:
        _require_known(path, case, {"case", "run", "query", "given", "when", "calendar", "expect", "in_order", "xfail"})
        query = case.get("query", shared.get("query"))
        run = case.get("run", shared.get("run", [] if query or name.startswith("views/") else [name]))
        yield Case(
            path=name,
            sentence=case["case"],
            run=(run,) if isinstance(run, str) else tuple(run),
            query=query,
            calendar=case.get("calendar", shared.get("calendar", USUAL_CALENDAR)),
            # A table that a case gives replaces the one that all cases share.
            given={**shared.get("given", {}), **case.get("given", {})},
            when={**_defaults()["parameters"], **shared.get("when", {}), **case.get("when", {})},
            expect=case["expect"],
            in_order=case.get("in_order", False),
            xfail=case.get("xfail"),
        )


def fill_calendar(warehouse: Warehouse, name: str = USUAL_CALENDAR) -> None:
    """Put the days of a calendar into the empty `work.calendar`."""
    warehouse.append("work.calendar", _calendar(name))


def check(warehouse: Warehouse, case: Case) -> None:
    """Put what is given into the warehouse, run the statements, and compare what is expected; raises AssertionError."""
    if case.calendar != USUAL_CALENDAR:
        warehouse.clear("work.calendar")
        fill_calendar(warehouse, case.calendar)
    for table, rows in case.given.items():
        _insert(warehouse, table, rows)
    result: list[Row] = []
    for name in case.run:
        result = warehouse.rows(name, **case.when)
    if case.query:
        result = _select(warehouse, case.query)
    for table, expected in case.expect.items():
        actual = result if table == "result" else _select(warehouse, f"select * from {table}")
        _compare(f"{table} after {' + '.join(case.run) or case.query}", actual, expected, in_order=case.in_order)


def covered() -> set[str]:
    """The statements and views that some case runs."""
    views = {name.partition("_")[2]: f"views/{name}" for name in (path.split("/")[1] for path in folder("views"))}
    found: set[str] = set()
    for case in cases():
        found |= set(case.run)
        if case.path.startswith("views/"):
            found.add(views[case.path.split("/")[1]])
    return found


def _compare(place: str, actual: list[Row], expected: list[Row], *, in_order: bool) -> None:
    """Rows are compared without regard to order, each on the columns that its expectation names."""
    unknown = {column for row in expected for column in row} - set(actual[0] if actual else [c for row in expected for c in row])
    assert not unknown, f"{place}: there is no column {sorted(unknown)}"
    columns = list(dict.fromkeys(column for row in expected for column in row))
    seen = [{column: _plain(row[column]) for column in columns} for row in actual]
    wanted = [{column: _plain(row[column]) for column in row} for row in expected]
    left = list(seen)
    for row in wanted:
        match = next((other for other in left if all(other[column] == value for column, value in row.items())), None)
        assert match is not None, f"{place}: expected {row}\nof {len(wanted)} rows, found {_lines(seen)}"
        left.remove(match)
    assert not left, f"{place}: expected {len(wanted)} rows and no {_lines(left)}"
    if in_order:
        assert [{c: got[c] for c in want} for got, want in zip(seen, wanted, strict=True)] == wanted, (
            f"{place}: the order is {_lines(seen)}"
        )


def _insert(warehouse: Warehouse, table: str, rows: Sequence[Row]) -> None:
    """One statement a table: planning costs more than the rows do."""
    types = _column_types(warehouse, table)
    full_rows = []
    for number, row in enumerate(rows, start=1):
        if wrong := set(row) - set(types):
            raise ValueError(f"{table} has no column {sorted(wrong)}")
        full_rows.append({**_default_row(table, types), **({"row_number": number} if "row_number" in types else {}), **row})
    columns = list(dict.fromkeys(column for row in full_rows for column in row))
    if not columns:
        return
    places = "(" + ", ".join(f"cast(? as {types[column]})" for column in columns) + ")"
    values = [_bindable(row.get(column)) for row in full_rows for column in columns]
    names = ", ".join(map(_quoted, columns))
    warehouse.connection.execute(f"insert into {table} ({names}) values {', '.join([places] * len(full_rows))}", values)


def _default_row(table: str, types: Mapping[str, str]) -> Row:
    """What a row of the table says where a case is silent."""
    named = {**_defaults()["columns"], **_defaults()["tables"].get(table, {})}
    return {column: named[column] for column in types if column in named}


def _column_types(warehouse: Warehouse, table: str) -> dict[str, str]:
    """The types of a table's columns; asked once, for they are the same for all cases."""
    if table not in _TYPES:
        _TYPES[table] = {row["column_name"]: row["column_type"] for row in _select(warehouse, f"describe {table}")}
    return _TYPES[table]


def _select(warehouse: Warehouse, query: str) -> list[Row]:
    result = warehouse.connection.execute(query)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


@cache
def _calendar(name: str) -> pl.DataFrame:
    return business_calendar(name, *CALENDAR_SPAN)


@cache
def _defaults() -> dict[str, Any]:
    return _load(CASES.parent / "defaults.yaml")


def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


def _bindable(value: Any) -> Any:
    """Fractions go as text, so that a decimal stays what the case says."""
    return str(value) if isinstance(value, float) else value


def _plain(value: Any) -> Any:
    """One form for values that mean the same: 5, 5.0 and 5.000000; a day and its midnight."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value))
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [_plain(inner) for inner in value]
    return value


def _lines(rows: Sequence[Row]) -> str:
    return (
        "".join(f"\n  { {column: str(value) if value is not None else None for column, value in row.items()} }" for row in rows) or "none"
    )


def _quoted(column: str) -> str:
    return f'"{column}"'


def _require_known(path: Path, mapping: Mapping[str, Any], words: set[str]) -> None:
    if unknown := set(mapping) - words:
        raise ValueError(f"{path}: {sorted(unknown)} is not a word of a case; expected {sorted(words)}")
