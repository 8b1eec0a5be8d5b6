"""Dispatching: sends what is pending, so that no notice is ever sent twice on a guess (spec 5).

In: pending notices and a transport. Out: notices moved by what came of their requests, and `attempts`.
Claim, commit, send, record: the intent is durable before a request leaves, and its outcome after it. We hold the writer's lock.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tasks.runs import Clock, naive_utc
from tasks.transports.protocol import NEXT_STATE, Outcome, Outgoing, Transport
from tasks.warehouse import Warehouse

# Reading the outbox costs more than a group's claim; its texts are small.
_GROUPS_READ_AT_ONCE = 16


@dataclass(frozen=True)
class DispatchReport:
    """What one dispatch did. `states`: notices by the state it left them in; `stopped`: why the transport cannot be used."""

    states: Counter[str] = field(default_factory=Counter)
    stopped: str | None = None

    @property
    def is_clean(self) -> bool:
        """Nothing failed, nothing is uncertain, nothing stopped."""
        return self.stopped is None and not self.states["failed"] and not self.states["uncertain"] and not self.states["pending"]


def dispatch(warehouse: Warehouse, transport: Transport, concurrency: int, clock: Clock) -> DispatchReport:
    """Send what is pending, in groups of `concurrency` requests open at once."""
    recovered = recover(warehouse, clock)
    report = DispatchReport(Counter({"uncertain": recovered} if recovered else {}))
    with ThreadPoolExecutor(max_workers=concurrency) as pool:
        # We are the only dispatcher, so what was read once stays ours to send.
        while pending := warehouse.rows("outbox/claimable", limit=concurrency * _GROUPS_READ_AT_ONCE):
            for group in (pending[start : start + concurrency] for start in range(0, len(pending), concurrency)):
                claims = _claim(warehouse, group, clock)
                outcomes = list(pool.map(transport.send, [_outgoing(notice, clock) for notice in group]))
                _record(warehouse, claims, outcomes, clock)
                report.states.update(NEXT_STATE[outcome.kind] for outcome in outcomes)
                stopped = next((outcome.detail for outcome in outcomes if outcome.kind == "stopped"), None)
                # What did not leave stays pending for the next dispatch: trying again at once would not end.
                if stopped or any(NEXT_STATE[outcome.kind] == "pending" for outcome in outcomes):
                    return DispatchReport(report.states, stopped)
    return report


def recover(warehouse: Warehouse, clock: Clock) -> int:
    """After a crash, what was `sending` is `uncertain`; returns how many."""
    now = naive_utc(clock())
    left = warehouse.value("outbox/count_sending")
    with warehouse.transaction():
        warehouse.run("outbox/recover", now=now)
        warehouse.run("outbox/recover_attempts", now=now)
    return int(left)


def _claim(warehouse: Warehouse, group: Sequence[dict[str, Any]], clock: Clock) -> pl.DataFrame:
    """Make the intent durable; returns one claim a notice: `notice_id`, `attempt_id`, `run_id`."""
    claims = pl.DataFrame(
        {
            "notice_id": [notice["notice_id"] for notice in group],
            "attempt_id": [str(uuid.uuid4()) for _ in group],
            "run_id": [notice["run_id"] for notice in group],
        }
    )
    now = naive_utc(clock())
    with warehouse.transaction():
        warehouse.clear("work.claims")
        warehouse.append("work.claims", claims)
        warehouse.run("outbox/claim", now=now)
        warehouse.run("outbox/open_attempts", now=now)
    return claims


def _record(warehouse: Warehouse, claims: pl.DataFrame, outcomes: Sequence[Outcome], clock: Clock) -> None:
    """Make the outcomes durable, in the order of the claims."""
    settled = claims.select("notice_id", "attempt_id").with_columns(
        pl.Series("outcome", [outcome.kind for outcome in outcomes], pl.String),
        pl.Series("state", [NEXT_STATE[outcome.kind] for outcome in outcomes], pl.String),
        pl.Series("provider_id", [outcome.provider_id for outcome in outcomes], pl.String),
        pl.Series("detail", [outcome.detail for outcome in outcomes], pl.String),
    )
    now = naive_utc(clock())
    with warehouse.transaction():
        warehouse.clear("work.outcomes")
        warehouse.append("work.outcomes", settled)
        warehouse.run("outbox/close_attempts", now=now)
        warehouse.run("outbox/settle", now=now)


def _outgoing(notice: dict[str, Any], clock: Clock) -> Outgoing:
    return Outgoing(**notice, written_at=clock())
