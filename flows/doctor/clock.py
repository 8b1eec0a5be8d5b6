"""Is it plausible what time it is, and where?

In: now, the last word of the history and of the files, and the two time zones. Out: findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.doctor.finding import Finding, in_words, ok, problem, warning
from tasks.settings import WarehouseSettings

CHECK = "clock"
# Tellwhen did not exist before.
EARLIEST_YEAR = 2026
# Clocks of two machines may differ by so much.
SLACK = timedelta(minutes=5)


@dataclass(frozen=True)
class ClockFacts:
    """`now` is aware, in the machine's zone; `last_written_at` (aware) is the newest time that the warehouse has of our own clock."""

    now: datetime
    last_written_at: datetime | None
    warehouse: WarehouseSettings


def findings(facts: ClockFacts) -> Iterator[Finding]:
    """The clock first, then the zone."""
    here = facts.now.astimezone(facts.warehouse.zone)
    set_it = "set the machine's clock (timedatectl), and let it be kept by NTP"
    if facts.now.year < EARLIEST_YEAR:
        yield problem(CHECK, f"the machine's clock says {facts.now:%Y-%m-%d %H:%M}", set_it)
    elif facts.last_written_at and facts.now < facts.last_written_at - SLACK:
        behind = in_words(facts.last_written_at - facts.now)
        yield problem(CHECK, f"the machine's clock is {behind} behind what the last run wrote down", set_it)
    else:
        yield ok(CHECK, f'it is {here:%Y-%m-%d %H:%M} in {facts.warehouse.timezone}, so "today" is {here:%Y-%m-%d}')
    if "timezone" not in facts.warehouse.model_fields_set and facts.now.utcoffset():
        found = f'[warehouse] timezone is not set, so that "today" is that of UTC, while this machine is at {facts.now:%z}'
        yield warning(CHECK, found, 'name your shop\'s zone, such as timezone = "Europe/Berlin" (or "UTC", if you mean it)')
