"""Digests: what staff read, in the shop's language, escaped, the same in text and HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tasks.errors import ConfigurationError
from tasks.feed_ages import FeedAge
from tasks.messages.cancelling import visible_text
from tasks.messages.digest_composing import DigestComposer
from tasks.messages.digest_news import SECTIONS, CustomerLine, DigestNews, Section, SupplyLine
from tasks.messages.news import Message

CALL = CustomerLine(
    customer_id="C1",
    customer_name="Anna Berg",
    order_id="SO-1",
    line_no=2,
    sku="LAMP",
    description="Brass lamp",
    quantity=Decimal("3.000000"),
    kind="delayed",
    is_told=True,
    from_on=date(2026, 12, 1),
    expected_on=date(2026, 12, 8),
    precision="day",
    days_later=7,
    cause="supplier",
    supplier_id="ACME",
    po_number="PO1",
    po_line="10",
    supplier_reason="Casting line down",
    standing="no_contact",
    detail=None,
    is_new=False,
)
SUPPLY = SupplyLine(
    kind=None, supplier_id="ACME", po_number="PO1", po_line="10", sku="LAMP", warehouse_id="main", quantity=Decimal("20.000000"),
    from_quantity=Decimal(30), from_on=date(2026, 12, 1), eta_latest_on=date(2026, 12, 8), eta_precision="day", days=7, reason=None,
)  # fmt: skip
NEWS = DigestNews("daily", "Sam", date(2026, 12, 2), date(2026, 12, 1), date(2026, 12, 16), ())
COMPOSER = DigestComposer("The Shop", "en")
# As statements give them: every kind and standing that the templates have words for.
STANDINGS = {
    "call": ("call", "no_contact", "opted_out", "suppressed", "unreachable", "baseline", "undelivered", "bounced", "dropped"),
    "waiting": ("held", "pending", "sending", "uncertain", "failed", "waiting", "unconfirmed"),
    "told": ("accepted", "delivered", "person"),
}
SUPPLY_KINDS = ("unknown", "withdrawn", "delayed", "quantity", "dated", "advanced", "new", "arrived")


def section(name: str, *lines: CustomerLine | SupplyLine, in_all: int = 0) -> Section:
    return Section(name, lines, in_all or len(lines))


def compose(*sections: Section, composer: DigestComposer = COMPOSER, **news: object) -> Message:
    return composer.compose(replace(NEWS, sections=sections, **news))  # type: ignore[arg-type]


def everything() -> DigestNews:
    """News with a line of every kind in every section."""
    lines = {name: tuple(replace(CALL, standing=standing) for standing in standings) for name, standings in STANDINGS.items()}
    causes = ("supplier", "stock", "demand", "quantity", "absence", "overdue", "settings")
    lines["moved"] = tuple(replace(CALL, standing=None, cause=cause, days_later=-1) for cause in causes)
    supply = {
        "overdue": (SUPPLY, replace(SUPPLY, days=1)),
        "supply_moved": tuple(replace(SUPPLY, kind=kind) for kind in SUPPLY_KINDS),
        "expected": (SUPPLY, replace(SUPPLY, eta_precision="week"), replace(SUPPLY, eta_latest_on=date(2026, 12, 1))),
    }
    sections = tuple(section(name, *(lines | supply)[name], in_all=20) for name in SECTIONS)
    return replace(NEWS, sections=sections, late_feeds=(FeedAge("acme", 50.4, 48), FeedAge("portal", None, 0.5)))


def test_a_line_to_call_about_says_whom_what_how_late_why_and_how_to_record_it() -> None:
    assert compose(section("call", CALL)) .text == (
        "Hello Sam,\n"
        "\n"
        "This is where things stand on Wednesday, December 2, 2026, and what is new since December 1, 2026.\n"
        "\n"
        "Call first: no message reached these customers\n"
        "Call, then record what you said; the line then leaves this list: tellwhen told ORDER LINE --on DAY --by YOU\n"
        "\n"
        "Anna Berg (C1)\n"
        "3 × Brass lamp (item no. LAMP)\n"
        "Told before: Tuesday, December 1, 2026\n"
        "Now: by Tuesday, December 8, 2026 (7 days later)\n"
        "Cause: the supplier says so; PO PO1/10 of ACME: Casting line down\n"
        "Why: we have no e-mail address that can be used\n"
        "Order: SO-1, line 2\n"
        "\n"
        "The Shop\n"
    )  # fmt: skip


def test_the_subject_counts_all_lines_of_each_section_and_the_old_feeds() -> None:
    message = compose(section("call", CALL, in_all=1200), section("told", CALL), late_feeds=(FeedAge("acme", 50, 48),))
    assert message.subject == "December 2, 2026: 1,200 lines to call about, 1 told, 1 old feed"
    assert compose(section("call", CALL), occasion="calls").subject == "Please call: 1 line to call about"


def test_a_call_list_says_that_no_message_can_help() -> None:
    assert "No message can settle these lines: their customers need a call." in compose(section("call", CALL), occasion="calls").text


def test_what_there_is_no_room_for_is_counted() -> None:
    assert "\nAnd 41 more.\n" in compose(section("call", CALL, in_all=42)).text
    assert "more." not in compose(section("call", CALL)).text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"from_on": None, "days_later": None}, "Told before: no date\n"),
        ({"from_on": None, "days_later": None, "is_told": False}, "Told before: nothing\n"),
        ({"expected_on": None, "days_later": None}, "Now: we do not know yet\n"),
        ({"precision": "month"}, "Now: by December 8, 2026 at the latest (7 days later)\n"),
        ({"days_later": -1}, "(1 day earlier)\n"),
        ({"customer_name": None}, "\nC1\n"),
        ({"is_new": True}, "\nAnna Berg (C1) – new\n"),
        ({"description": None}, "\n3 × item no. LAMP\n"),
        ({"po_number": None, "cause": "demand"}, "Cause: other orders are served first\n"),
    ],
)  # fmt: skip
def test_what_a_line_lacks_is_said_in_words(change: dict[str, object], said: str) -> None:
    assert said in compose(section("call", replace(CALL, **change))).text  # type: ignore[arg-type]


def test_what_is_held_says_why_and_is_not_called_told() -> None:
    text = compose(section("waiting", replace(CALL, standing="held", detail="too many at once"))).text
    assert "Not told yet\n" in text
    assert "Why: the message is held until a person releases or discards it: too many at once\n" in text


def test_who_told_a_customer_is_named() -> None:
    assert "Told: by Pat\n" in compose(section("told", replace(CALL, standing="person", detail="Pat"))).text


@pytest.mark.parametrize(
    ("line", "name", "said"),
    [
        (SUPPLY, "overdue", "was due on Tuesday, December 8, 2026, 7 days ago"),
        (replace(SUPPLY, kind="delayed", reason="Ship late"), "supply_moved", "later: Tuesday, December 8, 2026; it was December 1, 2026"),
        (replace(SUPPLY, kind="quantity"), "supply_moved", "20 in place of 30"),
        (replace(SUPPLY, kind="new", eta_latest_on=None), "supply_moved", "new, without a date"),
        (SUPPLY, "expected", "\nTuesday, December 8, 2026\n"),
        (replace(SUPPLY, eta_latest_on=date(2026, 12, 1)), "expected", "Tuesday, December 1, 2026 has passed; it is still counted on"),
    ],
)
def test_a_delivery_says_what_when_and_whose(line: SupplyLine, name: str, said: str) -> None:
    text = compose(section(name, line)).text
    assert said in text
    assert "\n20 × item no. LAMP\n" in text
    assert "PO PO1/10 of ACME, to warehouse main" in text


def test_old_feeds_say_how_old_they_are_and_one_without_a_file_says_so() -> None:
    text = compose(late_feeds=(FeedAge("acme", 50.4, 48), FeedAge("portal", None, 24))).text
    assert "- acme: last file accepted 50 hours ago; expected every 48 hours\n- portal: no file was ever accepted\n" in text


def test_a_digest_with_nothing_to_say_is_not_written() -> None:
    with pytest.raises(ValueError, match="nothing to say"):
        compose()


@pytest.mark.parametrize("locale", ["en", "de", "de-AT", "fr", "fr-CA"])
def test_html_shows_each_sentence_of_the_text_in_every_language(locale: str) -> None:
    message = DigestComposer("The Shop", locale).compose(everything())
    shown = visible_text(message.html)
    assert f'<html lang="{locale}"' in message.html
    assert not [line for line in message.text.splitlines() if " ".join(line.removeprefix("- ").split()) not in shown]


@pytest.mark.parametrize(("locale", "said"), [("de-AT", "20 statt 30"), ("fr", "20 au lieu de 30"), ("nl", "20 in place of 30")])
def test_the_default_locale_decides_the_language_and_english_stands_in_for_one_that_is_not_there(locale: str, said: str) -> None:
    assert said in DigestComposer("The Shop", locale).compose(everything()).text


def test_a_catalogue_that_lacks_a_sentence_of_digests_leaves_them_whole_in_english(tmp_path: Path) -> None:
    path = tmp_path / "nl" / "LC_MESSAGES" / "tellwhen.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Now:"\nmsgstr "Nu:"\n', encoding="utf-8")
    text = DigestComposer("The Shop", "nl", tmp_path).compose(everything()).text
    assert "Now:" in text
    assert "Nu:" not in text
    with pytest.raises(ConfigurationError, match="no folder"):
        DigestComposer("The Shop", "nl", tmp_path / "nowhere")


def test_no_value_is_read_as_markup_or_breaks_a_line() -> None:
    texts = (
        "customer_id",
        "customer_name",
        "order_id",
        "sku",
        "description",
        "supplier_id",
        "po_number",
        "po_line",
        "supplier_reason",
        "detail",
    )
    bad = replace(CALL, standing="held", **{name: f"<b>{name}</b>\r\n\u202e&" for name in texts})  # type: ignore[arg-type]
    keys = ("supplier_id", "po_number", "po_line", "sku", "warehouse_id", "reason")
    goods = replace(SUPPLY, **dict.fromkeys(keys, "<i>\n</i>"))  # type: ignore[arg-type]
    message = compose(section("waiting", bad), section("expected", goods), name="<u>Sam\n</u>", late_feeds=(FeedAge("<s>", None, 1),))
    assert not re.search(r"<[bius]>", message.html)
    assert "\u202e" not in message.text + message.html + message.subject
    for name in texts:
        assert f"<b>{name}</b> &" in message.text
        assert f"&lt;b&gt;{name}&lt;/b&gt; &amp;" in message.html


def test_the_same_news_give_the_same_bytes() -> None:
    assert DigestComposer("The Shop", "en").compose(everything()) == COMPOSER.compose(everything())
