"""Wording: how a locale writes days and numbers, and the functions that give the templates their sentences.

In: a locale and its translations. Out: functions for the templates. Babel is slow and days repeat: what was written once is remembered.
"""

from __future__ import annotations

import gettext
import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

_LOCALE_NAME = re.compile(r"([A-Za-z]{2,3})([_-][A-Za-z0-9]{2,8})*")


class Sentences:
    """`_()` and `ngettext()` of the templates: the catalogue's sentence with its `%(name)s` places filled in.

    `kind` is `Markup` for HTML, where what fills a place is escaped and the sentence itself is not, and `str` for text.
    `locale` writes the counts.
    """

    def __init__(self, translations: gettext.NullTranslations, kind: type[str], locale: str) -> None:
        self._translations = translations
        self._kind = kind
        self._locale = locale
        self._whole = lru_cache(maxsize=None)(lambda sentence: kind(translations.gettext(sentence)) % {})

    def gettext(self, sentence: str, /, **values: object) -> str:
        """Translate a sentence; `%%` is a percent sign, as in every sentence of a catalogue."""
        return self._kind(self._translations.gettext(sentence)) % values if values else self._whole(sentence)

    def ngettext(self, singular: str, plural: str, count: int, /, **values: object) -> str:
        """Translate a sentence in the form that its language has for `count`, which fills `%(num)s`."""
        sentence = self._kind(self._translations.ngettext(singular, plural, count))
        return sentence % {"num": number(Decimal(count), self._locale), **values}


@lru_cache(maxsize=4096)
def known_locale(name: str) -> Locale | None:
    """Return the locale that `name` (`de`, `en-GB`, `fr_CA.UTF-8`) means, its language's where the country is unknown, else None."""
    bare = re.split(r"[.@]", name.strip(), maxsplit=1)[0]
    match = _LOCALE_NAME.fullmatch(bare)
    if match is None:
        return None
    for candidate in (bare.replace("-", "_"), match[1]):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    return None


@lru_cache(maxsize=65536)
def weekday_and_day(on: date, locale: str) -> str:
    """Write a day that the supplier named: `Friday, December 4, 2026`."""
    return _with_ordinal(format_date(on, "full", locale=locale), locale)


@lru_cache(maxsize=65536)
def day(on: date, locale: str) -> str:
    """Write the last day of a week or month: `January 6, 2027`; a weekday would claim to know more than we do."""
    return _with_ordinal(format_date(on, "long", locale=locale), locale)


def _with_ordinal(written: str, locale: str) -> str:
    """French counts the first of a month and no other day: `1er janvier`; the locale data writes `1 janvier`."""
    return re.sub(r"\b1 ", "1er ", written) if re.match(r"fr(_|$)", locale) else written


@lru_cache(maxsize=65536)
def number(quantity: Decimal, locale: str) -> str:
    """Write a quantity without the zeros that its column adds: `1`, `2.5`, `1,200`."""
    return format_decimal(quantity, locale=locale, decimal_quantization=False)
