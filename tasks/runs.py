"""Runs: the ledger of what ran when, and the moment that a run speaks of.

In: a run id, an as-of instant and the clock, all from the edge. Out: a `Run` that every stage is handed, and rows of `runs`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tasks.errors import UsageError
from tasks.settings import Settings
from tasks.warehouse import Warehouse

Clock = Callable[[], datetime]

EARLIEST_YEAR, LATEST_YEAR = 1990, 2190


@dataclass(frozen=True)
class Run:
    """One run. `as_of` is naive UTC, as in the warehouse; `as_of_on` its date in the warehouse's time zone."""

    run_id: str
    run_number: int
    as_of: datetime
    as_of_on: date
    last_run_number: int
    last_as_of_on: date | None
    last_promise_settings: str | None
    is_first: bool

    @property
    def values(self) -> dict[str, Any]:
        """The run as parameters of statements."""
        return {
            "run_id": self.run_id,
            "run_number": self.run_number,
            "as_of": self.as_of,
            "as_of_on": self.as_of_on,
            "last_run_number": self.last_run_number,
            "last_as_of_on": self.last_as_of_on,
            "last_promise_settings": self.last_promise_settings,
        }


def require_plausible(as_of: datetime) -> None:
    """Raise UsageError for an as-of that no shop can mean: dates are reckoned many years around it."""
    if not EARLIEST_YEAR <= as_of.year <= LATEST_YEAR:
        raise UsageError(f"as-of {as_of.isoformat()}: expected a year from {EARLIEST_YEAR} to {LATEST_YEAR}")


def naive_utc(moment: datetime) -> datetime:
    """An aware instant as the warehouse keeps it."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def as_of_date(settings: Settings, as_of: datetime) -> date:
    """The date of an aware instant in the warehouse's time zone: the "today" of every rule (spec 1)."""
    return as_of.astimezone(settings.warehouse.zone).date()


def begin(warehouse: Warehouse, settings: Settings, run_id: str, as_of: datetime, now: datetime) -> None:
    """Write the run down; runs that did not finish are marked, since we hold the writer's lock and they cannot be alive."""
    with warehouse.transaction():
        warehouse.run("runs/abandon", now=naive_utc(now))
        warehouse.clear("state.configured_sources")
        for source in settings.sources:
            warehouse.run("runs/configure_source", source=source.name)
        warehouse.run("runs/keep_settings", settings_id=settings.settings_id, settings=settings.as_recorded)
        warehouse.run(
            "runs/begin",
            run_id=run_id,
            as_of=naive_utc(as_of),
            as_of_on=as_of_date(settings, as_of),
            now=naive_utc(now),
            promise_settings=settings.promise_fingerprint,
            settings_id=settings.settings_id,
        )


def is_outdated(warehouse: Warehouse, as_of: datetime) -> bool:
    """True when the as-of lies before the last committed run's: such a run computes nothing (spec 1)."""
    last = warehouse.row("runs/last_committed")
    return last is not None and naive_utc(as_of) < last["as_of"]


def load(warehouse: Warehouse, run_id: str) -> Run:
    """A run that has begun, with what the stages need to know of the one before it."""
    row = warehouse.row("runs/one", run_id=run_id)
    assert row is not None, f"run {run_id} has not begun"
    last = warehouse.row("runs/last_committed")
    return Run(
        run_id=run_id,
        run_number=row["run_number"],
        as_of=row["as_of"],
        as_of_on=row["as_of_on"],
        last_run_number=last["run_number"] if last else 0,
        last_as_of_on=last["as_of_on"] if last else None,
        last_promise_settings=last["promise_settings"] if last else None,
        is_first=last is None,
    )


def finish(warehouse: Warehouse, run_id: str, status: str, now: datetime, reason: str | None = None) -> None:
    """Write down how the run ended; a committed run stays committed."""
    warehouse.run("runs/finish", run_id=run_id, status=status, reason=reason, now=naive_utc(now))
