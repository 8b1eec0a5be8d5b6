"""Catalogues: ours are whole, a shop lays its own over them, and what is missing is found before a customer reads it (spec 6)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from tasks.errors import ConfigurationError
from tasks.messages.catalogues import OUR_LOCALES, OUR_SENTENCES, Catalogues, forms_of, read_catalogue
from tasks.messages.composing import Composer, Message, Recipient, Shop
from tasks.messages.proofreading import faults, sentences_in_use
from tasks.messages.rehearsal import CASES, rehearse
from tasks.messages.rendering import DIGEST_TEMPLATES, OUR_TEMPLATES

SHOP = Shop("The Shop")
OURS = sorted(path.parents[1].name for path in OUR_LOCALES.rglob("*.po"))
LATER = "Your %(item)s will arrive later, %(by)s"
QUANTITY = "Quantity:"
# Of messages to customers, and of digests to staff.
ALL_TEXTS = {sentence.text for sentence in [*sentences_in_use(None), *sentences_in_use(None, DIGEST_TEMPLATES)]}


def template() -> Catalog:
    with OUR_SENTENCES.open("rb") as file:
        return read_po(file)


def our_file(locale: str) -> Path:
    return OUR_LOCALES / locale / "LC_MESSAGES" / "tellwhen.po"


def place(folder: Path, locale: str) -> Path:
    path = folder / locale / "LC_MESSAGES" / "tellwhen.po"
    path.parent.mkdir(parents=True)
    return path


def shop_catalogue(folder: Path, locale: str, **sentences: str) -> Path:
    """A shop's catalogue with a few sentences, `quantity=` for `Quantity:`; returns the folder of catalogues."""
    known = {"quantity": QUANTITY, "later": LATER, "wait": "Wait."}
    entries = [f'\n#: sentences.txt\nmsgid "{known[key]}"\nmsgstr "{text}"\n' for key, text in sentences.items()]
    place(folder, locale).write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n' + "".join(entries), encoding="utf-8")
    return folder


def whole_catalogue(folder: Path, locale: str, translate: Callable[[str, int], str]) -> Path:
    """A shop's catalogue with every sentence that we have, each in all of its plural forms; returns the folder of catalogues."""
    catalogue = Catalog(locale=locale)
    for message in template():
        if isinstance(message.id, tuple | list):
            catalogue.add(tuple(message.id), tuple(translate(message.id[1], form) for form in range(catalogue.num_plurals)))
        elif message.id:
            catalogue.add(message.id, translate(message.id, 0))
    with place(folder, locale).open("wb") as file:
        write_po(file, catalogue)
    return folder


def dutch(text: str, form: int) -> str:
    return f"NL{form} {text}"


def compose(composer: Composer, locale: str, case: str = "delayed") -> Message:
    return composer.compose(Recipient("C1", "Anna", locale), CASES[case])


def problems_of(composing: Callable[[], object]) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        composing()
    return caught.value.problems


# ---- ours


def test_the_template_has_the_sentences_of_our_templates() -> None:
    """Where it fails: make messages, then translate what is new in tasks/messages/locales."""
    assert {message.id if isinstance(message.id, str) else message.id[0] for message in template() if message.id} == ALL_TEXTS


@pytest.mark.parametrize("locale", OURS)
def test_each_of_our_catalogues_translates_every_sentence_and_no_other(locale: str) -> None:
    catalogue = read_catalogue(our_file(locale))
    wanted = ALL_TEXTS
    assert not [text for text in wanted if not catalogue.has(text)], "a sentence is missing, fuzzy, or lacks a plural form"
    assert len(catalogue.messages) == len(wanted)
    assert not catalogue.messages.obsolete
    assert faults(catalogue) == []


def test_we_bring_german_and_french() -> None:
    assert OURS == ["de", "fr"]
    assert Catalogues(None).names == ["de", "en", "fr"]


@pytest.mark.parametrize("locale", OURS)
@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        (r'(msgid "Wait\."\nmsgstr) "[^"]+"', r'\1 ""'),
        (r'(#: [^\n]*\n)(msgid "Wait\."\n)', r"\1#, fuzzy\n\2"),
        (r'(msgid "Wait\."\n)msgstr', r"\1msgstr_"),
        (r'(msgstr\[1\]) "[^"]+"', r'\1 ""'),
        (r'msgstr\[1\] "[^"]+"\n', ""),
        (r'(msgstr "[^"\n]*)%\(told\)s', r"\1%(tolled)s"),
        (r'(msgstr "[^"\n]*)%\(by\)s', r"\1"),
        (r'(msgstr "[^"\n]*)%\(by\)s', r"\1%(by)"),
        (r'(msgid "Wait\."\nmsgstr) "', r'\1 "100 % '),
    ],
)
def test_a_gap_or_a_slip_in_a_catalogue_of_ours_would_be_found(tmp_path: Path, locale: str, pattern: str, replacement: str) -> None:
    text, count = re.subn(pattern, replacement, our_file(locale).read_text(encoding="utf-8"), count=1)
    assert count == 1
    path = place(tmp_path, locale)
    path.write_text(text, encoding="utf-8")
    try:
        catalogue = read_catalogue(path)
    except ConfigurationError:
        return
    assert faults(catalogue) or not all(map(catalogue.has, ALL_TEXTS))


# ---- a shop's own wording


def test_a_shops_sentence_wins_and_what_it_lacks_is_ours(tmp_path: Path) -> None:
    message = compose(Composer(SHOP, None, "en", shop_catalogue(tmp_path, "de", quantity="Stückzahl:")), "de-AT")
    assert "Stückzahl: 2\n" in message.text
    assert "Bisher genannt:" in message.text
    assert "Stückzahl:" in message.html


def test_a_shop_may_word_english_anew_without_saying_everything(tmp_path: Path) -> None:
    message = compose(Composer(SHOP, None, "en", shop_catalogue(tmp_path, "en", quantity="How many:")), "en-GB")
    assert "How many: 2\nTold before: Friday, 20 November 2026\n" in message.text


def test_the_most_special_catalogue_is_asked_first(tmp_path: Path) -> None:
    folder = shop_catalogue(tmp_path, "de", quantity="Stückzahl:", wait="Zuwarten.")
    composer = Composer(SHOP, None, "en", shop_catalogue(folder, "de-CH", quantity="Anzahl:"))
    swiss, german = compose(composer, "de_CH").text, compose(composer, "de-AT").text
    assert "Anzahl: 2" in swiss
    assert "Zuwarten." in swiss
    assert "Stornieren." in swiss
    assert "Stückzahl: 2" in german


def test_a_regional_catalogue_alone_leaves_other_regions_as_they_are(tmp_path: Path) -> None:
    composer = Composer(SHOP, None, "en", whole_catalogue(tmp_path, "pt_BR", dutch))
    assert "NL0" in compose(composer, "pt-BR").text
    assert compose(composer, "pt-PT") == compose(composer, "en")


@pytest.mark.parametrize("text", ["", " ", "\\n"])
def test_an_empty_sentence_is_none(tmp_path: Path, text: str) -> None:
    assert "Menge: 2" in compose(Composer(SHOP, None, "en", shop_catalogue(tmp_path, "de", quantity=text)), "de").text


def test_a_catalogue_of_one_shop_does_not_leak_into_another(tmp_path: Path) -> None:
    compose(Composer(SHOP, None, "en", shop_catalogue(tmp_path, "de", quantity="Stückzahl:")), "de")
    assert "Menge: 2" in compose(Composer(SHOP, None, "en"), "de").text


# ---- a shop's own language


def test_a_new_language_is_a_folder_with_a_whole_catalogue(tmp_path: Path) -> None:
    composer = Composer(SHOP, None, "nl", whole_catalogue(tmp_path, "nl", dutch))
    message = compose(composer, "nl-BE")
    assert "NL0 by vrijdag 4 december 2026" in message.text
    assert 'lang="nl-BE"' in message.html
    assert composer.locales_of_shop == ["nl"]
    assert rehearse(composer, "nl").keys() == CASES.keys()


def test_a_language_with_several_plurals_uses_them_all(tmp_path: Path) -> None:
    composer = Composer(SHOP, None, "en", whole_catalogue(tmp_path, "pl", lambda text, form: f"form{form} {text}"))
    (line,) = CASES["delayed"]
    for count, form in ((2, 1), (5, 2), (21, 2), (22, 1)):
        assert composer.compose(Recipient("C1", None, "pl"), [line] * count).subject.startswith(f"form{form} {count} ")


def test_a_language_that_runs_from_right_to_left_is_laid_out_so(tmp_path: Path) -> None:
    html = compose(Composer(SHOP, None, "en", whole_catalogue(tmp_path, "he", dutch)), "he").html
    assert '<html lang="he" dir="rtl">' in html
    assert "border-right:4px" in html
    assert not re.search(r"(text-align:|border-)left", html)


def test_a_half_translated_language_is_refused_and_the_sentence_named(tmp_path: Path) -> None:
    folder = whole_catalogue(tmp_path, "nl", lambda text, form: "" if text == "Wait." else dutch(text, form))
    (problem,) = problems_of(lambda: Composer(SHOP, None, "en", folder))
    assert problem.startswith(f"{folder / 'nl' / 'LC_MESSAGES' / 'tellwhen.po'}: lacks 'Wait.' (message.txt, line ")


def test_a_fuzzy_sentence_counts_as_missing_and_says_so(tmp_path: Path) -> None:
    folder = whole_catalogue(tmp_path, "nl", dutch)
    path = folder / "nl" / "LC_MESSAGES" / "tellwhen.po"
    path.write_text(path.read_text().replace('msgid "Wait."', '#, fuzzy\nmsgid "Wait."'))
    (problem,) = problems_of(lambda: Composer(SHOP, None, "en", folder))
    assert "lacks 'Wait.'" in problem
    assert "marked fuzzy" in problem


def test_of_an_empty_catalogue_the_first_sentences_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    problems = problems_of(lambda: Composer(SHOP, None, "en", shop_catalogue(tmp_path, "nl")))
    total = len(sentences_in_use(None))
    assert len(problems) == 11
    assert f"lacks {total - 10} more sentences" in problems[-1]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"later": "%(what)s kommt später, %(by)s"}, "has the places %(by)s, %(what)s; expected %(by)s, %(item)s"),
        ({"later": "Später: %(by)s"}, "has the places %(by)s; expected %(by)s, %(item)s"),
        ({"later": "%(item)s %(by)d"}, "has a lone %; expected %% for a percent sign"),
        ({"wait": "Zu 100 % warten."}, "has a lone %"),
        ({"wait": "%s"}, "has a lone %"),
    ],
)
def test_a_place_that_does_not_fit_is_refused_with_its_line(tmp_path: Path, entry: dict[str, str], fault: str) -> None:
    folder = shop_catalogue(tmp_path, "de", **entry)
    (problem,) = problems_of(lambda: Composer(SHOP, None, "en", folder))
    assert re.search(r"tellwhen\.po, line \d+: '(Your %\(item\)s|Wait)", problem)
    assert fault in problem


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'msgid "Wait."\nmsgtxt "Zuwarten."\n', "line 2: is no gettext catalogue"),
        (b"<!DOCTYPE html>", "line 1: is no gettext catalogue"),
        ('msgid "Wait."\nmsgstr "für"\n'.encode("cp1252"), "is not UTF-8 text"),
        (b'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n > ;\\n"\n', "header cannot be used"),
        (b'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=n;\\n"\n', "other forms than 0 to 1"),
        (b'msgid ""\nmsgstr "Plural-Forms: nplurals=many; plural=0;\\n"\n', "header cannot be used"),
        (b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-99\\n"\n', "header cannot be used"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_by_name(tmp_path: Path, content: bytes, words: str) -> None:
    place(tmp_path, "de").write_bytes(content)
    (problem,) = problems_of(lambda: Composer(SHOP, None, "en", tmp_path))
    assert problem.startswith(str(tmp_path / "de" / "LC_MESSAGES" / "tellwhen.po"))
    assert words in problem


def test_folders_that_are_not_there_empty_or_not_named_for_a_locale_are_refused(tmp_path: Path) -> None:
    assert "nowhere is no folder" in problems_of(lambda: Composer(SHOP, None, "en", tmp_path / "nowhere"))[0]
    assert "has no catalogue" in problems_of(lambda: Composer(SHOP, None, "en", tmp_path))[0]
    place(tmp_path, "deutsch").write_text("")
    assert "'deutsch' is no locale" in problems_of(lambda: Composer(SHOP, None, "en", tmp_path))[0]


# ---- a shop's own templates


def with_template(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_own_templates_without_own_catalogues_stay_in_the_language_of_the_default_locale(tmp_path: Path) -> None:
    composer = Composer(SHOP, with_template(tmp_path, "subject.txt", "News about {{ lines[0].sku }}"), "en")
    assert compose(composer, "de") == compose(composer, "en")
    assert composer.compose(Recipient("C1", None, "en-GB"), CASES["delayed"]).subject == "News about BC-204"


def test_own_templates_speak_the_languages_that_the_shop_has_catalogues_for(tmp_path: Path) -> None:
    templates = with_template(tmp_path / "templates", "subject.txt", '{{ _("Wait.") }} {{ lines[0].sku }}')
    composer = Composer(SHOP, templates, "en", shop_catalogue(tmp_path / "locales", "de", wait="Zuwarten."))
    assert compose(composer, "de").subject == "Zuwarten. BC-204"
    assert "Menge: 2" in compose(composer, "de").text
    assert compose(composer, "fr") == compose(composer, "en")


def test_a_sentence_of_an_own_template_must_be_in_every_catalogue_of_the_shop(tmp_path: Path) -> None:
    templates = with_template(tmp_path / "templates", "subject.txt", 'News\n{{ _("About %(sku)s", sku=lines[0].sku) }}')
    locales = shop_catalogue(tmp_path / "locales", "de", wait="Zuwarten.")
    (problem,) = problems_of(lambda: Composer(SHOP, templates, "en", locales))
    assert "lacks 'About %(sku)s' (subject.txt, line 2)" in problem


def test_a_sentence_in_a_file_that_an_own_template_includes_counts_too(tmp_path: Path) -> None:
    templates = with_template(tmp_path / "templates", "subject.txt", '{% include "intro.txt" %} {{ lines[0].sku }}')
    with_template(templates, "intro.txt", '{{ _("Our news:") }}')
    assert compose(Composer(SHOP, templates, "en"), "en").subject == "Our news: BC-204"
    (problem,) = problems_of(lambda: Composer(SHOP, templates, "en", shop_catalogue(tmp_path / "locales", "de", wait="Zuwarten.")))
    assert "lacks 'Our news:' (intro.txt, line 1)" in problem


def test_own_templates_in_a_language_of_their_own_need_no_catalogue_if_nothing_of_ours_is_left(tmp_path: Path) -> None:
    for name in ("subject.txt", "message.txt", "message.html", "sentences.txt"):
        text = (OUR_TEMPLATES / name).read_text(encoding="utf-8")
        with_template(tmp_path, name, re.sub(r'(_\(|ngettext\(|(?<=[.:a-z]", ))"(?=[A-Z%(a-z])(?!eq|advanced)', r'\1"NL ', text))
    message = compose(Composer(SHOP, tmp_path, "nl"), "nl")
    assert "NL by vrijdag 4 december 2026" in message.text
    assert 'lang="nl"' in message.html


def test_own_templates_in_a_language_of_their_own_must_not_mix_with_our_english(tmp_path: Path) -> None:
    problems = problems_of(lambda: Composer(SHOP, with_template(tmp_path, "subject.txt", "Nieuws"), "nl"))
    assert problems[0].startswith("dispatch.default_locale 'nl' has no catalogue: lacks ")


def test_a_copy_of_our_templates_speaks_what_ours_do_where_the_shop_says_so(tmp_path: Path) -> None:
    shutil.copytree(OUR_TEMPLATES, tmp_path / "templates")
    composer = Composer(SHOP, tmp_path / "templates", "en", shop_catalogue(tmp_path / "locales", "de"))
    assert compose(composer, "de") == compose(Composer(SHOP, None, "en"), "de")


def test_a_copy_of_our_english_templates_does_not_make_them_dutch(tmp_path: Path) -> None:
    shutil.copytree(OUR_TEMPLATES, tmp_path / "templates")
    assert "has no catalogue: lacks " in problems_of(lambda: Composer(SHOP, tmp_path / "templates", "nl"))[0]


def test_english_sentences_of_a_copy_need_no_english_catalogue_to_be_english(tmp_path: Path) -> None:
    shutil.copytree(OUR_TEMPLATES, tmp_path / "templates")
    composer = Composer(SHOP, tmp_path / "templates", "de", shop_catalogue(tmp_path / "locales", "en"))
    assert compose(composer, "en-GB") == compose(Composer(SHOP, None, "en"), "en-GB")


def test_another_region_of_the_default_locale_gets_the_default_locale_where_only_that_has_a_catalogue(tmp_path: Path) -> None:
    templates = with_template(tmp_path / "templates", "subject.txt", "Novidades")
    composer = Composer(SHOP, templates, "pt-BR", whole_catalogue(tmp_path / "locales", "pt_BR", dutch))
    assert compose(composer, "pt-PT") == compose(composer, "pt-BR")


def test_the_forms_of_a_message_are_one_or_one_for_each_plural() -> None:
    messages = read_catalogue(our_file("de")).messages
    assert forms_of(messages[QUANTITY]) == ("Menge:",)
    assert len(forms_of(messages["%(num)s earlier"])) == 2
