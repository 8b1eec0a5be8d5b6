"""Catalogues: the sentences of the messages in other languages, as gettext's text files (`<locale>/LC_MESSAGES/tellwhen.po`).

In: our folder of catalogues and, laid over it, the shop's. Out: for a locale, its catalogues from the most special to the most general.
Text files are read as they are, once a process (ours) or once a composer (the shop's): there is nothing to compile and to forget.
"""

from __future__ import annotations

import gettext
import re
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from tasks.errors import ConfigurationError
from tasks.messages.wording import known_locale

OUR_LOCALES = Path(__file__).parent / "locales"
DOMAIN = "tellwhen"
# What there is to translate; `make messages` keeps it in step with the templates.
OUR_SENTENCES = OUR_LOCALES / f"{DOMAIN}.pot"
# The templates' own sentences are English: they need no catalogue, though a shop may have one.
SOURCE_LANGUAGE = "en"

_PATTERN = f"*/LC_MESSAGES/{DOMAIN}.po"


@dataclass(frozen=True, eq=False)
class Catalogue:
    """One file: its messages as they stand there (for the proofreader), and those that are whole as gettext reads them."""

    path: Path
    locale: Locale
    messages: Catalog
    compiled: bytes

    def has(self, sentence: str) -> bool:
        """Whether the file translates `sentence` (of a plural, its singular)."""
        message = self.messages.get(sentence)
        return message is not None and is_whole(message)


def is_whole(message: Message) -> bool:
    """Whether a message is translated in every form and not marked fuzzy: only then it is used."""
    return not message.fuzzy and all(form and form.strip() for form in forms_of(message))


def forms_of(message: Message) -> tuple[str, ...]:
    """The translation: one form, or one for each plural of the language."""
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string or "",)


class Catalogues:
    """Our catalogues with a shop's laid over them. Raises ConfigurationError if the shop's folder or a file in it cannot be read."""

    def __init__(self, shop_locales: Path | None) -> None:
        self.of_shop = {} if shop_locales is None else _catalogues_of_shop(shop_locales)

    @property
    def names(self) -> list[str]:
        """The locales that there are sentences for: `de, en, fr, pt_BR`."""
        return sorted({SOURCE_LANGUAGE, *_our_names(), *self.of_shop})

    def for_locale(self, locale: Locale) -> list[Catalogue]:
        """The catalogues to look a sentence up in, in this order: the most special first, the shop's before ours."""
        found = []
        for name in _names_of(locale):
            if name in self.of_shop:
                found.append(self.of_shop[name])
            if name in _our_names():
                found.append(_our_catalogue(name))
        return found

    def speak(self, locale: Locale) -> bool:
        """Whether there are sentences in the locale's language."""
        return locale.language == SOURCE_LANGUAGE or any(name in self.of_shop or name in _our_names() for name in _names_of(locale))

    def shop_speaks(self, locale: Locale) -> bool:
        """Whether the shop itself has sentences in the locale's language."""
        return any(name in self.of_shop for name in _names_of(locale))

    def translations_for(self, locale: Locale) -> gettext.NullTranslations:
        """The sentences for a locale; what no catalogue has stays as the template has it."""
        found = gettext.NullTranslations()
        for catalogue in reversed(self.for_locale(locale)):
            special = gettext.GNUTranslations(BytesIO(catalogue.compiled))
            special.add_fallback(found)
            found = special
        return found


def _names_of(locale: Locale) -> list[str]:
    """`zh_Hant_TW`, `zh_TW`, `zh_Hant`, `zh`: the names under which a locale's sentences may stand."""
    language, script, territory = locale.language, locale.script, locale.territory
    candidates = [(language, script, territory), (language, territory), (language, script), (language,)]
    return list(dict.fromkeys("_".join(filter(None, parts)) for parts in candidates))


@cache
def _our_names() -> frozenset[str]:
    return frozenset(path.parents[1].name for path in OUR_LOCALES.glob(_PATTERN))


@cache
def _our_catalogue(name: str) -> Catalogue:
    return read_catalogue(OUR_LOCALES / name / "LC_MESSAGES" / f"{DOMAIN}.po")


def _catalogues_of_shop(folder: Path) -> dict[str, Catalogue]:
    if not folder.is_dir():
        raise ConfigurationError([f"messages.locales: {folder} is no folder; create it or leave the key out"])
    paths = sorted(folder.glob(_PATTERN))
    if not paths:
        raise ConfigurationError(
            [f"messages.locales: {folder} has no catalogue; expected {folder / 'de' / 'LC_MESSAGES' / DOMAIN}.po or the like"]
        )
    return {str(catalogue.locale): catalogue for catalogue in map(read_catalogue, paths)}


def read_catalogue(path: Path) -> Catalogue:
    """Read a catalogue; its locale is the name of the folder. Raises ConfigurationError that names the file and what is wrong."""
    name = path.parents[1].name
    locale = known_locale(name)
    if locale is None or locale.language != name.replace("-", "_").split("_")[0].lower():
        raise ConfigurationError([f"{path}: {name!r} is no locale; expected a folder with a name such as 'de' or 'pt_BR'"])
    try:
        with path.open("rb") as file:
            messages = read_po(file, locale=locale, domain=DOMAIN, abort_invalid=True)
        return Catalogue(path, locale, messages, _compiled(messages))
    except PoFileError as error:
        what = re.sub(r" on \d+$", "", str(error))
        raise ConfigurationError([f"{path}, line {error.lineno + 1}: is no gettext catalogue: {what}"]) from None
    except UnicodeDecodeError as error:
        raise ConfigurationError([f"{path}: is not UTF-8 text ({error.reason} at byte {error.start}); save it as UTF-8"]) from None
    except OSError as error:
        raise ConfigurationError([f"{path}: cannot be read: {error.strerror}"]) from None
    except (ValueError, LookupError) as error:
        raise ConfigurationError([f"{path}: its header cannot be used: {error}; see {OUR_LOCALES / 'de'} for one that can"]) from None


def _compiled(messages: Catalog) -> bytes:
    """What gettext reads, of the messages that are whole; the others are left to the next catalogue."""
    whole = Catalog(locale=messages.locale)
    whole.mime_headers = messages.mime_headers
    for message in messages:
        if message.id and is_whole(message):
            whole.add(message.id, message.string)
    # gettext takes a form that is not there for a sentence that is not there, and would go on with English.
    form_for = gettext.c2py(messages.plural_expr)
    if not all(0 <= form_for(count) < messages.num_plurals for count in range(1001)):
        raise ValueError(f"its rule for plurals, {messages.plural_expr}, gives other forms than 0 to {messages.num_plurals - 1}")
    binary = BytesIO()
    write_mo(binary, whole)
    return binary.getvalue()
