"""The oracle's reading of a cell (spec 2): text, numbers, days, instants, ETAs with their precision.

In: a row's cells as text. Out: typed values, or `BadRowError` that names the rule broken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

UNKNOWN_WORDS = ("TBD", "TBA", "ASAP", "N/A", "NONE", "UNKNOWN")
Cells = dict[str, str]


class BadRowError(Exception):
    """A row breaks the rule named."""


@dataclass(frozen=True)
class Eta:
    earliest: date | None
    latest: date | None
    precision: str


UNKNOWN_ETA = Eta(None, None, "unknown")


def cell(row: Cells, name: str, default: str | None = None) -> str | None:
    text = (row.get(name) or "").strip()
    return text or default


def filled(row: Cells, name: str) -> str:
    text = cell(row, name)
    if text is None:
        raise BadRowError(f"{name}_missing")
    return text


def whole(text: str, name: str) -> int:
    if not re.fullmatch(r"[+-]?\d+", text):
        raise BadRowError(f"{name}_not_whole")
    return int(text)


def quantity(text: str, name: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise BadRowError(f"{name}_not_a_number") from None
    if not value.is_finite():
        raise BadRowError(f"{name}_not_a_number")
    if value < 0:
        raise BadRowError(f"{name}_negative")
    return value


def day(text: str, name: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise BadRowError(f"{name}_not_a_date") from None


def instant(text: str, name: str, zone: ZoneInfo) -> datetime:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise BadRowError(f"{name}_not_an_instant") from None
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def flag(text: str, name: str) -> bool:
    if text.lower() in ("true", "1", "yes"):
        return True
    if text.lower() in ("false", "0", "no"):
        return False
    raise BadRowError(f"{name}_not_a_flag")


def word(text: str, name: str, words: tuple[str, ...]) -> str:
    if text not in words:
        raise BadRowError(f"{name}_unknown_word")
    return text


def eta(text: str | None) -> Eta:
    """A day, an ISO week, a month, or unknown."""
    if text is None or text.upper() in UNKNOWN_WORDS:
        return UNKNOWN_ETA
    try:
        if re.fullmatch(r"9999-(\d\d-\d\d|W\d\d|\d\d)", text):
            return UNKNOWN_ETA
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            on = date.fromisoformat(text)
            return Eta(on, on, "day")
        if found := re.fullmatch(r"(\d{4})-W(\d\d)", text):
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
            return Eta(monday, monday + timedelta(days=6), "week")
        if found := re.fullmatch(r"(\d{4})-(\d\d)", text):
            first = date(int(found[1]), int(found[2]), 1)
            next_month = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            return Eta(first, next_month - timedelta(days=1), "month")
    except ValueError:
        pass
    raise BadRowError("eta_not_a_date")


def years_from(on: date, years: int) -> date:
    try:
        return on.replace(year=on.year + years)
    except ValueError:
        return on.replace(year=on.year + years, day=28)
