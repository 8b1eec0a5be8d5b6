"""Sending digests: claim, commit, send, record, one after the other; there are few of them.

In: digests as they are to leave, and a transport. Out: what became of each, in `state.digests`.
What may have left is never sent again; of what nobody took, the next digest says all.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from tasks.digesting.gathering import Addressee, Moment
from tasks.runs import Clock, naive_utc
from tasks.transports.protocol import NEXT_STATE, Outcome, Outgoing, Transport
from tasks.warehouse import Warehouse

# The namespace of the ids of digests; fixed for ever.
_NAMESPACE = uuid.UUID("0f4b8e76-5d3c-5c53-8f0e-8f7a1c9b6f2a")
_NOBODY = Outcome("not_sent", "it never left: the one before it met what would meet all")


class Words(Protocol):
    """What a message says."""

    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def html(self) -> str: ...


@dataclass(frozen=True)
class Digest:
    """One message to one member of staff; `sections`: those of order lines that it holds."""

    addressee: Addressee
    words: Words
    sections: tuple[str, ...]


@dataclass(frozen=True)
class DigestReport:
    """What one round of digests did. `states`: digests by state; `stopped`: why some did not leave; `nobodys`: lines nobody hears of."""

    states: Counter[str] = field(default_factory=Counter)
    stopped: str | None = None
    nobodys: int = 0

    @property
    def is_clean(self) -> bool:
        """All that was to leave was taken."""
        return set(self.states) <= {"accepted"}


def recover(warehouse: Warehouse, clock: Clock) -> None:
    """After a crash, what was `sending` is `uncertain`. We hold the writer's lock, so nobody else is sending."""
    warehouse.run("digests/recover", now=naive_utc(clock()))


def send_all(warehouse: Warehouse, moment: Moment, digests: Iterable[Digest], transport: Transport, clock: Clock) -> DigestReport:
    """Send each, at most once. What refuses all of them (no network, a wrong key) stops the round: the rest is not tried."""
    states: Counter[str] = Counter()
    stopped: str | None = None
    for digest in digests:
        digest_id = _digest_id(warehouse, moment, digest.addressee)
        _claim(warehouse, moment, digest, digest_id)
        outcome = _NOBODY if stopped else transport.send(_outgoing(digest, digest_id, clock))
        state = _state_of(outcome)
        warehouse.run(
            "digests/settle",
            digest_id=digest_id,
            state=state,
            provider_id=outcome.provider_id,
            reason=None if state == "accepted" else outcome.detail,
            now=naive_utc(clock()),
        )
        states[state] += 1
        if outcome.slows_all or outcome.kind in ("stopped", "validated"):
            stopped = stopped or outcome.detail
    return DigestReport(states, stopped)


def _state_of(outcome: Outcome) -> str:
    """A digest waits for no second try: what would be pending again was not sent."""
    state = NEXT_STATE[outcome.kind]
    return "not_sent" if state == "pending" else state


def _claim(warehouse: Warehouse, moment: Moment, digest: Digest, digest_id: str) -> None:
    """Make the intent durable before the message leaves."""
    words = digest.words
    with warehouse.transaction():
        warehouse.run(
            "digests/claim",
            digest_id=digest_id,
            occasion=moment.occasion,
            staff_id=digest.addressee.staff_id,
            run_id=moment.run_id,
            as_of=moment.as_of,
            as_of_on=moment.as_of_on,
            history_as_of=moment.history_as_of,
            now=moment.made_at,
            to_address=digest.addressee.address,
            subject=words.subject,
            body_sha256=hashlib.sha256("".join(f"{part}\0" for part in (words.subject, words.text, words.html)).encode()).hexdigest(),
        )
        warehouse.run("digests/keep_lines", digest_id=digest_id, staff_id=digest.addressee.staff_id, sections=list(digest.sections))


def _digest_id(warehouse: Warehouse, moment: Moment, addressee: Addressee) -> str:
    earlier = warehouse.value("digests/earlier", occasion=moment.occasion, staff_id=addressee.staff_id, as_of=moment.as_of)
    parts = (moment.occasion, addressee.staff_id, moment.as_of.isoformat(), earlier)
    return str(uuid.uuid5(_NAMESPACE, "\0".join(map(str, parts))))


def _outgoing(digest: Digest, digest_id: str, clock: Clock) -> Outgoing:
    assert digest.addressee.address is not None, "who has no address is not written to"
    return Outgoing(
        notice_id=digest_id,
        run_id="",
        to_address=digest.addressee.address,
        to_name=digest.addressee.name,
        subject=digest.words.subject,
        body_text=digest.words.text,
        body_html=digest.words.html,
        written_at=clock(),
        kind="digest",
    )
