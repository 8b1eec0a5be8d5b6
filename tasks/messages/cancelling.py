"""Cancelling: the proof that a message which must offer to cancel does, in the words that the customer sees.

In: the offer's sentence and the two rendered bodies. Out: which of the bodies lost it (spec 6; law.md: validate the rendered mail).
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

_NEVER_SHOWN = re.compile(r"<!--.*?(?:-->|\Z)|<(head|style|script|template|title)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
# Where any of these words stands, only a parser can say what is seen.
_MAY_HIDE = re.compile(r"none|hidden|font-size\s*:\s*0", re.IGNORECASE)
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])", re.IGNORECASE)
# What cannot leave its quotation marks, and hides nothing.
_HARMLESS = re.compile(r"\s(?!style\s*=|hidden\s*=)[\w:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


def folded(text: str) -> str:
    """White space folded to single spaces: how a line is broken is layout, not words."""
    return " ".join(text.split())


def bodies_without(offer: str, text: str, html: str) -> list[str]:
    """Return which of `text` and `html` do not show the sentence `offer`; both if the offer is blank."""
    sentence = folded(offer)
    if not sentence:
        return ["text", "html"]
    shown = {"text": folded(text), "html": visible_text(html)}
    return [body for body, words in shown.items() if sentence not in words]


def visible_text(html: str) -> str:
    """Return the words of an HTML part that a reader sees, folded; comments, scripts and hidden elements are none."""
    body = _NEVER_SHOWN.sub(" ", html)
    if _MAY_HIDE.search(body):
        reader = _VisibleText()
        reader.feed(body)
        reader.close()
        return folded("".join(reader.words))
    return folded(unescape(_TAG.sub("", body)))


def values_can_hide(html: str, mark: str) -> bool:
    """Whether an escaped value could hide what stands around it. `html` has `mark` where values will stand.

    An escaped value holds no `<`, `>` or quotation mark: it can begin and end nothing. It hides what it likes where it stands in a tag, but
    for a quoted attribute that is no style.
    """
    return any(mark in _HARMLESS.sub("", tag) for tag in _TAG.findall(_NEVER_SHOWN.sub(" ", html)))


class _VisibleText(HTMLParser):
    """Collects the text outside of hidden elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._open: list[tuple[str, bool]] = []  # element, and whether it or one around it is hidden

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        values = dict(attrs)
        hidden = "hidden" in values or bool(_HIDES.search(values.get("style") or ""))
        self._open.append((tag, hidden or (bool(self._open) and self._open[-1][1])))

    def handle_endtag(self, tag: str) -> None:
        if any(tag == name for name, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not (self._open and self._open[-1][1]):
            self.words.append(data)
