"""Composing: one message to one customer, from the news of all of the customer's lines (spec 6).

In: a recipient and what changed for each line. Out: subject, text and HTML that say the same; the same news gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from babel import Locale

from tasks.errors import ConfigurationError
from tasks.messages.blank_edition import BlankEdition
from tasks.messages.catalogues import DOMAIN, Catalogues
from tasks.messages.forms import PATIENCE, Forms
from tasks.messages.news import Alternative, Kind, LineNews, Message, Part, Recipient, Shop
from tasks.messages.proofreading import Proofreader
from tasks.messages.rendering import Edition
from tasks.messages.tidying import one_line, tidy_lines, web_address
from tasks.messages.wording import known_locale
from tasks.messages.writing import write

__all__ = ["Alternative", "Composer", "Kind", "LineNews", "Message", "Part", "Recipient", "Shop"]


class Composer:
    """Writes messages for a shop, with its templates where it has some and ours where not.

    `templates` is a folder with any of sentences.txt, subject.txt, message.txt and message.html; `locales` one with catalogues,
    laid over ours. Raises ConfigurationError if a folder, the default locale, the shop's web address, a template or a catalogue
    cannot be used, or if a sentence would stand in another language than those around it. The first `patience` messages of each locale
    are rendered one by one; from then on, forms are made for those of a kind (tasks.messages.forms).
    """

    def __init__(
        self, shop: Shop, templates: Path | None, default_locale: str, locales: Path | None = None, patience: int = PATIENCE
    ) -> None:
        self._shop = _checked(shop)
        self._templates = templates
        self._patience = patience
        if templates is not None and not templates.is_dir():
            raise ConfigurationError([f"messages.templates: {templates} is no folder; create it or leave the key out"])
        self._catalogues = Catalogues(locales)
        self._default_locale = self._checked_default(default_locale)
        self._editions: dict[str, tuple[Edition, Forms]] = {}
        self._choices: dict[str, tuple[Edition, Forms]] = {}
        self._edition(self._default_locale)
        # Our catalogues for our templates are proofread by the tests.
        self._proofreader = Proofreader(self._catalogues, templates, self._default_locale) if templates or locales else None
        if self._proofreader:
            self._proofreader.require_sound()

    @property
    def locales_of_shop(self) -> list[str]:
        """The default locale and those the shop has catalogues for: what a rehearsal of the shop's wording goes through."""
        return list(dict.fromkeys([str(self._default_locale), *self._catalogues.of_shop]))

    def compose(self, recipient: Recipient, lines: Sequence[LineNews]) -> Message:
        """Write one message about `lines` (at least one, in any order).

        Raises ConfigurationError if a template cannot be rendered, or if the message tells of a delay or an unknown date
        and either body does not show the offer to cancel.
        """
        if not lines:
            raise ValueError(f"customer {recipient.customer_id}: a message needs at least one line")
        edition, forms = self._edition_for(recipient.locale)
        name = one_line(recipient.name or "") or None
        customer = recipient if name == recipient.name else replace(recipient, name=name)
        news = tidy_lines(lines)
        return forms.message(customer, news) or write(edition, self._shop, customer, news)

    def _checked_default(self, name: str) -> Locale:
        locale = known_locale(name)
        if locale is None:
            raise ConfigurationError([f"dispatch.default_locale: {name!r} is no locale; expected one such as 'en' or 'de-AT'"])
        if self._templates is None and not self._catalogues.speak(locale):
            raise ConfigurationError([
                f"dispatch.default_locale: {name!r} has no catalogue; expected one of {', '.join(self._catalogues.names)}, "
                f"or a catalogue {locale.language}/LC_MESSAGES/{DOMAIN}.po in the folder that messages.locales names"
            ])  # fmt: skip
        return locale

    def _edition_for(self, name: str) -> tuple[Edition, Forms]:
        """The edition in a recipient's locale if a whole message can be written in its language, else in the default: a day in another
        language than its sentence helps nobody."""
        if name not in self._choices:
            locale = known_locale(name)
            self._choices[name] = self._edition(locale if locale is not None and self._can_write_in(locale) else self._default_locale)
        return self._choices[name]

    def _can_write_in(self, locale: Locale) -> bool:
        if not self._catalogues.speak(locale) and self._templates is None:
            return False
        # A shop's own templates are in the language of the default locale. That they can be read in another one is for the shop
        # to say, with a catalogue: what stands in them outside of _() cannot be seen.
        if self._templates is not None and locale.language != self._default_locale.language and not self._catalogues.shop_speaks(locale):
            return False
        return self._proofreader is None or not self._proofreader.missing(locale)

    def _edition(self, locale: Locale) -> tuple[Edition, Forms]:
        name = str(locale)
        if name not in self._editions:
            files = (locale, self._catalogues.translations_for(locale), self._templates)
            edition = Edition(*files)
            self._editions[name] = edition, Forms(edition, lambda: BlankEdition(*files), self._shop, self._patience)
        return self._editions[name]


def _checked(shop: Shop) -> Shop:
    """The shop with its values on single lines. Raises ConfigurationError if its url is no web address."""
    if shop.url and web_address(shop.url) is None:
        raise ConfigurationError([f"messages.url: {shop.url!r} is no web address; expected one that begins with https:// or http://"])
    return Shop(
        name=one_line(shop.name),
        reply_to=one_line(shop.reply_to or "") or None,
        phone=one_line(shop.phone or "") or None,
        url=web_address(shop.url),
    )
