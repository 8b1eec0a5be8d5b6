"""Protocol: what the dispatch hands to a transport, and what a transport says came of it.

In: one notice as it is to leave, word for word. Out: one outcome, of which each kind means one move of the notice (spec 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

OutcomeKind = Literal["accepted", "failed", "not_sent", "stopped", "uncertain"]

# What the dispatch does with the notice, which is `sending` while the transport has it.
NEXT_STATE: dict[OutcomeKind, str] = {
    "accepted": "accepted",  # the provider has it; its events move it on to delivered, bounced or dropped
    "failed": "failed",  # refused for good: this text to this address can never go; only a person moves it on
    "not_sent": "pending",  # it did not leave; the dispatch tries again, after `retry_after_seconds` or its own backoff
    "stopped": "pending",  # no notice can leave; the dispatch ends and shows `detail`, which names what to repair
    "uncertain": "uncertain",  # it may have left; never sent again on a guess: an event, the log API or a person moves it on
}


@dataclass(frozen=True)
class Outgoing:
    """One notice on its way out. `written_at` (aware) becomes its Date; without it the message carries none."""

    notice_id: str
    run_id: str
    to_address: str
    to_name: str | None
    subject: str
    body_text: str
    body_html: str
    written_at: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of one send. `detail` is a sentence for ops, with the provider's words where there are any, and no address.

    `provider_id` is the provider's name for the message; `retry_after_seconds` how long it asked us to wait.
    """

    kind: OutcomeKind
    detail: str
    provider_id: str | None = None
    retry_after_seconds: float | None = None


class Transport(Protocol):
    """A way out. `send` is called from several threads at once and never raises for what a network, a provider or a disk does."""

    name: str

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand over one notice and say what came of it; one call is one attempt."""

    def problems(self) -> list[str]:
        """What stands in the way of sending, without sending: one sentence each, empty if all is well."""

    def close(self) -> None:
        """Let go of connections; called once when the dispatch ends, harmless when called again."""
