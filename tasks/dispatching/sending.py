"""Sending: the loop of a dispatch. One thread holds the warehouse; others wait for a provider's answers.

In: the backlog, a transport, a pace. Out: outcomes, made durable in groups while the sending goes on.
One transaction records what was learned and claims what leaves next: never is more in doubt than there were requests allowed.
"""

from __future__ import annotations

import queue
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tasks.dispatching.backlog import Backlog, Waiting
from tasks.dispatching.interrupting import interrupts_put_off
from tasks.dispatching.pace import Pace
from tasks.runs import Clock, naive_utc
from tasks.transports.protocol import NEXT_STATE, Outcome, Outgoing, Transport
from tasks.warehouse import Warehouse

_BROKEN = Outcome("uncertain", "the transport broke while it had the message; this is a fault of Tellwhen")
_HELD_BACK = Outcome("not_sent", "it never left: what had to be written down before could not be")


@dataclass(frozen=True)
class DispatchReport:
    """What one dispatch did. `states`: notices by the state it left them in; `stopped`: why it left some of them unsent."""

    states: Counter[str] = field(default_factory=Counter)
    stopped: str | None = None

    @property
    def is_clean(self) -> bool:
        """Nothing failed, nothing is uncertain, nothing stopped."""
        return self.stopped is None and not self.states["failed"] and not self.states["uncertain"]


@dataclass
class _Request:
    """A notice on its way, and what came of it."""

    waiting: Waiting
    sent_at: float
    attempt_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    outcome: Outcome = _BROKEN
    claimed_at: datetime = datetime.max

    @property
    def notice_id(self) -> str:
        return str(self.waiting.notice["notice_id"])


def dispatch(
    warehouse: Warehouse, transport: Transport, pace: Pace, clock: Clock, before_sending: Callable[[int], None] = lambda _claims: None
) -> DispatchReport:
    """Send what is pending. We hold the writer's lock, so we are the only dispatcher.

    `before_sending` is handed the number of claims that were just committed, before their requests leave.
    """
    recovered = recover(warehouse, clock)
    report = _Dispatch(warehouse, transport, pace, clock, before_sending).run()
    report.states.update({"uncertain": recovered} if recovered else {})
    return report


def recover(warehouse: Warehouse, clock: Clock) -> int:
    """After a crash, what was `sending` is `uncertain`; returns how many."""
    now = naive_utc(clock())
    left = warehouse.value("outbox/count_sending")
    with warehouse.transaction():
        warehouse.run("outbox/recover", now=now)
        warehouse.run("outbox/recover_attempts", now=now)
    return int(left)


class _Dispatch:
    """One dispatch, from its first claim to its last outcome."""

    def __init__(self, warehouse: Warehouse, transport: Transport, pace: Pace, clock: Clock, before_sending: Callable[[int], None]) -> None:
        self._warehouse, self._transport, self._pace, self._clock = warehouse, transport, pace, clock
        self._before_sending = before_sending
        self._backlog = Backlog(warehouse)
        # None: somebody interrupts.
        self._answered: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._open = 0
        self._states: dict[str, str] = {}
        self._stopped: str | None = None
        self._left: str | None = None

    def run(self) -> DispatchReport:
        with interrupts_put_off(self._interrupt), ThreadPoolExecutor(self._pace.most, thread_name_prefix="dispatch") as pool:
            try:
                self._send_all(pool)
            finally:
                # Also when something broke: what left is worth knowing about. The transport's time-outs bound the wait.
                while self._open:
                    self._commit(self._answers(None), [])
        return DispatchReport(Counter(self._states.values()), self._stopped or self._left)

    def _interrupt(self) -> None:
        """Called by a signal's handler: claim nothing more, and look up from waiting."""
        self._stopped = self._stopped or "it was interrupted; what is pending is sent by the next dispatch"
        self._answered.put(None)

    def _send_all(self, pool: ThreadPoolExecutor) -> None:
        answers: list[_Request] = []
        while True:
            now = time.monotonic()
            self._stopped = self._stopped or self._pace.reason_to_stop(now)
            room = 0 if self._stopped else self._pace.room(self._open, now)
            requests = [_Request(waiting, now) for waiting in self._backlog.take(room, now)]
            self._commit(answers, requests)
            for request in requests:
                self._open += 1
                pool.submit(self._send, request)
            if not self._open and (self._stopped or self._backlog.is_empty()):
                return
            answers = self._answers_or_time_to_send(now)

    def _send(self, request: _Request) -> None:
        """On a thread of the pool; a transport that raises against its protocol leaves the outcome at `_BROKEN`."""
        try:
            request.outcome = self._transport.send(_outgoing(request.waiting.notice, self._clock))
        finally:
            self._answered.put(request)

    def _answers_or_time_to_send(self, now: float) -> list[_Request]:
        """What was answered meanwhile: at least one request, or none when it is time to send others."""
        due_at = max(self._backlog.due_at(), self._pace.paused_until)
        can_send_then = not self._stopped and due_at < float("inf") and self._pace.room(self._open, due_at)
        return self._answers(max(0.0, due_at - now) if can_send_then or not self._open else None)

    def _answers(self, timeout: float | None) -> list[_Request]:
        """Wait for an answer, take all that are there, and learn from each; none when the time-out passed."""
        try:
            came = [self._answered.get(timeout=timeout), *_all_in(self._answered)]
        except queue.Empty:
            return []
        answers = [request for request in came if request]
        for request in answers:
            self._open -= 1
            self._learn(request, time.monotonic())
        return answers

    def _learn(self, request: _Request, now: float) -> None:
        outcome, waiting = request.outcome, request.waiting
        self._states[request.notice_id] = NEXT_STATE[outcome.kind]
        self._pace.note(outcome, request.sent_at, now)
        if outcome.kind == "stopped":
            self._stopped = self._stopped or outcome.detail
        elif outcome.kind == "not_sent":
            refusals, tried_since = waiting.refusals + 1, request.sent_at if waiting.tried_since is None else waiting.tried_since
            due_at = now + self._pace.wait_of(refusals, outcome)
            if due_at < tried_since + self._pace.give_up_after_s:
                self._backlog.put_back(Waiting(waiting.notice, refusals, tried_since), due_at)
            else:
                self._left = f"some notices could not leave and are left for the next dispatch; the last: {outcome.detail}"

    def _commit(self, answers: Sequence[_Request], requests: Sequence[_Request]) -> None:
        """Make outcomes and intents durable, in one transaction."""
        if not answers and not requests:
            return
        now = naive_utc(self._clock())
        with self._warehouse.transaction():
            if answers:
                self._warehouse.clear("work.outcomes")
                self._warehouse.run("outbox/outcomes", **_outcomes(answers))
                first_claimed_at = min(request.claimed_at for request in answers)
                self._warehouse.run("outbox/close_attempts", now=now, first_claimed_at=first_claimed_at)
                self._warehouse.run("outbox/outcomes_unseen")
                self._warehouse.run("outbox/settle", now=now)
            if requests:
                for request in requests:
                    request.claimed_at = now
                self._warehouse.clear("work.claims")
                self._warehouse.run("outbox/claims", **_claims(requests))
                self._warehouse.run("outbox/claimed_unseen")
                self._warehouse.run("outbox/claim", now=now)
                self._warehouse.run("outbox/open_attempts", now=now)
        if requests:
            self._let_go(requests)

    def _let_go(self, requests: Sequence[_Request]) -> None:
        """The last word before claimed notices leave; where it is against it, they are as if they had never been claimed."""
        try:
            self._before_sending(len(requests))
        except BaseException:
            for request in requests:
                request.outcome = _HELD_BACK
            self._commit(requests, [])
            raise


def _all_in(answered: queue.SimpleQueue[_Request | None]) -> Iterator[_Request | None]:
    while True:
        try:
            yield answered.get_nowait()
        except queue.Empty:
            return


def _claims(requests: Sequence[_Request]) -> dict[str, list[str]]:
    """The requests as parameters of outbox/claims: lists, as a frame costs more than the few rows that it would carry."""
    return {
        "notice_ids": [request.notice_id for request in requests],
        "attempt_ids": [request.attempt_id for request in requests],
        "run_ids": [request.waiting.notice["run_id"] for request in requests],
    }


def _outcomes(answers: Sequence[_Request]) -> dict[str, list[str | None]]:
    """The answered requests as parameters of outbox/outcomes."""
    return {
        "notice_ids": [request.notice_id for request in answers],
        "attempt_ids": [request.attempt_id for request in answers],
        "outcomes": [request.outcome.kind for request in answers],
        "states": [NEXT_STATE[request.outcome.kind] for request in answers],
        "provider_ids": [request.outcome.provider_id for request in answers],
        "details": [request.outcome.detail for request in answers],
    }


def _outgoing(notice: dict[str, Any], clock: Clock) -> Outgoing:
    words = {key: value for key, value in notice.items() if key != "created_at"}
    return Outgoing(**words, written_at=clock())
