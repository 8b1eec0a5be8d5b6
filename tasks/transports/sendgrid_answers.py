"""SendGrid's answers: what each says of the notice that was sent (spec 5).

In: an answer to POST /v3/mail/send. Out: one outcome, with SendGrid's words and no address.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from tasks.transports.kept_connections import Answer
from tasks.transports.protocol import Outcome

_LONGEST_WORDS = 500

# What to repair before anything can be sent, by the status that says so.
_STOPPED = {
    401: "$SENDGRID_API_KEY is refused; put a valid API key there",
    403: "$SENDGRID_API_KEY may not send, or dispatch.from_email is no verified sender; "
    "give the key the permission Mail Send, or verify the sender",
    404: "dispatch.sendgrid.base_url is no address of SendGrid's API; correct it",
    405: "dispatch.sendgrid.base_url is no address of SendGrid's API; correct it",
}


def outcome_of(answer: Answer, *, is_sandbox: bool, now: datetime) -> Outcome:
    """Class an answer. Only 202 with SendGrid's id of the message means that it was taken; in doubt the outcome is uncertain."""
    status, message_id = answer.status, answer.headers.get("x-message-id")
    if status == 202 and message_id:
        return Outcome("accepted", "taken by SendGrid", provider_id=message_id)
    if status == 200 and is_sandbox:
        return Outcome("validated", "SendGrid's sandbox found nothing wrong; nobody was told")
    said = f"SendGrid answered {status}{_words_of(answer)}"
    if status in (400, 413):
        return Outcome("failed", said)
    if status in _STOPPED:
        return Outcome("stopped", f"{said}: {_STOPPED[status]}, then dispatch again")
    if status == 429 or (status == 503 and ("retry-after" in answer.headers or _errors_of(answer))):
        return Outcome("not_sent", said, retry_after_seconds=wait_of(answer, now), slows_all=True)
    return Outcome("uncertain", f"{said}, which does not say whether it took the message")


def wait_of(answer: Answer, now: datetime) -> float | None:
    """How many seconds SendGrid asks us to wait: Retry-After (seconds or a date), else X-RateLimit-Reset (epoch seconds)."""
    retry_after = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", retry_after, re.ASCII):
        return float(retry_after)
    moment = _date_of(retry_after) or _reset_of(answer)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def _date_of(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _reset_of(answer: Answer) -> datetime | None:
    text = answer.headers.get("x-ratelimit-reset", "").strip()
    return datetime.fromtimestamp(int(text), UTC) if re.fullmatch(r"[0-9]{1,11}", text, re.ASCII) else None


def _errors_of(answer: Answer) -> list[Any]:
    """SendGrid's own list of errors, of whatever shape; empty for anything else, such as a gateway's HTML page."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return []
    errors = document.get("errors") if isinstance(document, dict) else None
    return errors if isinstance(errors, list) else []


def _words_of(answer: Answer) -> str:
    """What SendGrid says is wrong, with the field it means, and without the address that it may repeat."""
    said = []
    for error in _errors_of(answer):
        if isinstance(error, dict) and error.get("message"):
            said.append(str(error["message"]) + (f" ({error['field']})" if error.get("field") else ""))
    words = re.sub(r"\S*@\S*", "<address>", " ".join("; ".join(said).split()))
    return f" ({words[:_LONGEST_WORDS]})" if words else ""
