"""Reconciling: what is uncertain is looked for in the provider's log, and sent again only if the log proves that it is not there.

In: uncertain notices, and the newest ones that were taken for certain. Out: what the log says of them, and which it does not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tasks import putting_back
from tasks.runs import naive_utc
from tasks.settling.message_logs import Asked, MessageLog
from tasks.warehouse import Warehouse

# A log lags behind; before this nothing is concluded from its silence.
GRACE = timedelta(minutes=60)


@dataclass(frozen=True)
class Riddles:
    """`uncertain`: rows of settling/uncertain; `canaries`: rows of settling/canaries, taken later than the first of them."""

    uncertain: Sequence[dict[str, Any]] = ()
    canaries: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True)
class Solved:
    """`events`: (text, value) of what was found; `missing`: (notice_id, attempt_id) of what the provider never took."""

    events: list[tuple[str, Any]] = field(default_factory=list)
    missing: list[tuple[str, str | None]] = field(default_factory=list)


def riddles(warehouse: Warehouse) -> Riddles:
    """What is uncertain, and by which notices it can be told how far behind the provider's log is."""
    uncertain = warehouse.rows("settling/uncertain")
    return Riddles(uncertain, warehouse.rows("settling/canaries", after=uncertain[0]["sent_at"])) if uncertain else Riddles()


def solve(log: MessageLog, asked: Riddles, now: datetime) -> Solved:
    """Look for each uncertain notice. Raises ProviderUnanswered.

    Not found counts when the grace period is over and the log, looked at before, shows a notice that left later.
    """
    moment = naive_utc(now)
    # First: what the log catches up with while we ask must not be taken for missing.
    shown_until = _shown_until(log, asked.canaries) if any(moment - row["ended_at"] >= GRACE for row in asked.uncertain) else None
    solved = Solved()
    for row in asked.uncertain:
        finding = log.find(_asked(row))
        solved.events.extend(finding.events)
        is_due = moment - row["ended_at"] >= GRACE and shown_until is not None and shown_until > row["sent_at"]
        if is_due and finding.is_clear and not finding.events:
            solved.missing.append((row["notice_id"], row["attempt_id"]))
    return solved


def put_back(warehouse: Warehouse, missing: Sequence[tuple[str, str | None]], now: datetime) -> None:
    """What the provider never took is pending again where it is still true; a notice that has moved meanwhile stays where it is."""
    with warehouse.transaction():
        for notice_id, attempt_id in missing:
            if warehouse.value("settling/is_still_uncertain", notice_id=notice_id, attempt_id=attempt_id):
                putting_back.put_back(warehouse, naive_utc(now), notice_id=notice_id)


def _shown_until(log: MessageLog, canaries: Sequence[dict[str, Any]]) -> datetime | None:
    """When the newest notice left that the log shows."""
    return next((row["sent_at"] for row in canaries if log.find(_asked(row)).events), None)


def _asked(row: dict[str, Any]) -> Asked:
    return Asked(row["notice_id"], row["to_address"], row["sent_at"])
