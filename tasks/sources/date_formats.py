"""Date formats: a source's `date_format` becomes something that reads texts and knows how precise they are.

In: a pattern of strptime directives. Out: a `DateFormat`; a pattern that gives no day, week or month is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

WEEKDAYS = frozenset("uwaA")
MONTHS = frozenset("mbB")
WHOLE_DATES = frozenset("xc")
SHORT_YEAR = 2  # digits of %y
CENTURY = 2000
PROBE = datetime(2026, 12, 4, 13, 5, 9)


@dataclass(frozen=True)
class DateFormat:
    """A format and its precision: `day`, `week` (an ISO week without a weekday) or `month`. `week` holds its expression."""

    pattern: str
    precision: str
    week: re.Pattern[str] | None = None

    @classmethod
    def of(cls, pattern: str) -> DateFormat:
        """Raises ValueError with a sentence when texts cannot be read with the pattern, or when it gives no day, week or month."""
        letters = set(re.findall(r"%(.)", pattern, re.DOTALL))
        if "V" in letters and not letters & WEEKDAYS:
            return cls(pattern, "week", _week_expression(pattern))
        if "V" in letters:
            pattern = pattern.replace("%Y", "%G")  # strptime pairs ISO weeks with ISO years only
        has_year = bool(letters & (frozenset("YyG") | WHOLE_DATES))
        has_day = bool(letters & (frozenset("jV") | WHOLE_DATES)) or ("d" in letters and bool(letters & MONTHS))
        has_month = bool(letters & MONTHS) and "d" not in letters
        if not has_year or not (has_day or has_month):
            expected = "expected such as '%d.%m.%Y', '%G-W%V' or '%m/%Y'"
            raise ValueError(f"date_format {pattern!r} gives no day, week or month of a year; {expected}")
        try:
            datetime.strptime(PROBE.strftime(pattern), pattern)
        except ValueError as error:
            raise ValueError(f"date_format {pattern!r} cannot be used: {error}") from None
        return cls(pattern, "day" if has_day else "month")

    def read(self, text: str) -> datetime | None:
        """The moment that a text names, of a week or month its first; None when the text is not of this format."""
        try:
            if self.week is None:
                return datetime.strptime(text, self.pattern)
            match = self.week.fullmatch(text)
            if match is None:
                return None
            year = int(match["year"])
            year += CENTURY if len(match["year"]) == SHORT_YEAR else 0
            return datetime.combine(date.fromisocalendar(year, int(match["week"]), 1), time())
        except ValueError:
            return None


def _week_expression(pattern: str) -> re.Pattern[str]:
    """`KW%V/%G` as an expression: strptime itself reads no week without a weekday."""
    known = {"V": r"(?P<week>\d{1,2})", "G": r"(?P<year>\d{4})", "Y": r"(?P<year>\d{4})", "y": r"(?P<year>\d{2})", "%": "%"}
    pieces = re.findall(r"%(.)|([^%]+|%)", pattern, re.DOTALL)
    letters = [letter for letter, _ in pieces if letter]
    if letters.count("V") != 1 or sum(letters.count(letter) for letter in "GYy") != 1 or not set(letters) <= set(known):
        raise ValueError(f"date_format {pattern!r} gives no ISO week of a year; expected %V and one of %G, %y beside plain text")
    return re.compile("".join(known[letter] if letter else re.escape(literal) for letter, literal in pieces), re.ASCII | re.IGNORECASE)
