"""The facts that the rules' predicates and messages need, by name.

In: the as-of date and what a source's settings say of its files. Out: the `facts` of `run_suite`, `violation` and `message_sql`.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import date

from data_checks.quoting import FactValue

# The last day of 2026 shows which of its numbers is the day, and lies in week 53.
_EXAMPLE = date(2026, 12, 31)


def row_facts(*, as_of_on: date, date_formats: Sequence[str] = (), units: Sequence[str] = (), decimal: str = ".") -> dict[str, FactValue]:
    """Facts of ROW_RULES: the as-of date and the source's date formats, units and decimal sign."""
    formats = "".join(f"{_example(form)} ({form}) or " for form in date_formats)
    named = f"no unit, or one of {', '.join(units)}" if units else "no unit, for the source's `units` name none"
    return {
        "as_of_on": as_of_on.isoformat(),
        "expected_dates": f"{formats}2026-12-31",
        "expected_etas": f"{formats}2026-12-31, 2026-W53 or 2026-12",
        "expected_times": f"{formats}2026-12-31 or 2026-12-31T17:00:00+00:00",
        "expected_units": named,
        "example_number": f"0{decimal}5",
    }


def feed_facts(*, source: str, file: str) -> dict[str, FactValue]:
    """Facts of FEED_RULES: the source's name and the file, as a shell would want them."""
    return {"source": shlex.quote(source), "file": shlex.quote(file)}


def promise_facts(*, lines: int) -> dict[str, FactValue]:
    """Facts of PROMISE_RULES: how many open order lines the run looks at."""
    return {"lines": lines}


def _example(form: str) -> str:
    try:
        return _EXAMPLE.strftime(form)
    except ValueError:
        return "a date"
