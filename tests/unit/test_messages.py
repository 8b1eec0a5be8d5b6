"""Messages: what a customer reads, for every kind of news (spec 6)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.messages.composing import Alternative, Composer, LineNews, Message, Part, Recipient, Shop
from tasks.messages.rehearsal import CASES, rehearse

SHOP = Shop("The Shop", "help@shop.example", "+1 555 010 0199", "https://shop.example/orders")
ANNA = Recipient("C1", "Anna Berg", "en")
COMPOSER = Composer(SHOP, None, "en")
DELAYED, UNKNOWN, DATED, ADVANCED = (CASES[case][0] for case in ("delayed", "unknown", "dated", "advanced"))
VOID = {"meta", "br"}


def compose(*lines: LineNews, recipient: Recipient = ANNA) -> Message:
    return COMPOSER.compose(recipient, lines)


class Shown(HTMLParser):
    """An HTML part as text: what it shows, `- ` for a list item, `name <address>` for a link; fails where elements do not nest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words: list[str] = []
        self.address, self.name = "", ""
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.words.append({"li": " - ", "p": " ", "td": " ", "th": " ", "h2": " ", "h3": " ", "br": " "}.get(tag, ""))
        if tag == "a":
            self.address, self.name = dict(attrs)["href"] or "", ""
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "a" and self.address.startswith("http") and self.address != self.name:
            self.words.append(f" <{self.address}>")

    def handle_data(self, data: str) -> None:
        if not {"title", "style"} & set(self.open):
            self.words.append(data)
            self.name += data


def shown(html: str) -> Shown:
    reader = Shown()
    reader.feed(html)
    reader.close()
    assert reader.open == [], "every element that opens is closed"
    return reader


def folded(text: str) -> str:
    return " ".join(text.split())


def assert_both_say_the_same(message: Message) -> None:
    assert folded(message.text) == folded("".join(shown(message.html).words))


@pytest.mark.parametrize(
    ("case", "subject"),
    [
        ("delayed", "Your Brake caliper, front left will arrive later, by Friday, December 4, 2026"),
        ("delayed in parts", "Your Brake disc, 345 mm will arrive later, by January 6, 2027 at the latest"),
        ("advanced", "Your item CLIP will arrive earlier, by Thursday, November 12, 2026"),
        ("unknown", "We no longer have a date for your Pad set, rear"),
        ("unknown in parts", "We no longer have a date for all of your Pad set, rear"),
        ("first unknown in parts", "We do not have a date for all of your item PAD,1 yet"),
        ("first unknown", "We do not have a date for your item PAD,1 yet"),
        ("dated", "We now have a date for your Brake fluid by the litre: by Friday, December 4, 2026"),
        ("several delayed", "2 items that you ordered will arrive later"),
        ("several advanced", "2 items that you ordered will arrive earlier"),
        ("several unknown", "2 items that you ordered have no date at the moment"),
        ("several dated", "2 items that you ordered now have a date"),
        ("mixed", "News about 5 items that you ordered: 2 later, 1 without a date, 1 now with a date, 1 earlier"),
    ],
)
def test_the_subject_says_what_changed(case: str, subject: str) -> None:
    assert compose(*CASES[case]).subject == subject


@pytest.mark.parametrize("case", CASES)
def test_text_and_html_say_the_same(case: str) -> None:
    assert_both_say_the_same(compose(*CASES[case]))


@pytest.mark.parametrize("case", CASES)
def test_every_message_about_a_delay_or_an_unknown_date_offers_to_cancel_with_a_refund(case: str) -> None:
    message = compose(*CASES[case])
    if any(line.kind in ("delayed", "unknown") for line in CASES[case]):
        for part in (folded(message.text), folded("".join(shown(message.html).words))):
            assert re.search(r"You can cancel .* before we send it, and we will promptly refund what you have paid", part)


@pytest.mark.parametrize("case", CASES)
def test_the_html_part_needs_nothing_from_elsewhere_and_names_its_language(case: str) -> None:
    attributes = shown(compose(*CASES[case]).html).attributes
    assert ("html", "lang", "en") in attributes
    assert not [name for _, name, _ in attributes if name in ("src", "background", "srcset") or name.startswith("on")]
    assert {tag for tag, name, _ in attributes if name == "href"} == {"a"}
    assert all(re.match(r"https?://|mailto:|tel:", value) for _, name, value in attributes if name == "href")


@pytest.mark.parametrize("case", CASES)
def test_the_tone_is_calm(case: str) -> None:
    """No exclamation marks, no jargon, no line with an odd gap."""
    message = compose(*CASES[case])
    assert "!" not in message.subject + message.text
    assert not re.search(r"backorder|status update|SKU|ETA|dear customer|unfortunately", message.text, re.IGNORECASE)
    assert "\n\n\n" not in message.text
    assert not re.search(r"[ \t]$", message.text, re.MULTILINE)


def test_what_changed_comes_first_after_the_greeting() -> None:
    assert compose(DELAYED).text.splitlines()[:3] == [
        "Hello Anna Berg,",
        "",
        "Your Brake caliper, front left will now arrive by Friday, December 4, 2026. That is later than the date we told you before, "
        "Friday, November 20, 2026. We are sorry that you have to wait longer.",
    ]


@pytest.mark.parametrize("name", [None, "", " \t\n"])
def test_a_customer_without_a_name_is_greeted_without_one(name: str | None) -> None:
    assert compose(DELAYED, recipient=Recipient("C1", name, "en")).text.startswith("Hello,\n")


def test_each_line_tells_item_quantity_the_date_told_before_the_date_now_and_its_order() -> None:
    block = (
        "Brake caliper, front left (item no. BC-204)\nQuantity: 2\n"
        "Told before: Friday, November 20, 2026\nNow: by Friday, December 4, 2026\n"
        "Our supplier says: The foundry is closed until 30 November\nOrder: SO-1001\n"
    )
    assert block in compose(DELAYED).text


@pytest.mark.parametrize(
    ("quantity", "locale", "written"),
    [("1.000000", "en", "1"), ("2.500000", "en", "2.5"), ("2.500000", "en-ZA", "2,5"), ("1200", "en", "1,200"), ("1E-6", "en", "0.000001")],
)
def test_quantities_are_written_as_the_locale_has_them(quantity: str, locale: str, written: str) -> None:
    text = compose(replace(DELAYED, quantity=Decimal(quantity)), recipient=replace(ANNA, locale=locale)).text
    assert f"Quantity: {written}\n" in text


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en", "Friday, December 4, 2026"),
        ("en-GB", "Friday, 4 December 2026"),
        ("EN_gb", "Friday, 4 December 2026"),
        ("en-XX", "Friday, December 4, 2026"),
        ("nl_BE", "Friday, December 4, 2026"),
        ("tlh", "Friday, December 4, 2026"),
        ("", "Friday, December 4, 2026"),
        ("../../etc/passwd", "Friday, December 4, 2026"),
    ],
)
def test_dates_follow_the_recipients_locale_and_else_the_default_and_never_stand_in_another_language_than_their_sentence(
    locale: str, written: str
) -> None:
    assert f"Now: by {written}\n" in compose(DELAYED, recipient=replace(ANNA, locale=locale)).text


@pytest.mark.parametrize("precision", ["week", "month"])
def test_a_week_or_a_month_is_told_by_its_last_day_at_the_latest(precision: str) -> None:
    text = compose(replace(DELAYED, expected_on=date(2027, 1, 6), precision=precision)).text
    assert "Now: by January 6, 2027 at the latest\n" in text


def test_parts_with_a_date_come_first_and_those_of_one_day_are_one() -> None:
    parts = (
        Part(Decimal(3), None, "unknown"),
        Part(Decimal(1), date(2026, 12, 18), "day"),
        Part(Decimal(1), date(2026, 12, 4), "day"),
        Part(Decimal("1.000000"), date(2026, 12, 4), "day"),
    )
    text = folded(compose(replace(UNKNOWN, parts=parts)).text)
    assert "Now: 2 of them by Friday, December 4, 2026; 1 of them by Friday, December 18, 2026; 3 of them: we do not know yet" in text


def test_a_single_part_is_no_part() -> None:
    part = Part(DELAYED.quantity, DELAYED.expected_on, "day")
    assert compose(replace(DELAYED, parts=(part,))) == compose(DELAYED)


def test_good_news_is_said_as_such() -> None:
    assert "Good news: your item CLIP will arrive earlier" in compose(ADVANCED).text
    assert "Good news: earlier than we told you" in compose(*CASES["mixed"]).text


def test_an_unknown_date_is_admitted_with_its_reason_and_a_promise_to_write() -> None:
    text = compose(UNKNOWN).text
    assert "We can no longer promise your Pad set, rear by Friday, November 20, 2026, and we do not have a new date yet." in text
    assert "We will write to you as soon as we know more." in text
    assert "Our supplier says: The foundry is closed" in text


def test_a_date_told_as_unknown_and_none_told_are_both_no_date() -> None:
    assert "Told before: no date\n" in compose(DATED).text
    assert "Told before: no date\n" in compose(replace(DATED, is_told=False)).text


def test_without_a_reason_none_is_given() -> None:
    assert "supplier" not in compose(replace(DELAYED, reason=None)).text


def test_alternatives_stand_after_all_news_and_before_what_the_customer_can_do() -> None:
    text = compose(*CASES["mixed"]).text
    assert text.rindex("Now:") < text.index("What could reach you sooner") < text.index("What you can do") < text.index("How to reach us")


@pytest.mark.parametrize("line", [ADVANCED, DATED])
def test_good_news_and_a_date_at_last_name_no_alternatives(line: LineNews) -> None:
    assert "sooner\n" not in compose(replace(line, alternatives=DELAYED.alternatives)).text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "//evil.example", "https://", "https://a b", "", None]
)
def test_only_an_address_on_the_web_becomes_a_link(url: str | None) -> None:
    line = replace(DELAYED, alternatives=(Alternative("X1", "Another one", url, date(2026, 11, 25)),))
    message = compose(line)
    assert "- Another one (item no. X1) by Wednesday, November 25, 2026" in message.text
    assert not [value for _, name, value in shown(message.html).attributes if name == "href" and value == (url or "")]
    assert "alert" not in message.html


def test_a_link_of_an_alternative_stands_in_both_parts() -> None:
    message = compose(DELAYED)
    url = "https://shop.example/BC-204R?from=1&to=2"
    assert f"<{url}>" in message.text
    assert ("a", "href", url) in shown(message.html).attributes


def test_how_to_reach_us_leaves_out_what_the_shop_does_not_have() -> None:
    text = Composer(Shop("The Shop"), None, "en").compose(ANNA, [DELAYED]).text
    assert "How to reach us\n\nReply to this message\nPlease mention order SO-1001.\n\nThe Shop\n" in text


def test_the_same_news_in_any_order_gives_the_same_bytes() -> None:
    lines = CASES["mixed"]
    assert compose(*lines) == compose(*reversed(lines)) == Composer(SHOP, None, "en").compose(ANNA, lines)


@pytest.mark.parametrize(
    "text", ["O'Neil", "Bjørn <b>", "李雷", "a,b", "two\r\nlines", "{{ 7*7 }}{% endif %}", "100 %(x)s &amp;", "</td><script>x"]
)
def test_a_value_is_only_ever_a_value(text: str) -> None:
    lines = [replace(DELAYED, description=text, sku=text, order_id=text, reason=text)]
    message = compose(*lines, recipient=Recipient(text, text, "en"))
    assert f"Hello {folded(text)}," in message.text
    assert f"Order: {folded(text)}\n" in message.text
    assert folded(text) in message.subject
    assert_both_say_the_same(message)


@given(text=st.text(min_size=1, max_size=120), name=st.text(max_size=40))
def test_no_text_whatever_breaks_a_message(text: str, name: str) -> None:
    """The subject is one line of sensible length, both parts say the same, and everything can be encoded."""
    alternative = Alternative(text, text, "https://shop.example/?q=1&r=<", date(2026, 11, 25))
    line = replace(DELAYED, description=text, sku=text, reason=text, alternatives=(alternative,))
    message = compose(line, recipient=Recipient("C", name, text))
    assert len(message.subject.splitlines()) == 1
    assert len(message.subject) <= 150
    assert_both_say_the_same(message)
    (message.subject + message.text + message.html).encode()


def test_a_long_description_is_cut_at_a_word_in_the_subject_only() -> None:
    description = "Brake caliper with a very long description that goes on and on for reasons of its own"
    message = compose(replace(DELAYED, description=description))
    assert message.subject == "Your Brake caliper with a very long description that… will arrive later, by Friday, December 4, 2026"
    assert description in message.text


@pytest.mark.parametrize(
    "contradiction",
    [
        {"kind": "missed"},
        {"kind": "delayed", "expected_on": None},
        {"kind": "unknown"},
        {"kind": "advanced", "told_on": None},
    ],
)
def test_a_line_that_contradicts_itself_is_refused(contradiction: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="order SO-1001, line 1: kind"):
        replace(DELAYED, **contradiction)  # type: ignore[arg-type]


def test_a_message_without_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one line"):
        compose()


def test_a_rehearsal_writes_every_case_once() -> None:
    assert set(rehearse(COMPOSER)) == set(CASES)
