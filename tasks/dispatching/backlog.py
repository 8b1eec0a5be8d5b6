"""Backlog: the pending notices of a dispatch, read page by page, and those that nobody took yet, which wait for their next try.

In: the warehouse. Out: notices to send now, oldest first, and the moment at which the next may be sent.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks.warehouse import Warehouse

# A large outbox need not fit into memory.
_PAGE = 1000


@dataclass(frozen=True)
class Waiting:
    """A notice to send: how often nobody took it, and since when it is tried (seconds of a monotonic clock; None: not yet)."""

    notice: dict[str, Any]
    refusals: int = 0
    tried_since: float | None = None


class Backlog:
    """What is to be sent. We are the only dispatcher: what stands pending when a page is read stays ours."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._page: deque[dict[str, Any]] = deque()
        self._last: tuple[datetime | None, str | None] = (None, None)
        self._has_more = True
        self._again: list[tuple[float, int, Waiting]] = []
        self._puts = 0

    def take(self, most: int, now: float) -> Iterator[Waiting]:
        """Up to `most` notices that may be sent now; those that waited longest for another try come first."""
        for _ in range(most):
            if self._again and self._again[0][0] <= now:
                yield heapq.heappop(self._again)[2]
            elif self._has_unread():
                yield Waiting(self._page.popleft())
            else:
                return

    def put_back(self, waiting: Waiting, due_at: float) -> None:
        """Keep a notice that nobody took until it is due."""
        self._puts += 1
        heapq.heappush(self._again, (due_at, self._puts, waiting))

    def due_at(self) -> float:
        """When the next notice may be sent; infinity: never, there is none."""
        if self._has_unread():
            return float("-inf")
        return self._again[0][0] if self._again else float("inf")

    def is_empty(self) -> bool:
        """Nothing is left to send."""
        return not self._again and not self._has_unread()

    def _has_unread(self) -> bool:
        """Read the next page if this one is used up. Notices are never made while a dispatch goes on, so pages do not shift."""
        if not self._page and self._has_more:
            created_at, notice_id = self._last
            self._page.extend(self._warehouse.rows("outbox/claimable", after_created_at=created_at, after_notice_id=notice_id, limit=_PAGE))
            self._has_more = len(self._page) == _PAGE
            if self._page:
                self._last = (self._page[-1]["created_at"], self._page[-1]["notice_id"])
        return bool(self._page)
