"""The kinds of rules that rows of a feed are held to, each with its message.

In: a column's name and its words. Out: Expectations of severity `warning`: a row that breaks one goes to quarantine (spec 2).
A typed column `c` comes with `c_text`, the cell as it stood in the file; null is an empty cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data_checks.expectation import Expectation, RowKind


def _rule(name: str, kind: RowKind, columns: tuple[str, ...], arguments: Mapping[str, Any], message: str, why: str) -> Expectation:
    return Expectation(name, kind, columns, arguments, "warning", message, why)


def bad_rows(name: str, columns: tuple[str, ...], bad: str, message: str, why: str) -> Expectation:
    """A row for which the SQL predicate `bad` is true."""
    return _rule(name, "rows", columns, {"bad": bad}, message, why)


def given(column: str, *, typed: bool = False) -> Expectation:
    """The cell is not empty; `typed` for a column that is turned into something else than text."""
    return _rule(
        f"{column}_is_given",
        "not_null",
        (f"{column}_text" if typed else column,),
        {},
        f"{column} is empty; expected a value",
        f"{column} is needed to know what the row speaks of",
    )


def _readable(column: str, ending: str, message: str, *, value: str | None = None) -> Expectation:
    value = value or column
    return bad_rows(
        f"{column}_{ending}",
        (value, f"{column}_text"),
        f'"{column}_text" is not null and "{value}" is null',
        f"{column} '{{{column}_text}}' {message}",
        f"a {column} that cannot be read must not be guessed",
    )


def number(column: str) -> Expectation:
    """A decimal(18,6) that could be read."""
    return _readable(column, "is_a_number", "is not a number; expected one such as 12 or {example_number}, below 1 000 000 000 000")


def whole_number(column: str) -> Expectation:
    """A whole number that could be read."""
    return _readable(column, "is_a_whole_number", "is not a whole number; expected digits such as 10 or 00010")


def day(column: str) -> Expectation:
    """A day that could be read."""
    return _readable(column, "is_a_date", "is not a date; expected {expected_dates}")


def instant(column: str) -> Expectation:
    """A point in time that could be read."""
    return _readable(column, "is_a_time", "is not a point in time; expected {expected_times}")


def flag(column: str) -> Expectation:
    """A yes or no that could be read."""
    return _readable(column, "is_yes_or_no", "is neither yes nor no; expected true or false")


def eta(column: str) -> Expectation:
    """A day, week, month or unknown word that could be read; the frame then has a precision."""
    return _readable(column, "is_a_date", "is not a date; expected {expected_etas}", value=f"{column}_precision")


def word(column: str, *words: str) -> Expectation:
    """One of our words; the frame leaves any other null."""
    return _readable(
        column, "is_known", f"is not known; expected one of {', '.join(words)}, or a word that the source's `values` turn into one"
    )


def not_negative(column: str) -> Expectation:
    """A number of 0 or more."""
    return _rule(
        f"{column}_is_not_negative",
        "between",
        (column, f"{column}_text"),
        {"minimum": 0},
        f"{column} '{{{column}_text}}' is negative; expected 0 or more",
        f"a negative {column} would add to what others are promised",
    )


ROW_IS_WHOLE = bad_rows(
    "row_is_whole",
    ("row_problem",),
    '"row_problem" is not null',
    "{row_problem}",
    "cells of a broken record may stand in the wrong columns",
)

IS_NOT_REPEATED = bad_rows(
    "is_not_repeated",
    ("duplicate_of",),
    '"duplicate_of" is not null',
    "the same is given again in row {duplicate_of} of this file; the last one counts",
    "a repeated row would count twice",
)
