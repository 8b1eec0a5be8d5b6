"""Message logs: where SendGrid lists the messages that it took; one of two APIs, by the account.

In: a notice, its address, and when its request left. Out: what the log says of it, as events; nothing, if it is not there (yet).
Neither API can be asked for our notice id: they are asked by address and time, and each message is held against the id.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from tasks.errors import ProviderUnanswered
from tasks.settling.provider import Provider

# Around the moment at which a request left: clocks differ, and an answer may take minutes.
_BEFORE, _AFTER = timedelta(minutes=10), timedelta(hours=1)
# More messages to one address within the window prove nothing by their absence.
_MOST = 100

# The words of Email Activity -> those of the Event Webhook.
_ACTIVITY_WORDS = {"bounced": "bounce", "opened": "open", "clicked": "click", "spam_report": "spamreport"}


@dataclass(frozen=True)
class Asked:
    """A notice to look for; `sent_at` (naive UTC) is when its request left."""

    notice_id: str
    to_address: str
    sent_at: datetime


@dataclass(frozen=True)
class Finding:
    """What a log says: the events of the notice, (text, value) each. `is_clear`: if there are none, the log does not have it."""

    events: list[tuple[str, Any]]
    is_clear: bool = True


class MessageLog(ABC):
    """A log: how it is searched, how one message is read, and what a message says of itself."""

    _path: str
    _id_key: str

    def __init__(self, provider: Provider, now: datetime) -> None:
        self._provider = provider
        self._now = now

    def find(self, asked: Asked) -> Finding:
        """Look for a notice. Raises ProviderUnanswered."""
        messages = _list_in(self._search(asked), "messages")
        events: list[tuple[str, Any]] = []
        unreadable = 0
        for message in messages:
            message_id = str(message.get(self._id_key, ""))
            detail = self._provider.get(f"{self._path}/{quote(message_id, safe='')}")
            notice_id = self._notice_id(detail) if isinstance(detail, dict) else None
            unreadable += not isinstance(detail, dict)
            if notice_id == asked.notice_id:
                events += [(_text(event), event) for event in self._events(asked, message_id, message, detail)]
        return Finding(events, is_clear=not unreadable and len(messages) < _MOST)

    @abstractmethod
    def _search(self, asked: Asked) -> Any:
        """What the log answers for an address and a time."""

    @abstractmethod
    def _notice_id(self, detail: dict[str, Any]) -> Any:
        """The notice of which a message says that it is."""

    @abstractmethod
    def _events(self, asked: Asked, message_id: str, message: dict[str, Any], detail: dict[str, Any]) -> list[dict[str, Any]]:
        """What is said of a message, as the Event Webhook would: first what it comes to, so that there is always one."""


class EmailLogs(MessageLog):
    """Email Logs: 30 days back, for every account."""

    _path, _id_key = "/v3/logs", "sg_message_id"

    def _search(self, asked: Asked) -> Any:
        start, end = asked.sent_at - _BEFORE, asked.sent_at + _AFTER
        query = (
            f'to_email = "{_quotable(asked.to_address)}" AND sg_message_id_created_at >= TIMESTAMP "{start:%Y-%m-%dT%H:%M:%SZ}" '
            f'AND sg_message_id_created_at <= TIMESTAMP "{end:%Y-%m-%dT%H:%M:%SZ}"'
        )
        return self._provider.post(self._path, {"query": query, "limit": _MOST})

    def _notice_id(self, detail: dict[str, Any]) -> Any:
        return _mapping(detail.get("custom_args")).get("notice_id")

    def _events(self, asked: Asked, message_id: str, message: dict[str, Any], detail: dict[str, Any]) -> list[dict[str, Any]]:
        about = {"notice_id": asked.notice_id, "email": detail.get("to_email"), "sg_message_id": message_id}
        summary = {
            "event": detail.get("status"),
            "timestamp": _seconds(message.get("sg_message_id_created_at")),
            "sg_event_id": f"log of {message_id}: {detail.get('status')}",
        }
        return [{**event, **about} for event in (summary, *map(_mapping, detail.get("events") or [])) if event]


class EmailActivity(MessageLog):
    """Email Activity: an add-on; its events have no ids."""

    _path, _id_key = "/v3/messages", "msg_id"

    def _search(self, asked: Asked) -> Any:
        # A message is listed under its last event, which may be of now.
        start, end = asked.sent_at - _BEFORE, self._now + _BEFORE
        query = (
            f'to_email="{_quotable(asked.to_address)}" AND last_event_time BETWEEN '
            f'TIMESTAMP "{start:%Y-%m-%dT%H:%M:%SZ}" AND TIMESTAMP "{end:%Y-%m-%dT%H:%M:%SZ}"'
        )
        return self._provider.get(self._path, {"query": query, "limit": _MOST})

    def _notice_id(self, detail: dict[str, Any]) -> Any:
        try:
            return _mapping(json.loads(detail.get("unique_args") or "{}")).get("notice_id")
        except (ValueError, TypeError, RecursionError):
            return None

    def _events(self, asked: Asked, message_id: str, message: dict[str, Any], detail: dict[str, Any]) -> list[dict[str, Any]]:
        about = {"notice_id": asked.notice_id, "email": detail.get("to_email"), "sg_message_id": message_id}
        status = detail.get("status")
        summary = {"event": status if status == "delivered" else "processed", "sg_event_id": f"log of {message_id}: {status}"}
        return [{**summary, **about}, *({**_activity(event), **about} for event in map(_mapping, detail.get("events") or []) if event)]


LOGS: dict[str, type[MessageLog]] = {"logs": EmailLogs, "activity": EmailActivity}


def _activity(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event of Email Activity as the Event Webhook would have it."""
    word = str(event.get("event_name"))
    kind = {"soft": "blocked", "hard": "bounce"}.get(str(event.get("bounce_type")))
    said = {"event": _ACTIVITY_WORDS.get(word, word), "timestamp": _seconds(event.get("processed")), "reason": event.get("reason")}
    return {**said, **({"type": kind} if kind else {})}


def _quotable(address: str) -> str:
    """An address within the quotes of a query. Raises ProviderUnanswered for one that would end them."""
    if '"' in address or "\\" in address:
        raise ProviderUnanswered("an address with a quotation mark cannot be looked for in SendGrid's log; settle its notice by hand")
    return address


def _list_in(document: Any, key: str) -> list[dict[str, Any]]:
    found = document.get(key) if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise ProviderUnanswered(f"SendGrid's log answered without {key}; expected a list of them")
    return [message for message in found if isinstance(message, dict)]


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _seconds(text: Any) -> int | None:
    """Seconds since 1970 of an ISO time; None for anything else."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _text(event: Mapping[str, Any]) -> str:
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False)
