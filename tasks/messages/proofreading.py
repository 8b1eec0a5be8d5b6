"""Proofreading: what is missing or wrong in a catalogue is found before a customer reads it.

In: catalogues, and the templates that are in use. Out: one problem a fault, each with its file and the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from babel import Locale
from babel.messages import Message
from babel.messages.extract import extract
from jinja2 import Environment
from jinja2.meta import find_referenced_templates

from tasks.errors import ConfigurationError
from tasks.messages.catalogues import OUR_SENTENCES, SOURCE_LANGUAGE, Catalogue, Catalogues, forms_of
from tasks.messages.rendering import HTML, OUR_TEMPLATES, SENTENCES, SUBJECT, TEXT, path_of, template_folders

# A place to fill in, a percent sign, or a percent sign that is neither.
_PLACE = re.compile(r"%(?:\((\w+)\)s|(%))|%")
_NAMED_AT_ONCE = 10


@dataclass(frozen=True)
class Sentence:
    """A sentence of a template; `text` is its singular where it has a plural."""

    text: str
    template: Path
    line: int

    @property
    def is_ours(self) -> bool:
        return self.template.parent == OUR_TEMPLATES


class Proofreader:
    """Reads the catalogues against the templates in use: the shop's where it has some, and ours where not."""

    def __init__(self, catalogues: Catalogues, shop_templates: Path | None, default_locale: Locale) -> None:
        self._catalogues = catalogues
        self._default_locale = default_locale
        self._sentences = sentences_in_use(shop_templates)

    def missing(self, locale: Locale) -> list[Sentence]:
        """The sentences that would stand in another language than the locale's.

        Ours are English, those of a shop's template are in the language of the default locale: in that language they stand as they are.
        """
        catalogues = self._catalogues.for_locale(locale)
        return [
            sentence
            for sentence in self._sentences
            if locale.language != self._language_of(sentence) and not any(catalogue.has(sentence.text) for catalogue in catalogues)
        ]

    def problems(self) -> list[str]:
        """What is wrong with the shop's catalogues, and with what the default locale needs."""
        found = list(chain.from_iterable(map(faults, self._catalogues.of_shop.values())))
        locales = {str(locale): locale for locale in (self._default_locale, *(each.locale for each in self._catalogues.of_shop.values()))}
        for locale in locales.values():
            found += self._named(locale, self.missing(locale))
        return found

    def require_sound(self) -> None:
        """Raise ConfigurationError with all problems."""
        problems = self.problems()
        if problems:
            raise ConfigurationError(problems)

    def _language_of(self, sentence: Sentence) -> str:
        return SOURCE_LANGUAGE if sentence.is_ours or sentence.text in _our_texts() else self._default_locale.language

    def _named(self, locale: Locale, missing: list[Sentence]) -> list[str]:
        catalogues = self._catalogues.for_locale(locale)
        where = str(catalogues[0].path) if catalogues else f"dispatch.default_locale {str(locale)!r} has no catalogue"
        named = [
            f"{where}: lacks {sentence.text!r} ({sentence.template.name}, line {sentence.line}){_why(catalogues, sentence)}; translate it"
            for sentence in missing[:_NAMED_AT_ONCE]
        ]
        if len(missing) > _NAMED_AT_ONCE:
            named.append(f"{where}: lacks {len(missing) - _NAMED_AT_ONCE} more sentences; {OUR_SENTENCES} has all of ours")
        return named


def sentences_in_use(shop_templates: Path | None, templates: Sequence[str] = (SENTENCES, SUBJECT, TEXT, HTML)) -> list[Sentence]:
    """Every sentence of the templates that messages are made of, each text once."""
    folders = template_folders(shop_templates)
    found: dict[str, Sentence] = {}
    names, seen = list(templates), set[Path]()
    while names:
        path = path_of(names.pop(0), folders)
        if path in seen or not path.is_file():
            continue
        seen.add(path)
        for sentence in _sentences_of(path):
            found.setdefault(sentence.text, sentence)
        tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
        names += [name for name in find_referenced_templates(tree) if name]
    return list(found.values())


def faults(catalogue: Catalogue) -> list[str]:
    """What is wrong with the sentences that a catalogue has: places that do not fit, plurals without one of their forms."""
    found = []
    for message in catalogue.messages:
        if message.id and any(form.strip() for form in forms_of(message)):
            fault = _fault(message)
            if fault:
                found.append(f"{catalogue.path}, line {message.lineno}: {_text(message)!r}: {fault}")
    return found


def _sentences_of(path: Path) -> list[Sentence]:
    with path.open("rb") as file:
        messages = list(extract("jinja2.ext:babel_extract", file))
    return [Sentence(text if isinstance(text, str) else text[0], path, line) for line, text, _, _ in messages]


@cache
def _our_texts() -> frozenset[str]:
    return frozenset(sentence.text for sentence in sentences_in_use(None))


def _text(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _fault(message: Message) -> str | None:
    forms = forms_of(message)
    if not all(form.strip() for form in forms):
        return f"has {sum(bool(form.strip()) for form in forms)} of {len(forms)} plural forms; expected all"
    wanted = set[str]().union(*map(_places, message.id if isinstance(message.id, tuple | list) else (message.id,)))
    for form in forms:
        places = _places(form)
        if "%" in places:
            return "has a lone %; expected %% for a percent sign"
        # One may be said without its number, and a plural may be told by its words.
        if places - wanted or wanted - places - {"num"}:
            return f"has the places {_listed(places)}; expected {_listed(wanted)}"
    return None


def _places(text: str) -> set[str]:
    """The names of the places in a sentence, and `%` for a percent sign that stands alone."""
    return {match[1] or "%" for match in _PLACE.finditer(text) if not match[2]}


def _listed(places: set[str]) -> str:
    return ", ".join(f"%({place})s" for place in sorted(places)) or "none"


def _why(catalogues: list[Catalogue], sentence: Sentence) -> str:
    message = catalogues[0].messages.get(sentence.text) if catalogues else None
    return ", where it is marked fuzzy" if message is not None and message.fuzzy and any(forms_of(message)) else ""
