"""Does the calendar know the public holidays of this year and the next?

In: the calendar's name and how many holidays it has by year. Out: findings.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.doctor.finding import Finding, ok, warning

CHECK = "calendar"


def findings(name: str, holidays_by_year: Mapping[int, int]) -> list[Finding]:
    """One finding; a year without any holiday is one that the `holidays` package does not know yet."""
    if name == "none":
        return [ok(CHECK, "weekends only; [promise] calendar would add a country's public holidays")]
    unknown = [str(year) for year, count in holidays_by_year.items() if not count]
    if unknown:
        found = f"{name}: the holidays package knows no public holiday of {' and '.join(unknown)}, so dates may fall on one"
        return [warning(CHECK, found, "install a newer holidays package when there is one")]
    return [ok(CHECK, f"{name}: public holidays are known for {' and '.join(map(str, holidays_by_year))}")]
