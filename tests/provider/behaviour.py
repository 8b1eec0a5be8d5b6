"""What the loopback provider does with a request: answer in one way or another, or fail as networks and providers do."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Fault = Literal["none", "hang", "reset", "close", "half_head", "half_body"]


@dataclass(frozen=True)
class Behaviour:
    """`takes`: the message is in the provider's books, whatever is answered. `fault`: how the answer fails to arrive.

    `delay_s`: how long it thinks first.
    """

    status: int = 202
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    takes: bool = False
    fault: Fault = "none"
    delay_s: float = 0.0
    has_message_id: bool = True


ACCEPT = Behaviour(takes=True)


def refuse(status: int, *errors: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Behaviour:
    """An answer with SendGrid's JSON error."""
    listed = list(errors) or [{"message": "refused", "field": None, "help": None}]
    return Behaviour(status, {"Content-Type": "application/json", **(headers or {})}, json.dumps({"errors": listed}).encode())


def page(status: int, headers: Mapping[str, str] | None = None) -> Behaviour:
    """An answer of a gateway in between: an HTML page."""
    return Behaviour(status, {"Content-Type": "text/html", **(headers or {})}, b"<html><body>Bad gateway</body></html>")


# Of a request for a message: which it is (from 1) and its body, as JSON.
Script = Callable[[int, dict[str, Any]], Behaviour]


def always(behaviour: Behaviour) -> Script:
    return lambda _number, _body: behaviour


def in_turn(*behaviours: Behaviour) -> Script:
    """One after the other, the last one for ever."""
    return lambda number, _body: behaviours[min(number, len(behaviours)) - 1]
