"""A finding: what one check saw, how bad it is, and what to do about it.

In: words. Out: `Finding`, which a problem or a warning cannot become without a next step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Level = Literal["ok", "warning", "problem"]


@dataclass(frozen=True)
class Finding:
    """What a check found. `to_do` is empty where nothing needs doing."""

    check: str
    level: Level
    found: str
    to_do: str


def ok(check: str, found: str, to_do: str = "") -> Finding:
    """All is well."""
    return Finding(check, "ok", found, to_do)


def warning(check: str, found: str, to_do: str) -> Finding:
    """Tellwhen works, but somebody should look."""
    return Finding(check, "warning", found, to_do)


def problem(check: str, found: str, to_do: str) -> Finding:
    """Customers are not told, or the next run will fail, until somebody acts."""
    return Finding(check, "problem", found, to_do)


def in_words(age: timedelta) -> str:
    """About how long: `5 minutes`, `3 hours`, `4 days`."""
    for name, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        # Two days at least: `26 hours` says more than `1 day`.
        if age >= length * (2 if name == "day" else 1):
            return counted(int(age / length), name)
    return "less than a minute"


def counted(count: int, thing: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
