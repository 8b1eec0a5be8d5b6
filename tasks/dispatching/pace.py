"""Pace: how many requests may be open, when a refused notice is tried again, and when a dispatch should stop trying.

In: outcomes, and moments of a monotonic clock in seconds. Out: numbers; nothing here sends, waits or knows a transport.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tasks.transports.protocol import Outcome

# A dispatch begins with few requests and doubles them with each round that goes well: a provider that swallows messages without a
# word leaves few riddles behind.
FIRST_WINDOW = 4
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
# However far away the moment is that a provider names, it is asked again by then.
LONGEST_ASKED_WAIT_S = 300.0
UNCERTAIN_IN_A_ROW = 5


def backoff(refusals: int, chance: random.Random) -> float:
    """Seconds to wait after so many refusals in a row (from 1): exponential, with full jitter."""
    return chance.uniform(0, min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(refusals - 1, 30)))


@dataclass
class Pace:
    """The pace of one dispatch. `most`: requests open at one time; `give_up_after_s`: how long nothing may leave at all."""

    most: int
    give_up_after_s: float
    chance: random.Random = field(default_factory=random.Random)
    window: float = field(init=False)
    paused_until: float = field(init=False, default=0.0)
    _refusals: int = field(init=False, default=0)
    _refused_since: float | None = field(init=False, default=None)
    _slowed_at: float = field(init=False, default=float("-inf"))
    _uncertain: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.window = min(self.most, FIRST_WINDOW)

    def room(self, open_requests: int, now: float) -> int:
        """How many more requests may be opened."""
        return 0 if now < self.paused_until else max(0, int(self.window) - open_requests)

    def note(self, outcome: Outcome, sent_at: float, now: float) -> None:
        """Learn from an outcome: what refuses one message for reasons of its own (an address) slows nobody."""
        self._uncertain = self._uncertain + 1 if outcome.kind == "uncertain" else 0
        if outcome.slows_all:
            self._slow_down(outcome, sent_at, now)
        elif outcome.kind == "uncertain":
            self.window = max(1.0, self.window / 2)
        elif outcome.kind != "stopped":
            self._refusals, self._refused_since = 0, None
            self.window = min(float(self.most), self.window + 1)

    def wait_of(self, refusals: int, outcome: Outcome) -> float:
        """Seconds until a notice that was refused so many times is tried again."""
        return max(backoff(refusals, self.chance), min(outcome.retry_after_seconds or 0.0, LONGEST_ASKED_WAIT_S))

    def reason_to_stop(self, now: float) -> str | None:
        """Why the dispatch should stop, for a person; None to go on."""
        if self._uncertain >= UNCERTAIN_IN_A_ROW:
            return (
                f"{self._uncertain} requests in a row ended without a word on what became of them; "
                "look at the provider's status, settle what is uncertain, then dispatch again"
            )
        if self._refused_since is not None and now - self._refused_since >= self.give_up_after_s:
            return f"nothing could leave for {self.give_up_after_s / 60:g} minutes; what is pending is tried by the next dispatch"
        return None

    def _slow_down(self, outcome: Outcome, sent_at: float, now: float) -> None:
        """Pause all, once for all requests that were open when it began, and go on with half as many."""
        self._refused_since = now if self._refused_since is None else self._refused_since
        if sent_at >= self._slowed_at:
            self._refusals += 1
            self._slowed_at = now
            self.window = max(1.0, self.window / 2)
        wait = self.wait_of(self._refusals, outcome)
        self.paused_until = min(max(self.paused_until, now + wait), self._refused_since + self.give_up_after_s)
