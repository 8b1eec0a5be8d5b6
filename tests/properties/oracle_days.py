"""The oracle's calendar: business days, one by one.

In: a set of holidays. Out: moved days and counted days (spec 3).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Weekends and the holidays handed in are no business days."""

    holidays: frozenset[date] = frozenset()

    @classmethod
    def of(cls, holidays: Collection[date] = ()) -> Calendar:
        return cls(frozenset(holidays))

    def is_business_day(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        while not self.is_business_day(day):
            day += ONE_DAY
        return day

    def plus(self, day: date, count: int) -> date:
        for _ in range(count):
            day = self.on_or_after(day + ONE_DAY)
        return day

    def between(self, first: date, last: date) -> int:
        """Count the business days d with first < d <= last."""
        count = 0
        day = first + ONE_DAY
        while day <= last:
            count += self.is_business_day(day)
            day += ONE_DAY
        return count
