"""Feed ages: which feeds are older than they should be, as seen from an as-of instant (spec 9, `max_age_hours`).

In: the configured sources, and when each last had a file accepted. Out: the late ones, in the order of the configuration.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.settings import Settings
from tasks.warehouse import Warehouse


@dataclass(frozen=True)
class FeedAge:
    """A feed that is late. `age_hours`: since its last accepted file; None: there never was one."""

    source: str
    age_hours: float | None
    max_age_hours: float

    def __str__(self) -> str:
        seen = "never accepted" if self.age_hours is None else f"last accepted {self.age_hours:.0f} h ago"
        return f"{self.source} ({seen}; expected every {self.max_age_hours:g} h)"


def late_feeds(warehouse: Warehouse, settings: Settings, as_of: datetime) -> list[FeedAge]:
    """The feeds with a `max_age_hours` that they exceed at `as_of` (naive UTC)."""
    accepted = {row["source"]: row["last_accepted_as_of"] for row in warehouse.rows("runs/sources_accepted")}
    late = []
    for source in settings.sources:
        if source.max_age_hours is None:
            continue
        last = accepted.get(source.name)
        age = None if last is None else (as_of - last) / timedelta(hours=1)
        if age is None or age > source.max_age_hours:
            late.append(FeedAge(source.name, age, source.max_age_hours))
    return late
