"""SendGrid, read: questions to its API whose answers change nothing there, so that they may be asked again.

In: a path with its query or document. Out: the JSON of the answer; a busy SendGrid is waited for as long as it asks, within bounds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tasks.errors import ProviderUnanswered
from tasks.runs import Clock
from tasks.settings import DispatchSettings
from tasks.transports.kept_connections import Answer, KeptConnections, NeverLeft, NoAnswer
from tasks.transports.sendgrid import checked_key
from tasks.transports.sendgrid_answers import wait_of

# For all questions of one settling together: the next one asks again.
PATIENCE_S = 120.0
_FIRST_WAIT_S = 1.0
_BUSY = (429, 500, 502, 503, 504)
_REFUSED = {
    401: "$SENDGRID_API_KEY is refused; put a valid API key there",
    403: "$SENDGRID_API_KEY may not read it; give the key the permission, or switch it off (docs/settling.md)",
}


class SendGridReading:
    """Asks SendGrid. Raises ConfigurationError for a key that cannot be used."""

    def __init__(self, settings: DispatchSettings, api_key: str | None, clock: Clock) -> None:
        # Compressed answers would save little and are one more thing to go wrong.
        self._headers = {"Authorization": f"Bearer {checked_key(api_key)}", "Accept": "application/json", "Accept-Encoding": "identity"}
        self._clock = clock
        self._wait_left_s = PATIENCE_S
        self._connections = KeptConnections(
            settings.sendgrid.host,
            most=1,
            connect_timeout_s=settings.sendgrid.connect_timeout_seconds,
            read_timeout_s=settings.sendgrid.read_timeout_seconds,
        )

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Any:
        """Read what stands at a path; None where nothing does. Raises ProviderUnanswered."""
        return self._ask("GET", path, f"{path}?{urlencode(query)}" if query else path, None)

    def post(self, path: str, document: Mapping[str, Any]) -> Any:
        """Ask a question that is too private for a path. Raises ProviderUnanswered."""
        return self._ask("POST", path, path, json.dumps(document).encode())

    def close(self) -> None:
        """Close the connection."""
        self._connections.close()

    def _ask(self, method: str, what: str, path: str, body: bytes | None) -> Any:
        # No address may stand in an error: what is asked for is named without its query.
        what = "/".join(what.split("/")[:4])
        headers = {**self._headers, **({"Content-Type": "application/json"} if body else {})}
        tries = 0
        while True:
            tries += 1
            wait: float | None = None
            try:
                answer = self._connections.request(method, path, headers, body)
            except (NeverLeft, NoAnswer) as error:
                said = f"SendGrid could not be asked for {what} ({error})"
            else:
                if answer.status not in _BUSY:
                    return _document(answer, what)
                said = f"SendGrid answered {answer.status} when asked for {what}"
                wait = wait_of(answer, self._clock())
            self._wait(max(wait or 0.0, _FIRST_WAIT_S * 2 ** (tries - 1)), said)

    def _wait(self, seconds: float, said: str) -> None:
        if seconds > self._wait_left_s:
            raise ProviderUnanswered(f"{said}; the next settling asks again")
        self._wait_left_s -= seconds
        time.sleep(seconds)


def _document(answer: Answer, what: str) -> Any:
    if answer.status == 404:
        return None
    if answer.status != 200:
        reason = _REFUSED.get(answer.status, "which cannot be used")
        raise ProviderUnanswered(f"SendGrid answered {answer.status} when asked for {what}: {reason}")
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise ProviderUnanswered(f"SendGrid answered no JSON when asked for {what}; expected it from its API") from None
