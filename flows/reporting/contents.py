"""What stands in the report, read from the warehouse in one go.

In: an open warehouse, and where and when it was read. Out: a Report: the figures on top and the sections, in the order of their urgency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.reporting import checks, today, trends
from flows.reporting.parts import Section
from tasks.errors import TellwhenError
from tasks.warehouse import Warehouse


@dataclass(frozen=True)
class Written:
    """How the report came about: from the live warehouse or not; `unsettled`: what `sending` means while it is read."""

    at: datetime
    is_live: bool
    unsettled: str


@dataclass(frozen=True)
class Report:
    """A report: `figures` are pairs of a number and what it counts."""

    title: str
    says: str
    figures: tuple[tuple[int, str], ...]
    sections: tuple[Section, ...]


def report_of(warehouse: Warehouse, written: Written) -> Report:
    """Read the report. Raises TellwhenError where no run has been committed yet."""
    day = warehouse.row("report/day")
    if day is None:
        raise TellwhenError(
            f"{warehouse.path}: no run has been committed yet, so there is nothing to report; `tellwhen runs` says what was tried"
        )
    coverage = warehouse.rows("report/coverage", most_runs=max(trends.MOST_RUNS, day["run_count"]))
    calls = warehouse.rows("report/to_call", most_rows=today.MOST_ROWS)
    of_the_day = coverage[-day["run_count"] :]
    figures = (
        (day["open_lines"], "open order lines"),
        (sum(row["changed_customer_count"] for row in of_the_day), "customers whose date changed"),
        (sum(row["told_customer_count"] + row["called_customer_count"] for row in of_the_day), "of them told"),
        (calls[0]["customers_in_all"] if calls else 0, "customers to call"),
        (sum(row["in_the_dark_customer_count"] for row in of_the_day), "left in the dark"),
    )
    place = "the live warehouse" if written.is_live else "the published copy"
    says = f"As of {day['as_of']:%Y-%m-%d %H:%M} UTC (run {day['run_id']}); written {written.at:%Y-%m-%d %H:%M} UTC from {place}."
    sections = (
        today.to_call(calls),
        today.changes(warehouse, day),
        today.told(warehouse, day, written.unsettled),
        trends.coverage(coverage),
        trends.slip(warehouse, day["as_of_on"]),
        trends.ageing(warehouse),
        trends.time_to_notify(warehouse, day["as_of_on"]),
        checks.checks(warehouse),
    )
    return Report(f"Tellwhen on {day['as_of_on']}", says, figures, sections)
