"""Templates: a shop may replace any of them; a fault names the file, the line and what is wrong (spec 6)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tasks.errors import ConfigurationError
from tasks.messages.cancelling import bodies_without, visible_text
from tasks.messages.composing import Composer, Recipient, Shop
from tasks.messages.rehearsal import CASES, rehearse
from tasks.messages.rendering import OUR_TEMPLATES

SHOP = Shop("The Shop")
ANNA = Recipient("C1", "Anna Berg", "en")
OFFER = "{{ say.cancel_offer(lines) }}"


def ours(name: str) -> str:
    return (OUR_TEMPLATES / name).read_text(encoding="utf-8")


def composer_with(folder: Path, **templates: str) -> Composer:
    """A composer with these templates replaced: `message_html=` is message.html."""
    for name, content in templates.items():
        (folder / name.replace("_", ".")).write_text(content, encoding="utf-8")
    return Composer(SHOP, folder, "en")


def test_a_replaced_template_is_used_and_missing_ones_are_ours(tmp_path: Path) -> None:
    message = composer_with(tmp_path, subject_txt="About {{ lines[0].sku }}").compose(ANNA, CASES["delayed"])
    assert message.subject == "About BC-204"
    assert message.text == Composer(SHOP, None, "en").compose(ANNA, CASES["delayed"]).text


def test_a_replaced_sentence_changes_text_and_html_alike(tmp_path: Path) -> None:
    sentences = ours("sentences.txt").replace("You can cancel this item at any time", "Say the word and we cancel this item")
    message = composer_with(tmp_path, sentences_txt=sentences).compose(ANNA, CASES["delayed"])
    assert "Say the word and we cancel this item" in message.text
    assert "Say the word and we cancel this item" in message.html


def test_a_subject_of_several_lines_becomes_one(tmp_path: Path) -> None:
    message = composer_with(tmp_path, subject_txt="About\r\nBcc: x@y.example\n" + "long " * 100).compose(ANNA, CASES["delayed"])
    assert message.subject.startswith("About Bcc: x@y.example long")
    assert len(message.subject) <= 150


@pytest.mark.parametrize("name", ["subject.txt", "message.txt", "message.html", "sentences.txt"])
def test_a_template_that_cannot_be_parsed_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"{re.escape(str(tmp_path / name))}, line 2: .*endif"):
        composer_with(tmp_path, **{name.replace(".", "_"): "fine\n{% endif %}\n"})


@pytest.mark.parametrize("name", ["subject.txt", "message.txt", "message.html"])
def test_a_template_that_uses_what_is_not_given_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    composer = composer_with(tmp_path, **{name.replace(".", "_"): "fine\n\n{{ lines[0].colour }}\n"})
    with pytest.raises(ConfigurationError, match=rf"{re.escape(str(tmp_path / name))}, line 3: .*colour"):
        composer.compose(ANNA, CASES["delayed"])


def test_a_fault_in_a_sentence_is_placed_in_the_sentences(tmp_path: Path) -> None:
    sentences = ours("sentences.txt").replace("{{ line.told_on | weekday_and_day }}", "{{ line.colour }}")
    with pytest.raises(ConfigurationError, match=rf"{re.escape(str(tmp_path / 'sentences.txt'))}, line \d+: .*colour"):
        composer_with(tmp_path, sentences_txt=sentences).compose(ANNA, CASES["delayed"])


def test_a_template_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "subject.txt").write_bytes("Für Sie".encode("cp1252"))
    with pytest.raises(ConfigurationError, match=r"subject\.txt: is not UTF-8"):
        Composer(SHOP, tmp_path, "en")


@pytest.mark.parametrize("name", ["message.txt", "message.html"])
@pytest.mark.parametrize("case", ["delayed", "unknown", "mixed"])
def test_a_replaced_template_that_lost_the_offer_to_cancel_is_refused_by_name(tmp_path: Path, name: str, case: str) -> None:
    assert OFFER in ours(name)
    composer = composer_with(tmp_path, **{name.replace(".", "_"): ours(name).replace(OFFER, "")})
    with pytest.raises(ConfigurationError, match=rf"{re.escape(str(tmp_path / name))}: .* must offer to cancel") as caught:
        composer.compose(ANNA, CASES[case])
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("case", ["advanced", "dated"])
def test_good_news_needs_no_offer_to_cancel(tmp_path: Path, case: str) -> None:
    composer_with(tmp_path, message_txt="{{ lines[0].sku }}", message_html="<p>{{ lines[0].sku }}</p>").compose(ANNA, CASES[case])


@pytest.mark.parametrize(
    "hiding",
    [
        "<!-- {} -->",
        "<!-- {}",
        "<div style='display: none'><p>{}</p></div>",
        "<p hidden>{}</p>",
        "<p style='font-size:0'>{}</p>",
        "<script>{}</script>",
        '<img alt="{}">',
    ],
)
def test_an_offer_that_nobody_sees_is_no_offer(tmp_path: Path, hiding: str) -> None:
    html = ours("message.html").replace(OFFER, hiding.format(OFFER))
    with pytest.raises(ConfigurationError, match="must offer to cancel"):
        composer_with(tmp_path, message_html=html).compose(ANNA, CASES["delayed"])


@pytest.mark.parametrize("macro", ["", "{% macro cancel_offer(lines) %} {% endmacro %}"])
def test_sentences_without_an_offer_to_cancel_are_refused_by_name(tmp_path: Path, macro: str) -> None:
    without = re.sub(r"{% macro cancel_offer.*?endmacro %}", macro, ours("sentences.txt"), flags=re.DOTALL)
    with pytest.raises(ConfigurationError, match=r"sentences\.txt"):
        composer_with(tmp_path, sentences_txt=without).compose(ANNA, CASES["delayed"])


def test_an_offer_is_found_however_its_lines_are_broken_and_whatever_is_escaped() -> None:
    offer = "Don't wait & cancel if you like"
    assert bodies_without(offer, "Don't wait\n  & cancel\nif you like", "<p>Don&#39;t wait &amp; cancel\n if <b>you</b> like</p>") == []


def test_text_beside_a_hidden_element_is_visible() -> None:
    assert visible_text("<div><p style='display:none'>never<br>seen</p>seen<p style='font-size:0.9em'>small</p></div>") == "seensmall"


def test_a_rehearsal_finds_a_fault_that_only_one_kind_meets(tmp_path: Path) -> None:
    subject = "{% if lines[0].kind == 'advanced' %}{{ nonsense }}{% endif %}News"
    composer = composer_with(tmp_path, subject_txt=subject)
    composer.compose(ANNA, CASES["delayed"])
    with pytest.raises(ConfigurationError, match="'nonsense' is undefined"):
        rehearse(composer)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"messages\.templates: .*nowhere is no folder"):
        Composer(SHOP, tmp_path / "nowhere", "en")


def test_a_default_locale_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"dispatch\.default_locale: 'klingon'"):
        Composer(SHOP, None, "klingon")


def test_a_shop_whose_url_is_no_web_address_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"messages\.url: 'javascript:alert\(1\)'"):
        Composer(Shop("The Shop", url="javascript:alert(1)"), None, "en")
