"""Events: what a provider says, in our words (the normalising of django-anymail's webhooks is the model).

In: one event as SendGrid's Event Webhook or its log of messages has it. Out: an `Event`; whatever is wrong with it, nothing is raised.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import polars as pl

Meaning = Literal["accepted", "delivered", "bounced", "dropped"]
Origin = Literal["webhook", "log"]

# SendGrid's word -> what it says of the notice that it names. A word that is not here proves that SendGrid has the message.
MEANINGS: dict[str, Meaning] = {
    "received": "accepted",
    "processed": "accepted",
    "deferred": "accepted",  # tried again for up to 72 hours, then bounced
    "delivered": "delivered",
    # Whoever does something with a message has it: SendGrid's own log counts it as delivered, too.
    "open": "delivered",
    "click": "delivered",
    "spamreport": "delivered",
    "unsubscribe": "delivered",
    "group_unsubscribe": "delivered",
    "group_resubscribe": "delivered",
    # For good (type bounce) or this once (type blocked): the customer does not have it.
    "bounce": "bounced",
    "bounced": "bounced",
    "blocked": "bounced",
    # Never tried: the address is suppressed, the content refused.
    "dropped": "dropped",
    "drop": "dropped",
    "cancel_drop": "dropped",
}
# Types of a bounce after which the address may be good again.
_PASSING = ("blocked", "expired")
# Why SendGrid dropped a message -> why the address is written to no more; other reasons say nothing of the address.
_DROPPED_FOR = {
    "bounced address": "bounced",
    "spam reporting address": "spam_report",
    "unsubscribed address": "unsubscribed",
    "invalid": "invalid",
}
_NO_WORD = "unknown"
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_LONGEST_WORDS = 500


@dataclass(frozen=True)
class Event:
    """One row of `delivery_events`, but for when it was taken."""

    event_key: str
    notice_id: str | None
    event: str
    means: Meaning | None
    event_at: datetime | None
    message_id: str | None
    address: str | None
    suppression: str | None
    suppresses: bool | None
    detail: str | None
    origin: Origin
    raw: str

    @property
    def is_understood(self) -> bool:
        """It says what happened, in whatever word."""
        return self.event != _NO_WORD


_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    field.name: {"event_at": pl.Datetime("us"), "suppresses": pl.Boolean()}.get(field.name, pl.String()) for field in fields(Event)
}


def event_of(raw: str, value: Any, origin: Origin = "webhook") -> Event | None:
    """Read one event; None for what is no object at all. A field of a wrong type counts as missing."""
    if not isinstance(value, dict):
        return None
    word = _text(value, "event") or _NO_WORD
    kind = word.casefold()
    notice_id = _text(value, "notice_id")
    suppression, suppresses = _suppression(kind, value, notice_id)
    address = _text(value, "email")
    return Event(
        event_key=_text(value, "sg_event_id") or _hash(raw, value),
        notice_id=notice_id,
        event=word,
        means=MEANINGS.get(kind, "accepted") if notice_id and word != _NO_WORD else None,
        event_at=_moment(value.get("timestamp")),
        message_id=_text(value, "sg_message_id"),
        address=address.lower() if address else None,
        suppression=suppression if address else None,
        suppresses=suppresses if address and suppression else None,
        detail=words(_text(value, "reason") or _text(value, "response")),
        origin=origin,
        raw=raw,
    )


def frame(events: Iterable[Event], received_at: datetime) -> pl.DataFrame:
    """Rows for `work.events`: the columns of `delivery_events`."""
    return pl.DataFrame([asdict(event) for event in events], schema=_SCHEMA).with_columns(
        received_at=pl.lit(received_at, dtype=pl.Datetime("us"))
    )


def words(text: str | None) -> str | None:
    """A provider's words in one line, without the addresses that mail servers like to repeat."""
    return re.sub(r"\S*@\S*", "<address>", " ".join(text.split()))[:_LONGEST_WORDS] if text else None


def _suppression(kind: str, value: dict[str, Any], notice_id: str | None) -> tuple[str | None, bool]:
    """Why the event's address is written to no more (true), or again (false)."""
    if kind in ("bounce", "bounced"):
        return (None if (_text(value, "type") or "").casefold() in _PASSING else "bounced"), True
    if kind == "dropped":
        return _DROPPED_FOR.get((_text(value, "reason") or "").strip().casefold()), True
    if kind == "spamreport":
        return "spam_report", True
    if kind == "unsubscribe":
        return "unsubscribed", True
    # A group of another mailing of the shop's account (offers, news) says nothing of ours.
    if kind in ("group_unsubscribe", "group_resubscribe") and notice_id:
        return "unsubscribed from a group", kind == "group_unsubscribe"
    return None, True


def _text(value: dict[str, Any], key: str) -> str | None:
    """A text that is not empty and can be kept: no halves of a surrogate pair, no NUL."""
    text = value.get(key)
    return text.encode("utf-8", "replace").decode().replace("\0", "").strip() or None if isinstance(text, str) else None


def _moment(value: Any) -> datetime | None:
    """Seconds since 1970, as a number or its digits; None for anything else, or far away."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,11}", value.strip(), re.ASCII):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e11:
        return None
    moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=value)
    return moment.replace(tzinfo=None) if _EARLIEST <= moment <= _LATEST else None


def _hash(raw: str, value: dict[str, Any]) -> str:
    """Of all that the event says: only what says the very same is the same event."""
    try:
        said = json.dumps(value, sort_keys=True)
    except RecursionError:
        said = raw
    return "sha256:" + hashlib.sha256(said.encode()).hexdigest()
