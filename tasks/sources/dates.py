"""Dates: a supplier's word for a time becomes an ETA with its precision, a day, or an instant.

In: a text, the source's date formats, unknown words and time zone. Out: `Eta`, `date`, naive UTC `datetime`, or None: unreadable.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tasks.errors import ConfigurationError
from tasks.settings import SourceSettings
from tasks.sources.date_formats import DateFormat

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}|\d{4}-W\d{2}-\d|\d{4}W\d{3}", re.ASCII)
ISO_INSTANT = re.compile(rf"({ISO_DAY.pattern})[T ]\d.*", re.ASCII)
ISO_WEEK = re.compile(r"(\d{4})-?W(\d{2})", re.ASCII)
ISO_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)

# Suppliers' systems write "no date" as the last day they can hold (spec 2).
UNKNOWN_YEAR = 9999


class Eta(NamedTuple):
    """An ETA with its precision: `day`, `week`, `month`, or `unknown` (then without days)."""

    earliest_on: date | None
    latest_on: date | None
    precision: str


UNKNOWN = Eta(None, None, "unknown")


class Dates:
    """Reads the dates of one source: its formats in their order, then the ISO forms, which are always understood (spec 9)."""

    def __init__(self, source: SourceSettings, zone: ZoneInfo) -> None:
        """Raises ConfigurationError for a date format that cannot be read with."""
        self.zone = zone
        self.unknown_words = {word.strip().casefold() for word in source.unknown_words}
        try:
            self.formats = [DateFormat.of(pattern) for pattern in source.date_formats]
        except ValueError as error:
            raise ConfigurationError([f"source {source.name}: {error}"]) from None
        self.day_formats = [form for form in self.formats if form.precision == "day"]

    def eta(self, text: str) -> Eta | None:
        """An ETA, `UNKNOWN` for an unknown word and for anything in year 9999, None for what cannot be read (spec 2)."""
        if text.casefold() in self.unknown_words:
            return UNKNOWN
        for form in self.formats:
            first = form.read(text)
            if first is not None:
                return _eta(first.date(), form.precision)
        return _iso_eta(text.upper())

    def day(self, text: str) -> date | None:
        """A day; a date and time counts as its day, as it is written."""
        for form in self.day_formats:
            moment = form.read(text)
            if moment is not None:
                return moment.date()
        return _iso_day(text.upper())

    def instant(self, text: str) -> datetime | None:
        """An instant in naive UTC; without an offset it is in the source's zone, and a bare day is its midnight there."""
        for form in self.day_formats:
            moment = form.read(text)
            if moment is not None:
                return self._in_utc(moment)
        moment = _iso_moment(text.upper())
        if moment is None:
            day = _iso_day(text.upper())
            moment = None if day is None else datetime.combine(day, time())
        return None if moment is None else self._in_utc(moment)

    def _in_utc(self, moment: datetime) -> datetime | None:
        try:
            return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC).replace(tzinfo=None)
        except OverflowError:
            return None  # the first or last hours of the calendar


def _eta(first: date, precision: str) -> Eta:
    if first.year == UNKNOWN_YEAR:
        return UNKNOWN
    if precision == "week":
        return Eta(first, first + timedelta(days=6), precision)
    if precision == "month":
        return Eta(first, first.replace(day=monthrange(first.year, first.month)[1]), precision)
    return Eta(first, first, precision)


def _iso_eta(text: str) -> Eta | None:
    try:
        if week := ISO_WEEK.fullmatch(text):
            return _eta(date.fromisocalendar(int(week[1]), int(week[2]), 1), "week")
        if month := ISO_MONTH.fullmatch(text):
            return _eta(date(int(month[1]), int(month[2]), 1), "month")
    except ValueError:
        return None
    day = _iso_day(text)
    return None if day is None else _eta(day, "day")


def _iso_day(text: str) -> date | None:
    if ISO_DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    moment = _iso_moment(text)
    return None if moment is None else moment.date()


def _iso_moment(text: str) -> datetime | None:
    if not ISO_INSTANT.fullmatch(text):
        return None
    try:
        # Some systems write a space before the offset; ISO 8601 has none.
        return datetime.fromisoformat(re.sub(r"\s+(?=[+\-Z])", "", text))
    except ValueError:
        return None
