"""Protocol: what the dispatch hands to a transport, and what a transport says came of it.

In: one notice as it is to leave, word for word. Out: one outcome, of which each kind means one move of the notice (spec 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

OutcomeKind = Literal["accepted", "validated", "failed", "not_sent", "stopped", "uncertain"]

# What the dispatch does with the notice, which is `sending` while the transport has it.
NEXT_STATE: dict[OutcomeKind, str] = {
    "accepted": "accepted",  # the provider has it; its events move it on to delivered, bounced or dropped
    "validated": "pending",  # a sandbox looked at it and told nobody; it waits until the sandbox is switched off
    "failed": "failed",  # refused for good: this text to this address can never go; only a person moves it on
    "not_sent": "pending",  # nobody took it; the dispatch tries again, after `retry_after_seconds` or its own backoff
    "stopped": "pending",  # no notice can leave; the dispatch ends and shows `detail`, which names what to repair
    "uncertain": "uncertain",  # it may have left; never sent again on a guess: an event, the log API or a person moves it on
}


@dataclass(frozen=True)
class Outgoing:
    """One notice on its way out. `written_at` (aware) becomes its Date; without it the message carries none.

    `kind`: a digest is a message to staff; `notice_id` is its own id then, which must never be taken for a notice's.
    """

    notice_id: str
    run_id: str
    to_address: str
    to_name: str | None
    subject: str
    body_text: str
    body_html: str
    written_at: datetime | None = None
    kind: Literal["notice", "digest"] = "notice"

    @property
    def id_header(self) -> str:
        """The header that carries the id."""
        return f"X-Tellwhen-{self.kind.title()}-Id"


@dataclass(frozen=True)
class Outcome:
    """What came of one send. `detail` is a sentence for ops, with the provider's words where there are any, and no address.

    `provider_id` is the provider's name for the message; `retry_after_seconds` how long it asked us to wait; `slows_all` that this
    is no matter of one message: whatever else we send now meets the same.
    """

    kind: OutcomeKind
    detail: str
    provider_id: str | None = None
    retry_after_seconds: float | None = None
    slows_all: bool = False


class Transport(Protocol):
    """A way out. `send` is called from several threads at once and never raises for what a network, a provider or a disk does.

    `most_at_once` is how many requests it can have open; None: as many as the configuration allows.
    """

    name: str

    @property
    def most_at_once(self) -> int | None: ...

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand over one notice and say what came of it; one call is one attempt."""

    def problems(self) -> list[str]:
        """What stands in the way of sending, found without sending: one sentence each, empty if all is well."""

    def close(self) -> None:
        """Let go of connections; called once when the dispatch ends, harmless when called again."""
