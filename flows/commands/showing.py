"""Shows rows: as a table for people, or as JSON for programs.

In: rows as dicts. Out: text on stdout. JSON has dates as 2026-12-04, times as UTC with a Z, quantities as numbers.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]

_ADDRESS = re.compile(r"\S+@\S+")


def show(rows: Sequence[Row], *, as_json: bool, columns: Sequence[str] | None = None, empty: str = "nothing to show") -> None:
    """Print rows; `columns` are those that a person sees, programs get all."""
    if as_json:
        print(json.dumps([dict(row) for row in rows], default=plain, ensure_ascii=False))
    elif not rows:
        print(empty)
    else:
        _table(rows, columns or list(rows[0]))


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        # A number that a float cannot hold exactly stays a text: never a wrong quantity.
        return float(value) if Decimal(repr(float(value))) == value else f"{value.normalize():f}"
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def in_days(row: Row) -> dict[str, Any]:
    """A row of `who` or `notice_lines` with words where a day is missing: a customer was told `unknown`, or was told nothing."""
    words = {"expected_on": "unknown" if row["expected_on"] is None else row["expected_on"]}
    for day, is_told in (("told_on", row["is_told"]), ("told_before_on", row.get("was_told_before"))):
        words[day] = row.get(day) or ("unknown" if is_told else "nothing")
    return {**row, **words}


def to_decide(run_id: str) -> str:
    """The commands by which a person decides about what a guard holds of a run."""
    return f"`tellwhen notices release {run_id} --by YOU` sends what is still true, `tellwhen notices discard {run_id} --by YOU` drops it"


def text_of(value: Any) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list):
        return ", ".join(map(text_of, value))
    # A control character in a supplier's key must not speak to the terminal.
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in str(value))


def without_addresses(text: str) -> str:
    """The text as anybody may read it: a provider's words may name whom it refused, and in some shops an address is a customer's id."""
    return _ADDRESS.sub("(an address)", text)


def _table(rows: Sequence[Row], columns: Sequence[str]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(Text(text_of(row[column])) for column in columns))
    # Piped output is for other programs and for files: no line may be cut there.
    width = None if sys.stdout.isatty() else 1000
    Console(width=width, soft_wrap=False).print(table)
