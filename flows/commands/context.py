"""What every command needs: the settings, and a warehouse to read.

In: the options of the command line. Out: settings, an open warehouse, and where it was read from (said on stderr).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from tasks.errors import UsageError
from tasks.settings import Settings, configuration_path, load_settings
from tasks.warehouse import Warehouse, open_for_reading


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
        path = self.settings.warehouse.path if which == "live" else self.settings.warehouse.published_path
        say(f"reading the {'live warehouse' if which == 'live' else 'published copy, since another process writes'}: {path}")
        with warehouse:
            yield warehouse

    def instant(self, text: str | None) -> datetime | None:
        """An as-of instant; without offset it is in the warehouse's time zone. Raises UsageError."""
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise UsageError(f"--as-of {text!r} is no date or time; expected 2026-12-04 or 2026-12-04T06:00:00+00:00") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=self.settings.warehouse.zone)

    def now(self) -> datetime:
        """Now, aware."""
        return datetime.now(UTC)


def say(message: str) -> None:
    """Tell a person something that is not the result."""
    print(message, file=sys.stderr, flush=True)


def day_or_unknown(text: str) -> date | None:
    """A day, or None for the word `unknown`. Raises UsageError."""
    if text.casefold() == "unknown":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--on {text!r} is no day; expected one such as 2026-12-04, or unknown") from None
