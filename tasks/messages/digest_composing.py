"""Digest composing: one message to one member of staff, from what there is to say to them.

In: digest news. Out: subject, text and HTML that say the same, in the shop's default language; the same news gives the same bytes.
"""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from babel import Locale

from tasks.messages.catalogues import SOURCE_LANGUAGE, Catalogues
from tasks.messages.digest_news import CustomerLine, DigestNews, Section, SupplyLine
from tasks.messages.news import Message
from tasks.messages.proofreading import sentences_in_use
from tasks.messages.rendering import DIGEST_HTML, DIGEST_SENTENCES, DIGEST_SUBJECT, DIGEST_TEMPLATES, DIGEST_TEXT, Edition
from tasks.messages.tidying import one_line, shortened
from tasks.messages.wording import known_locale

_SUBJECT_LENGTH = 150


class DigestComposer:
    """Writes digests. Staff have no locale of their own: the shop's default decides, English where a catalogue lacks a digest's sentence.

    `locales` is the shop's folder of catalogues. Raises ConfigurationError if it cannot be used.
    """

    def __init__(self, shop_name: str, default_locale: str, locales: Path | None = None) -> None:
        self._shop_name = one_line(shop_name)
        self._default_locale = default_locale
        self._catalogues = Catalogues(locales)

    def compose(self, news: DigestNews) -> Message:
        """Write one message. Raises ValueError for news that say nothing."""
        if not news.sections and not news.late_feeds:
            raise ValueError("a digest with nothing to say is not written")
        values: dict[str, Any] = {
            "shop_name": self._shop_name,
            "news": replace(
                news,
                name=one_line(news.name or "") or None,
                sections=tuple(map(_tidy_section, news.sections)),
            ),
            "language": str(self._edition.locale).replace("_", "-"),
            "direction": self._edition.locale.text_direction,
        }
        values["subject"] = subject = shortened(one_line(self._edition.render(DIGEST_SUBJECT, values)), _SUBJECT_LENGTH)
        return Message(subject, self._edition.render(DIGEST_TEXT, values), self._edition.render(DIGEST_HTML, values))

    @cached_property
    def _edition(self) -> Edition:
        locale = self._locale()
        texts = (DIGEST_SENTENCES, DIGEST_SUBJECT, DIGEST_TEXT)
        return Edition(locale, self._catalogues.translations_for(locale), None, texts, DIGEST_HTML)

    def _locale(self) -> Locale:
        """The default locale if its catalogues have every sentence of a digest: half a digest in another language helps nobody."""
        locale = known_locale(self._default_locale)
        if locale is None:
            return Locale(SOURCE_LANGUAGE)
        catalogues = self._catalogues.for_locale(locale)
        is_whole = locale.language == SOURCE_LANGUAGE or all(
            any(catalogue.has(sentence.text) for catalogue in catalogues) for sentence in sentences_in_use(None, DIGEST_TEMPLATES)
        )
        return locale if is_whole else Locale(SOURCE_LANGUAGE)


def _tidy_section(section: Section) -> Section:
    return replace(section, lines=tuple(replace(line, **_tidy_texts(line)) for line in section.lines))


def _tidy_texts(line: CustomerLine | SupplyLine) -> dict[str, Any]:
    """Each text of the line on one line; an empty one is none."""
    texts = {field.name: getattr(line, field.name) for field in fields(line)}
    return {name: one_line(text) or None for name, text in texts.items() if isinstance(text, str)}
