"""Events as SendGrid's Event Webhook posts them, for notices of a test."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

AT = int(datetime(2026, 11, 24, 7, tzinfo=UTC).timestamp())


def event(word: str, notice_id: str | None = None, **more: Any) -> dict[str, Any]:
    """One event an hour after the notices were made, unless told otherwise; its id is of all that it says."""
    said = {"email": "c0@customer.example", "timestamp": AT, "event": word, "sg_message_id": "m0.filter-1.0", **more}
    if notice_id is not None:
        said |= {"notice_id": notice_id, "run_id": "run-1"}
    return {"sg_event_id": f"e{zlib.crc32(json.dumps(said, sort_keys=True).encode())}", **said}


def payload(*events: Mapping[str, Any]) -> bytes:
    """A post of them: SendGrid ends its lines so."""
    return json.dumps(events).encode() + b"\r\n"
