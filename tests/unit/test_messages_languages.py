"""Languages: the customer's locale decides the sentences, the days and the numbers of a message (spec 6)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tasks.errors import ConfigurationError
from tasks.messages.cancelling import visible_text
from tasks.messages.catalogues import Catalogues
from tasks.messages.composing import Composer, LineNews, Message, Recipient
from tasks.messages.rehearsal import CASES, rehearse
from tasks.messages.wording import Sentences, known_locale
from tests.golden.messages_written import FOLDER, LOCALES, SHOP, written

COMPOSER = Composer(SHOP, None, "en")
DELAYED, ADVANCED = CASES["delayed"][0], CASES["advanced"][0]
OFFER = {
    "en": r"You can cancel .* before we send it, and we will promptly refund what you have paid",
    "de": r"Sie können .* jederzeit stornieren, solange wir ihn noch nicht versandt haben\. Was Sie dafür bezahlt haben, erstatten wir",
    "fr": r"Vous pouvez annuler .* avant son expédition, et nous vous rembourserons sans tarder le montant que vous avez payé",
}


def compose(locale: str, *lines: LineNews, composer: Composer = COMPOSER) -> Message:
    return composer.compose(Recipient("C1", "Anna Berg", locale), lines or [DELAYED])


def folded(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("locale", LOCALES)
def test_every_message_reads_as_it_was_proofread(locale: str) -> None:
    """Where a change is meant: .venv/bin/python -m tests.golden.messages_written, and read what changed."""
    assert written(locale) == (FOLDER / f"{locale}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("locale", ["de", "de-CH", "fr", "fr-CA"])
def test_html_shows_each_sentence_of_the_text_in_every_language(locale: str) -> None:
    for case, message in rehearse(COMPOSER, locale).items():
        shown = visible_text(message.html)
        # Links are laid out differently, and bullets are no words.
        sentences = [folded(re.sub(r"<http\S+> ", "", line)).removeprefix("- ") for line in message.text.splitlines()]
        assert not [sentence for sentence in sentences if sentence not in shown], case


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("case", CASES)
def test_every_delay_and_every_unknown_date_offers_to_cancel_with_a_refund_in_every_language(locale: str, case: str) -> None:
    if any(line.kind in ("delayed", "unknown") for line in CASES[case]):
        message = compose(locale, *CASES[case])
        assert re.search(OFFER[locale], folded(message.text))
        assert re.search(OFFER[locale], visible_text(message.html))


@pytest.mark.parametrize(
    ("locale", "now"),
    [
        ("de", "Jetzt: bis Freitag, 4. Dezember 2026"),
        ("DE", "Jetzt: bis Freitag, 4. Dezember 2026"),
        ("de-AT", "Jetzt: bis Freitag, 4. Dezember 2026"),
        ("de_CH.UTF-8", "Jetzt: bis Freitag, 4. Dezember 2026"),
        ("de-XX", "Jetzt: bis Freitag, 4. Dezember 2026"),
        ("fr", "À présent : d’ici au vendredi 4 décembre 2026"),
        ("fr-CA", "À présent : d’ici au vendredi 4 décembre 2026"),
        ("fr-CH", "À présent : d’ici au vendredi, 4 décembre 2026"),
        ("en-GB", "Now: by Friday, 4 December 2026"),
        ("en-US", "Now: by Friday, December 4, 2026"),
    ],
)
def test_the_language_decides_the_sentences_and_the_whole_locale_the_days(locale: str, now: str) -> None:
    assert now in [folded(line) for line in compose(locale).text.splitlines()]


@pytest.mark.parametrize("locale", ["nl", "zh", "zh-Hant-TW", "frr", "klingon", "", " ", "C", "POSIX", "../../de", "de\x00", "12"])
def test_a_locale_without_a_catalogue_and_nonsense_get_the_default_locale_whole(locale: str) -> None:
    composer = Composer(SHOP, None, "de-AT")
    january = replace(DELAYED, expected_on=date(2027, 1, 6), quantity=Decimal("1200.5"))
    assert compose(locale, january, composer=composer) == compose("de-AT", january, composer=composer)
    assert "6. Jänner 2027" in compose(locale, january, composer=composer).text


@pytest.mark.parametrize(
    ("locale", "week", "first"),
    [
        ("en", "by January 6, 2027 at the latest", "by January 1, 2027 at the latest"),
        ("en-GB", "by 6 January 2027 at the latest", "by 1 January 2027 at the latest"),
        ("de", "bis spätestens 6. Januar 2027", "bis spätestens 1. Januar 2027"),
        ("de-AT", "bis spätestens 6. Jänner 2027", "bis spätestens 1. Jänner 2027"),
        ("fr", "au plus tard le 6 janvier 2027", "au plus tard le 1er janvier 2027"),
        ("fr-CA", "au plus tard le 6 janvier 2027", "au plus tard le 1er janvier 2027"),
    ],
)
def test_a_week_or_a_month_is_told_by_its_last_day_at_the_latest_in_every_language(locale: str, week: str, first: str) -> None:
    for on, told in ((date(2027, 1, 6), week), (date(2027, 1, 1), first)):
        message = compose(locale, replace(DELAYED, expected_on=on, precision="month"))
        assert told in message.subject
        assert told in message.text


def test_french_counts_only_the_first_of_a_month_as_an_ordinal() -> None:
    assert "vendredi 1er janvier 2027" in compose("fr", replace(DELAYED, expected_on=date(2027, 1, 1))).text
    assert "jeudi 21 janvier 2027" in compose("fr", replace(DELAYED, expected_on=date(2027, 1, 21))).text


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en", "1,200.5"),
        ("de", "1.200,5"),
        ("de-AT", "1.200,5"),
        ("de-CH", "1’200.5"),
        ("fr", "1\u202f200,5"),
        ("fr-CA", "1\u00a0200,5"),
    ],
)
def test_quantities_have_the_decimal_and_thousands_marks_of_the_locale(locale: str, written: str) -> None:
    text = compose(locale, replace(DELAYED, quantity=Decimal("1200.500000"))).text
    assert text.splitlines()[5].split(maxsplit=1)[1].removeprefix(":").strip() == written


@pytest.mark.parametrize(
    ("locale", "count", "said"),
    [
        ("en", 0, "0 items that you ordered will arrive later"),
        ("en", 1, "1 item that you ordered will arrive later"),
        ("en", 2, "2 items that you ordered will arrive later"),
        ("en", 21, "21 items that you ordered will arrive later"),
        ("de", 0, "0 bestellte Artikel kommen später"),
        ("de", 1, "1 bestellter Artikel kommt später"),
        ("de", 2, "2 bestellte Artikel kommen später"),
        ("de", 21, "21 bestellte Artikel kommen später"),
        ("de", 1200, "1.200 bestellte Artikel kommen später"),
        ("fr", 0, "0 article que vous avez commandé arrivera plus tard"),
        ("fr", 1, "1 article que vous avez commandé arrivera plus tard"),
        ("fr", 2, "2 articles que vous avez commandés arriveront plus tard"),
        ("fr", 21, "21 articles que vous avez commandés arriveront plus tard"),
        ("fr", 1200, "1\u202f200 articles que vous avez commandés arriveront plus tard"),
    ],
)
def test_counts_take_the_plural_that_the_language_has_for_them(locale: str, count: int, said: str) -> None:
    known = known_locale(locale)
    assert known is not None
    sentences = Sentences(Catalogues(None).translations_for(known), str, locale)
    one, other = "%(num)s item that you ordered will arrive later", "%(num)s items that you ordered will arrive later"
    assert sentences.ngettext(one, other, count) == said


@pytest.mark.parametrize(("locale", "tag"), [("de", "de"), ("de_AT.UTF-8", "de-AT"), ("fr-CA", "fr-CA"), ("zh", "en"), ("en-GB", "en-GB")])
def test_the_html_part_says_in_which_language_it_is_and_which_way_it_runs(locale: str, tag: str) -> None:
    html = compose(locale).html
    assert re.findall(r'lang="([^"]*)" dir="([^"]*)"', html) == [(tag, "ltr")] * 2


@pytest.mark.parametrize("locale", LOCALES)
def test_the_tone_is_calm_in_every_language(locale: str) -> None:
    text = (FOLDER / f"{locale}.txt").read_text(encoding="utf-8")
    assert "!" not in text
    assert not re.search(r"backorder|Lieferrückstand|leider|malheureusement|unfortunately|reliquat", text, re.IGNORECASE)
    assert "\n\n\n" not in text
    assert not re.search(r"[ \t]$", text, re.MULTILINE)


def test_french_keeps_its_marks_with_their_words_and_german_its_quotation_marks() -> None:
    french, german = ((FOLDER / f"{locale}.txt").read_text(encoding="utf-8") for locale in ("fr", "de"))
    ours = re.sub(r"https?:\S+|O'Neil|^(Subject:|=+) ?|The foundry.*$", "", french, flags=re.MULTILINE)
    assert not re.search(r"(?<!\u00a0)[:»]|«(?!\u00a0)|(?<!\u202f);|[?!']", ours)
    assert german.count("„") == german.count("“") > 0
    assert not re.search(r"[\"”]|(?<!O)'", german)


def test_no_break_spaces_of_a_sentence_stay_in_the_subject() -> None:
    assert compose("fr").subject.startswith("Votre article «\u00a0Brake caliper, front left\u00a0» est retardé\u00a0: ")


def test_a_long_name_is_cut_inside_its_quotation_marks() -> None:
    line = replace(DELAYED, description="Bremssattel mit einer sehr langen Bezeichnung, die gar nicht enden will")
    assert (
        compose("de", line).subject
        == "Ihr Artikel „Bremssattel mit einer sehr langen Bezeichnung…“ kommt später: bis Freitag, 4. Dezember 2026"
    )


def test_a_value_is_only_ever_a_value_in_every_language() -> None:
    line = replace(DELAYED, description="<b>100 % %(by)s</b>", reason="{{ 7*7 }} %d", order_id="%s & co")
    for locale in LOCALES:
        message = compose(locale, line)
        assert "<b>100 % %(by)s</b>" in message.subject
        assert "&lt;b&gt;100 % %(by)s&lt;/b&gt;" in message.html
        assert "<b>" not in message.html


@pytest.mark.parametrize("name", ["nl", "ja-JP"])
def test_a_default_locale_without_a_catalogue_is_refused_and_told_what_there_is(name: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"dispatch\.default_locale: '{name}' has no catalogue; expected one of de, en, fr, or"):
        Composer(SHOP, None, name)
