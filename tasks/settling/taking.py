"""Taking: new events are kept, and notices and suppressions are brought to what all events together say.

In: payloads of a provider, cut into events. Out: rows of `delivery_events`, `notices` moved on, `state.suppressions`, and counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks.runs import naive_utc
from tasks.settling.events import Event, Origin, event_of, frame
from tasks.warehouse import Warehouse


@dataclass(frozen=True)
class Taken:
    """What became of events. `unknown_notices`: of those taken, how many name none of our notices."""

    taken: int = 0
    known_already: int = 0
    unknown_notices: int = 0
    not_understood: int = 0

    def __add__(self, other: Taken) -> Taken:
        return Taken(
            self.taken + other.taken,
            self.known_already + other.known_already,
            self.unknown_notices + other.unknown_notices,
            self.not_understood + other.not_understood,
        )

    def __str__(self) -> str:
        return (
            f"{self.taken} taken ({self.unknown_notices} of them of unknown notices), {self.known_already} known already, "
            f"{self.not_understood} not understood"
        )


def take(warehouse: Warehouse, payload: Iterable[tuple[str, Any]], now: datetime, origin: Origin = "webhook") -> Taken:
    """Take (text, value) of events in, in one transaction. What is no event is counted, and passed over."""
    read = [event_of(raw, value, origin) for raw, value in payload]
    events = [event for event in read if event is not None]
    counts = _keep(warehouse, events, now) if events else Taken()
    return counts + Taken(not_understood=sum(event is None or not event.is_understood for event in read))


def settle_notices_of_run(warehouse: Warehouse, run_id: str, now: datetime) -> None:
    """Settle what a run has just made, within its transaction: a restored backup makes a notice again that went out long ago."""
    warehouse.clear("work.touched_notices")
    warehouse.run("settling/touch_notices_of_run", run_id=run_id)
    warehouse.run("settling/settle_notices", now=naive_utc(now))
    warehouse.run("settling/touched_unseen")


def _keep(warehouse: Warehouse, events: list[Event], now: datetime) -> Taken:
    batch = {event.event_key: event for event in events}
    with warehouse.transaction():
        warehouse.clear("work.events", "work.touched_notices")
        warehouse.append("work.events", frame(batch.values(), naive_utc(now)))
        warehouse.run("settling/forget_known_events")
        new = warehouse.row("settling/count_new_events")
        assert new is not None, "a count is one row"
        if new["taken"]:
            for name in (
                "keep_events",
                "touch_notices_of_events",
                "settle_notices",
                "touched_unseen",
                "suppressions_forget",
                "suppressions_remember",
            ):
                warehouse.run(f"settling/{name}", now=naive_utc(now))
        warehouse.clear("work.events", "work.touched_notices")
    return Taken(new["taken"], len(events) - new["taken"], new["unknown_notices"])
