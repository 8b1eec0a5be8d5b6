"""Payloads: what a provider posts, or a file of it, cut into its events, each with its text as it came.

In: bytes: a JSON array, or JSON lines of arrays and single events. Out: (text, value) for each event; raises NotJson.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from typing import Any

# Beyond these no number of ours has a meaning; Python itself refuses to read a number of some thousand digits.
_LONGEST_NUMBER = 30

_SPACE = re.compile(r"[ \t\r\n]*")


class NotJson(ValueError):
    """The bytes are no JSON; the message says where."""


def cut(content: bytes) -> list[tuple[str, Any]]:
    """Each event of a payload, in its order: its text, and what it says. Raises NotJson."""
    try:
        return list(_events(content.decode("utf-8-sig")))
    except json.JSONDecodeError as error:
        raise NotJson(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except UnicodeDecodeError as error:
        raise NotJson(f"byte {error.start}: expected text in UTF-8") from None
    except RecursionError:
        raise NotJson("lists or objects are nested too deeply") from None


def _number(text: str) -> int | float:
    return int(text) if len(text) <= _LONGEST_NUMBER else float(text)


_DECODER = json.JSONDecoder(parse_int=_number)


def _events(text: str) -> Iterator[tuple[str, Any]]:
    position = _after_space(text, 0)
    if position == len(text):
        raise json.JSONDecodeError("expected JSON, found nothing", text, 0)
    while position < len(text):
        if text[position] == "[":
            position = yield from _elements(text, position + 1)
        else:
            value, end = _DECODER.raw_decode(text, position)
            yield text[position:end], value
            position = end
        position = _after_space(text, position)


def _elements(text: str, position: int) -> Generator[tuple[str, Any], None, int]:
    """The elements of an array that begins before `position`; returns where it ends."""
    position = _after_space(text, position)
    if text[position : position + 1] == "]":
        return position + 1
    while True:
        value, end = _DECODER.raw_decode(text, position)
        yield text[position:end], value
        position = _after_space(text, end)
        sign = text[position : position + 1]
        if sign == "]":
            return position + 1
        if sign != ",":
            raise json.JSONDecodeError("expected ',' or ']'", text, position)
        position = _after_space(text, position + 1)


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    assert match is not None, "no space matches, too"
    return match.end()
