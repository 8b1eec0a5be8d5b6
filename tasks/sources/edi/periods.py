"""Periods: a date of a message becomes the days it may be, with what it says of how exactly they are known.

In: the text of a date and the name of its format (X12 element 1250, UN/EDIFACT 2379). Out: `Period`, or None for what is no date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import NamedTuple

# UN/EDIFACT 2379, points in time: how they are read. Two digits of a year are this century's up to 79.
POINTS = {
    "2": "%d%m%y", "3": "%m%d%y", "4": "%d%m%Y", "101": "%y%m%d", "102": "%Y%m%d", "201": "%y%m%d%H%M", "202": "%y%m%d%H%M%S",
    "203": "%Y%m%d%H%M", "204": "%Y%m%d%H%M%S", "205": "%Y%m%d%H%M%z", "303": "%Y%m%d%H%M", "304": "%Y%m%d%H%M%S",
}  # fmt: skip
# Their lengths: strptime is generous with digits. What follows in 303 and 304 is a time zone that nobody can look up.
LENGTHS = {"2": 6, "3": 6, "4": 8, "101": 6, "102": 8, "201": 10, "202": 12, "203": 12, "204": 14, "205": 17, "303": 12, "304": 14}
WITH_ZONE = ("303", "304")
# Ranges: the format of each end.
RANGES = {"713": "201", "717": "101", "718": "102", "719": "203"}
X12_RANGES = {"RD8": "102", "RD6": "101"}


class Period(NamedTuple):
    """From the first day to the last. `precision`: day, week or month, as it was stated."""

    earliest_on: date
    latest_on: date
    precision: str = "day"

    def later(self, days: int) -> Period:
        """The same so many days later; a week or month becomes the one that holds its last day then. Raises OverflowError."""
        if not days:
            return self
        latest = self.latest_on + timedelta(days=days)
        if self.precision == "week":
            return week_of(latest)
        return month_of(latest.year, latest.month) if self.precision == "month" else Period(latest, latest)

    @property
    def text(self) -> str:
        """As a feed's eta is written (spec 2)."""
        if self.precision == "week":
            year, week, _ = self.latest_on.isocalendar()
            return f"{year:04d}-W{week:02d}"
        return f"{self.latest_on:%Y-%m}" if self.precision == "month" else self.latest_on.isoformat()


def week_of(day: date) -> Period:
    """The ISO week that holds the day. Raises OverflowError at the ends of the calendar."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6), "week")


def month_of(year: int, month: int) -> Period:
    """A month. Raises ValueError for one that is none."""
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]), "month")


def x12_period(text: str, form: str = "") -> Period | None:
    """A date of X12: CCYYMMDD, YYMMDD before release 4010, or a range where DTM05 says so; None for anything else."""
    if form in X12_RANGES:
        return _range(text, X12_RANGES[form])
    return _day({6: "101", 8: "102"}.get(len(text), ""), text)


def edifact_period(text: str, form: str) -> Period | None:
    """A date of UN/EDIFACT in the format that 2379 names; None for anything else, and for formats that we do not know."""
    if form in RANGES:
        return _range(text, RANGES[form])
    if form in ("609", "610", "615", "616"):
        return _week_or_month(text, form)
    return _day(form, text)


def moment_of(form: str, text: str) -> datetime | None:
    """A point in time of a format of 2379, without a time zone."""
    if form not in POINTS or not (text.isascii() and (text.isalnum() or form == "205")):
        return None
    if len(text) != LENGTHS[form] and not (form in WITH_ZONE and LENGTHS[form] < len(text) <= LENGTHS[form] + 3):
        return None
    if not text[: LENGTHS[form]].isdecimal() and form != "205":
        return None
    pattern, text = POINTS[form], text[: LENGTHS[form]]
    if "%y" in pattern:
        at = pattern.replace("%", "").index("y") * 2
        pattern, text = pattern.replace("%y", "%Y"), f"{text[:at]}{'20' if int(text[at : at + 2]) < 80 else '19'}{text[at:]}"
    try:
        return datetime.strptime(text, pattern).replace(tzinfo=None)
    except ValueError:
        return None


def _day(form: str, text: str) -> Period | None:
    moment = moment_of(form, text)
    return None if moment is None else Period(moment.date(), moment.date())


def _week_or_month(text: str, form: str) -> Period | None:
    match = re.fullmatch(r"(\d\d)?(\d\d)(\d\d)", text, re.ASCII)
    if match is None or bool(match[1]) != (form in ("610", "616")):
        return None
    year, number = int((match[1] or ("20" if int(match[2]) < 80 else "19")) + match[2]), int(match[3])
    try:
        return month_of(year, number) if form in ("609", "610") else week_of(date.fromisocalendar(year, number, 1))
    except (ValueError, OverflowError):
        return None


def _range(text: str, form: str) -> Period | None:
    """A range: one week or month where it lies within it (its last day is never later than ours), else its last day."""
    ends = text.split("-") if "-" in text else [text[: len(text) // 2], text[len(text) // 2 :]]
    first, last = (_day(form, end) for end in (ends if len(ends) == 2 else ("", "")))
    if first is None or last is None or last.latest_on < first.earliest_on:
        return None
    earliest, latest = first.earliest_on, last.latest_on
    if earliest == latest:
        return last
    try:
        if week_of(earliest) == week_of(latest):
            return week_of(latest)
    except OverflowError:
        return None
    return month_of(latest.year, latest.month) if (earliest.year, earliest.month) == (latest.year, latest.month) else last
