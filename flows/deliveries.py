"""Deliveries: joins what settles notices after they left. What flow and command share; no Prefect here.

In: the settings. Out: posts of the spool taken in, suppressions brought up to date, and uncertain notices settled by the provider's log.
The warehouse is held only while something is read from it or written to it, never while a provider is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tasks import publishing
from tasks.dispatching import recover
from tasks.errors import ProviderUnanswered
from tasks.migrating import migrate
from tasks.runs import Clock
from tasks.settings import Settings, secret
from tasks.settling import spool
from tasks.settling.message_logs import LOGS
from tasks.settling.payloads import NotJson, cut
from tasks.settling.provider import Provider
from tasks.settling.reconciling import Riddles, Solved, put_back, riddles, solve
from tasks.settling.suppression_lists import LISTS, ListRead, keep_list, lists_read, read_list
from tasks.settling.taking import Taken, take
from tasks.warehouse import Warehouse, open_for_writing, writer_lock


@dataclass
class Settlement:
    """What one settling did. `problems`: what could not be done, a sentence each; the next one tries again."""

    events: Taken = field(default_factory=Taken)
    found: Taken = field(default_factory=Taken)
    listed: int = 0
    missing: int = 0
    uncertain: int = 0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join(
            [
                f"events: {self.events}",
                f"suppression lists: {self.listed} addresses read",
                f"provider's log: {self.found.taken} events found, {self.missing} notices that it never took",
                f"uncertain: {self.uncertain}",
            ]
        )


@dataclass(frozen=True)
class _Questions:
    """What to ask the provider for, read while the warehouse was held."""

    lists: dict[str, dict[str, Any]]
    riddles: Riddles


def settle(settings: Settings, clock: Clock) -> Settlement:
    """Take the spool in, then ask the provider what it knows. Raises WarehouseBusy; what was done by then stays done."""
    settlement = Settlement()
    if not settings.warehouse.path.exists():
        # The first run makes it; what is in the spool waits for it.
        return settlement
    with _writing(settings) as warehouse:
        # We hold the lock: what stands as sending was left by a process that ended.
        recovered = recover(warehouse, clock)
        _take_spool(warehouse, settings, clock, settlement)
        questions = _Questions(lists_read(warehouse), riddles(warehouse))
    taken_first = settlement.events.taken
    _publish_if(settings, recovered or taken_first)
    lists, solved = _ask(settings, clock, questions, settlement)
    with _writing(settings) as warehouse:
        for read in lists:
            keep_list(warehouse, read)
        # What the webhook brought while we asked may tell of a notice that the log did not have.
        _take_spool(warehouse, settings, clock, settlement)
        settlement.found = take(warehouse, solved.events, clock(), origin="log")
        put_back(warehouse, solved.missing, clock())
        settlement.uncertain = len(riddles(warehouse).uncertain)
    settlement.listed, settlement.missing = sum(len(read.entries) for read in lists), len(solved.missing)
    _publish_if(settings, settlement.events.taken > taken_first or settlement.found.taken or settlement.missing)
    return settlement


def _take_spool(warehouse: Warehouse, settings: Settings, clock: Clock, settlement: Settlement) -> None:
    """Take each post in; it is forgotten only when its events are committed, and then is no harm if it is taken again."""
    for post in spool.waiting(settings.warehouse.spool_path):
        try:
            payload = cut(post.read_bytes())
        except NotJson as error:
            settlement.problems.append(f"{spool.refuse(post)}: is no JSON ({error}); look at it, then remove it")
            continue
        settlement.events += take(warehouse, payload, clock())
        spool.done(post)


def _ask(settings: Settings, clock: Clock, questions: _Questions, settlement: Settlement) -> tuple[list[ListRead], Solved]:
    """Ask SendGrid for its lists and for what is uncertain; one that gives no answer keeps the other from nothing."""
    sendgrid = settings.dispatch.sendgrid
    is_asked_for = sendgrid.log_api != "none" and bool(questions.riddles.uncertain)
    lists: list[ListRead] = []
    solved = Solved()
    if settings.dispatch.transport != "sendgrid" or not (sendgrid.suppression_lists or is_asked_for):
        return lists, solved
    with _provider(settings, clock) as provider:
        try:
            if is_asked_for:
                solved = solve(LOGS[sendgrid.log_api](provider, clock()), questions.riddles, clock())
        except ProviderUnanswered as error:
            settlement.problems.append(str(error))
        try:
            for name in LISTS if sendgrid.suppression_lists else ():
                lists.append(read_list(provider, name, questions.lists.get(name), clock()))
        except ProviderUnanswered as error:
            settlement.problems.append(str(error))
    return lists, solved


@contextmanager
def _provider(settings: Settings, clock: Clock) -> Iterator[Provider]:
    from tasks.transports.sendgrid_reading import SendGridReading

    reading = SendGridReading(settings.dispatch, secret("SENDGRID_API_KEY"), clock)
    try:
        yield reading
    finally:
        reading.close()


@contextmanager
def _writing(settings: Settings) -> Iterator[Warehouse]:
    with writer_lock(settings.warehouse), open_for_writing(settings.warehouse) as warehouse:
        migrate(warehouse)
        yield warehouse


def _publish_if(settings: Settings, is_changed: object) -> None:
    if is_changed:
        with writer_lock(settings.warehouse):
            publishing.publish(settings.warehouse)
