"""What every command needs: the settings, and a warehouse to read.

In: the options of the command line. Out: settings, an open warehouse, and where it was read from (said on stderr).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal

from tasks.errors import UsageError
from tasks.runs import EARLIEST_YEAR, LATEST_YEAR, require_plausible
from tasks.settings import Settings, configuration_path, load_settings
from tasks.warehouse import Warehouse, open_for_reading
from tasks.without_pandas import without_pandas


@dataclass
class Context:
    """The options that stand before the command."""

    config: Path | None

    @cached_property
    def settings(self) -> Settings:
        """The configuration; raises ConfigurationError."""
        return load_settings(self.config_path)

    @property
    def config_path(self) -> Path:
        return configuration_path(self.config)

    @contextmanager
    def reading(self) -> Iterator[Warehouse]:
        """The live warehouse, or the published copy while another process writes; says on stderr which."""
        warehouse, which = open_for_reading(self.settings.warehouse)
        say_where(self.settings, which)
        with warehouse, without_pandas():
            yield warehouse

    def instant(self, text: str | None) -> datetime | None:
        """An as-of instant; without offset it is in the warehouse's time zone. Raises UsageError."""
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise UsageError(f"--as-of {text!r} is no date or time; expected 2026-12-04 or 2026-12-04T06:00:00+00:00") from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=self.settings.warehouse.zone)
        require_plausible(moment)
        return moment

    def instant_or_day(self, text: str | None) -> datetime | None:
        """An instant to look back to; a bare day means the whole of it, as people do. Raises UsageError."""
        moment = self.instant(text)
        is_day = text is not None and len(text) == len("2026-12-04")
        return moment + timedelta(days=1, microseconds=-1) if moment and is_day else moment

    def now(self) -> datetime:
        """Now, aware."""
        return datetime.now(UTC)


def say(message: str) -> None:
    """Tell a person something that is not the result."""
    print(message, file=sys.stderr, flush=True)


def say_where(settings: Settings, which: Literal["live", "published"]) -> None:
    """Tell a person which of the two is read."""
    if which == "live":
        say(f"reading the live warehouse: {settings.warehouse.path}")
    else:
        say(f"reading the published copy, since another process writes: {settings.warehouse.published_path}")


def day_or_unknown(text: str) -> date | None:
    """A day, or None for the word `unknown`. Raises UsageError."""
    if text.casefold() == "unknown":
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--on {text!r} is no day; expected one such as 2026-12-04, or unknown") from None
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise UsageError(f"--on {text!r}: expected a day in a year from {EARLIEST_YEAR} to {LATEST_YEAR}")
    return day
