"""Tidying: values of feeds made fit to stand in a sentence.

In: news as the feeds tell it. Out: the same news on single lines, parts added up with the dated ones first, links only to the web.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from tasks.messages.news import KINDS, UNWELCOME, Alternative, LineNews, Part

# Overrides and isolates of writing direction: they can make a sentence read as what it does not say.
_DIRECTION_MARKS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_ELLIPSIS = "…"
# White space but for the two no-break spaces that typography asks for.
_MAY_BREAK = re.compile(r"[^\S\u00a0\u202f]+")


def one_line(text: str) -> str:
    """Fold white space and line breaks to single spaces and drop what cannot be seen or encoded; no-break spaces stay (`5 %` in French)."""
    if "  " in text or not _is_printable(text):
        text = _MAY_BREAK.sub(" ", text)
        if not _is_printable(text):
            text = "".join(each for each in text.translate(_DIRECTION_MARKS) if unicodedata.category(each) not in ("Cc", "Cs"))
    return text.strip()


def _is_printable(text: str) -> bool:
    """Whether there is nothing to fold or to drop but double spaces: neither breaks nor characters that cannot be seen."""
    return text.isprintable() or text.replace("\u00a0", "").replace("\u202f", "").isprintable()


def shortened(text: str, length: int) -> str:
    """Cut `text` to at most `length` characters, at a word where there is one, with an ellipsis."""
    if len(text) <= length:
        return text
    cut = length - len(_ELLIPSIS)
    while cut > 0 and (unicodedata.combining(text[cut]) or "\u200d" in text[cut - 1 : cut + 1]):
        cut -= 1  # never between a letter and its accent, nor inside a joined emoji
    head = text[:cut]
    at_word = head.rsplit(" ", 1)[0] if text[cut] != " " else head
    return (at_word if len(at_word) > length // 2 else head).rstrip(" ,;:-") + _ELLIPSIS


def web_address(url: str | None) -> str | None:
    """Return `url` if it is an address on the web (http or https, with a host), else None: `javascript:` never becomes a link."""
    candidate = (url or "").strip()
    if not candidate or re.search(r"[\s<>\"\\\x00-\x1f\x7f]", candidate):
        return None
    try:
        address = urlsplit(candidate)
        has_host = bool(address.hostname)
    except ValueError:
        return None
    return candidate if address.scheme.lower() in ("http", "https") and has_host else None


def tidy_lines(lines: Iterable[LineNews]) -> list[LineNews]:
    """Return the lines as a message tells them: by kind, then order and line, each with tidy values."""
    return sorted(map(_tidy_line, lines), key=lambda line: (KINDS.index(line.kind), line.order_id, line.line_no))


def _tidy_line(line: LineNews) -> LineNews:
    order_id, sku, description, reason = one_line(line.order_id), one_line(line.sku), _or_none(line.description), _or_none(line.reason)
    is_tidy = (order_id, sku, description, reason) == (line.order_id, line.sku, line.description, line.reason)
    if is_tidy and not line.parts and not line.alternatives:
        return line
    return replace(
        line,
        order_id=order_id,
        sku=sku,
        description=description,
        parts=_tidy_parts(line.parts),
        reason=reason,
        alternatives=tuple(map(_tidy_alternative, line.alternatives)) if line.kind in UNWELCOME else (),
    )


def _tidy_parts(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Add up what arrives by the same day, dated parts first; a line that arrives at once has no parts."""
    if len(parts) < 2:
        return ()
    quantities: dict[tuple[date | None, str], Decimal] = {}
    for part in parts:
        known = part.expected_on is not None and part.precision != "unknown"
        key = (part.expected_on, part.precision) if known else (None, "unknown")
        quantities[key] = quantities.get(key, Decimal(0)) + part.quantity
    if len(quantities) < 2:
        return ()
    ordered = sorted(quantities.items(), key=lambda item: (item[0][0] is None, item[0][0] or date.max, item[0][1]))
    return tuple(Part(quantity, expected_on, precision) for (expected_on, precision), quantity in ordered)


def _tidy_alternative(alternative: Alternative) -> Alternative:
    return replace(alternative, sku=one_line(alternative.sku), name=_or_none(alternative.name), url=web_address(alternative.url))


def _or_none(text: str | None) -> str | None:
    """An empty text is none."""
    return (one_line(text) or None) if text else None
