"""The business calendar: weekends, and the public holidays of a country (spec 3).

In: the name of a calendar and a span of days. Out: a frame from which SQL counts business days.
"""

from __future__ import annotations

from datetime import date
from importlib.metadata import version

import holidays
import polars as pl

from tasks.errors import ConfigurationError

# Dates of the world lie within; what a rule compares with a date outside is moved to the edge.
YEARS_BACK = 15
YEARS_AHEAD = 10


def calendar_span(as_of_on: date) -> tuple[date, date]:
    """The first and the last day of a run's calendar."""
    return date(as_of_on.year - YEARS_BACK, 1, 1), date(as_of_on.year + YEARS_AHEAD, 12, 31)


def business_calendar(name: str, first_on: date, last_on: date) -> pl.DataFrame:
    """One row a day: `day`, `is_business_day`, `business_days` (business days up to and including it), `next_business_on`.

    `name` is a country or country-subdivision of the `holidays` package (`US`, `DE-BY`), or `none` for weekends only. The days after
    the last business day of the span have no `next_business_on`. Raises ConfigurationError for a name that nobody knows.
    """
    closed = _public_holidays(name, first_on, last_on)
    days = pl.date_range(first_on, last_on, eager=True).alias("day")
    is_business_day = (pl.col("day").dt.weekday() <= 5) & ~pl.col("day").is_in(sorted(closed))
    return (
        pl.DataFrame({"day": days})
        .with_columns(is_business_day.alias("is_business_day"))
        .with_columns(
            pl.col("is_business_day").cast(pl.Int64).cum_sum().alias("business_days"),
            pl.when(pl.col("is_business_day")).then(pl.col("day")).fill_null(strategy="backward").alias("next_business_on"),
        )
    )


def require_known(name: str) -> None:
    """Raise ConfigurationError for a calendar that nobody knows."""
    _public_holidays(name, date(2026, 1, 1), date(2026, 1, 2))


def calendar_edition() -> str:
    """Changes when other days may be holidays: with the version of the `holidays` package."""
    return version("holidays")


def count_holidays(name: str, year: int) -> int:
    """How many public holidays are known of a year; none also for a year that the `holidays` package does not know yet."""
    return len(_public_holidays(name, date(year, 1, 1), date(year, 12, 31)))


def _public_holidays(name: str, first_on: date, last_on: date) -> set[date]:
    if name == "none":
        return set()
    country, _, subdivision = name.partition("-")
    years = range(first_on.year, last_on.year + 1)
    try:
        known = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    except NotImplementedError:
        raise ConfigurationError(
            [
                f"promise.calendar: {name!r} is no country or country-subdivision of the holidays package; "
                'expected for example "US", "DE-BY", or "none" for weekends only'
            ]
        ) from None
    return {day for day in known if first_on <= day <= last_on}
