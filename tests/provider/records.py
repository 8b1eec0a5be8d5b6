"""What SendGrid lists of its messages and addresses: suppression lists, Email Logs, Email Activity; a log may lag behind.

In: the messages that were taken, and what a test says became of them. Out: SendGrid's answers, held against its own descriptions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.provider import description
from tests.provider.behaviour import Behaviour, refuse

_TIME = r'TIMESTAMP "([^"]+)"'
_LOGS_QUERY = re.compile(rf'to_email = "([^"]+)" AND sg_message_id_created_at >= {_TIME} AND sg_message_id_created_at <= {_TIME}')
_ACTIVITY_QUERY = re.compile(rf'to_email="([^"]+)" AND last_event_time BETWEEN {_TIME} AND {_TIME}')
_ACTIVITY_STATUS = {"processed": "processed", "delivered": "delivered"}


@dataclass
class Taken:
    """One message in the log. `events`: (word, more) beside `processed`; `status`: what it comes to."""

    message_id: str
    body: dict[str, Any]
    taken_at: datetime
    status: str = "processed"
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def sg_message_id(self) -> str:
        return f"{self.message_id}.recvd-0-0.0"

    @property
    def to_email(self) -> str:
        return str(self.body["personalizations"][0]["to"][0]["email"])

    @property
    def notice_id(self) -> str:
        return str(self.body["custom_args"]["notice_id"])

    @property
    def summary(self) -> dict[str, Any]:
        return {"from_email": self.body["from"]["email"], "subject": self.body["subject"], "to_email": self.to_email}


class Records:
    """`lists`: list -> entries, newest last. `lag`: how far the log is behind. `refusals`: answered first, in turn."""

    def __init__(self) -> None:
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.messages: list[Taken] = []
        self.lag = timedelta(0)
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.refusals: list[Behaviour] = []
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.violations: list[str] = []

    def take(self, message: Taken) -> None:
        self.messages.append(message)

    def of(self, notice_id: str) -> Taken:
        """The message of a notice, for a test to say what became of it."""
        return next(message for message in self.messages if message.notice_id == notice_id)

    def answer(self, method: str, target: str, body: bytes) -> Behaviour | None:
        """SendGrid's answer; None for a path that is not ours."""
        url = urlsplit(target)
        query = dict(parse_qsl(url.query))
        read = self._reading(method, url.path, query, body)
        if read is None:
            return None
        self.asked.append((url.path, query, body))
        if self.refusals:
            return self.refusals.pop(0)
        document = read()
        if document is None:
            return refuse(404, {"message": "not found", "field": None})
        if method == "GET":
            self.violations += description.reading_violations(url.path, query, document)
        return Behaviour(200, {"Content-Type": "application/json"}, json.dumps(document).encode())

    def _reading(self, method: str, path: str, query: dict[str, str], body: bytes) -> Callable[[], Any] | None:
        kind, last = ["", *path.split("/")][-2:]
        if path.startswith("/v3/suppression/"):
            return lambda: self._list(last, query)
        if (method, path) == ("POST", "/v3/logs"):
            return lambda: self._search(_LOGS_QUERY, json.loads(body)["query"], self._in_logs)
        if path == "/v3/messages":
            return lambda: self._search(_ACTIVITY_QUERY, query["query"], self._in_activity)
        if kind in ("logs", "messages"):
            return lambda: self._detail(unquote(last), self._logged if kind == "logs" else self._active)
        return None

    def _list(self, name: str, query: dict[str, str]) -> list[dict[str, Any]]:
        start, end = int(query.get("start_time", 0)), int(query.get("end_time", 1 << 40))
        offset, limit = int(query.get("offset", 0)), int(query.get("limit", 500))
        return [entry for entry in self.lists.get(name, []) if start <= entry["created"] <= end][offset : offset + limit]

    def _shown(self) -> list[Taken]:
        return [message for message in self.messages if message.taken_at + self.lag <= self.clock()]

    def _search(self, form: re.Pattern[str], query: str, listed: Callable[[Taken], dict[str, Any]]) -> dict[str, Any]:
        match = form.fullmatch(query)
        assert match, f"no query that SendGrid understands: {query}"
        start, end = (datetime.fromisoformat(text) for text in match.groups()[1:])
        return {"messages": [listed(one) for one in self._shown() if one.to_email == match[1] and start <= one.taken_at <= end]}

    def _detail(self, message_id: str, read: Callable[[Taken], dict[str, Any]]) -> dict[str, Any] | None:
        return next((read(one) for one in self._shown() if one.sg_message_id == message_id), None)

    @staticmethod
    def _in_logs(one: Taken) -> dict[str, Any]:
        created = f"{one.taken_at:%Y-%m-%dT%H:%M:%SZ}"
        return {**one.summary, "sg_message_id": one.sg_message_id, "status": one.status, "sg_message_id_created_at": created}

    def _logged(self, one: Taken) -> dict[str, Any]:
        about = {"email": one.to_email, "sg_message_id": one.sg_message_id, "timestamp": int(one.taken_at.timestamp())}
        events = [
            {**about, "sg_event_id": f"{one.sg_message_id}/{number}", "custom_args": one.body["custom_args"], **event}
            for number, event in enumerate([{"event": "processed"}, *one.events])
        ]
        return {
            **one.summary, "sg_message_id": one.sg_message_id, "status": one.status, "events": events, "api_key_id": "k1",
            "client_ip": "127.0.0.1", "custom_args": one.body["custom_args"],
        }  # fmt: skip

    @staticmethod
    def _in_activity(one: Taken) -> dict[str, Any]:
        last = f"{one.taken_at:%Y-%m-%dT%H:%M:%SZ}"
        status = _ACTIVITY_STATUS.get(one.status, "not_delivered")
        return {**one.summary, "msg_id": one.sg_message_id, "status": status, "opens_count": 0, "clicks_count": 0, "last_event_time": last}

    @staticmethod
    def _active(one: Taken) -> dict[str, Any]:
        words = {"bounce": "bounced", "open": "opened", "click": "clicked"}
        at = f"{one.taken_at:%Y-%m-%dT%H:%M:%SZ}"
        # SendGrid's description asks for all of these in every event.
        blank = {
            "reason": "",
            "attempt_num": 1,
            "url": "http://shop.example/a/b",
            "bounce_type": "hard",
            "http_user_agent": "",
            "mx_server": "",
        }
        events = [
            {**blank, "event_name": words.get(event["event"], event["event"]), "processed": at, "reason": event.get("reason", "")}
            for event in [{"event": "processed"}, *one.events]
        ]
        return {
            **one.summary, "msg_id": one.sg_message_id, "status": _ACTIVITY_STATUS.get(one.status, "not_delivered"), "events": events,
            "unique_args": json.dumps(one.body["custom_args"]), "template_id": "", "asm_group_id": 1, "teammate": "", "api_key_id": "key1",
            "originating_ip": "127.0.0.1", "categories": [], "outbound_ip": "127.0.0.1", "outbound_ip_type": "shared",
        }  # fmt: skip
