"""Forms: a message that is filled in is, byte for byte, the one that its templates render (spec 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import ConfigurationError
from tasks.messages.blank_edition import BlankEdition
from tasks.messages.cancelling import values_can_hide
from tasks.messages.catalogues import Catalogues
from tasks.messages.composing import Alternative, Composer, LineNews, Message, Part, Recipient, Shop
from tasks.messages.forms import Forms
from tasks.messages.rehearsal import CASES
from tasks.messages.rendering import OUR_TEMPLATES, Edition
from tasks.messages.tidying import tidy_lines
from tasks.messages.wording import known_locale

SHOP = Shop("The <Shop>", "help@shop.example", "+1 555 010 0199", "https://shop.example/orders?a=1&b=2")
ANNA = Recipient("C1", "Anna Berg", "en")
NEVER = 10**9
FILLED, RENDERED = Composer(SHOP, None, "en", patience=0), Composer(SHOP, None, "en", patience=NEVER)
OFFER = "{{ say.cancel_offer(lines) }}"

# What escaping, cutting, folding, formats and templates could trip over.
WORDS = st.one_of(
    st.text(max_size=70),
    st.sampled_from(
        ["", " ", "a", "<b>&amp;</b>", "%(item)s %", "{{ x }}", "none", "hidden", "\ue000", "5\u00a0%", "Straße " * 12, "名" * 60]
    ),
)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
QUANTITIES = st.decimals(0, 10**6, places=2).map(lambda quantity: quantity.quantize(Decimal("0.000001")))
PRECISIONS = st.sampled_from(["day", "week", "month"])


@st.composite
def parts(draw: st.DrawFn) -> Part:
    on = draw(st.none() | DAYS)
    return Part(draw(QUANTITIES), on, "unknown" if on is None else draw(PRECISIONS))


@st.composite
def news(draw: st.DrawFn) -> LineNews:
    kind = draw(st.sampled_from(["delayed", "advanced", "unknown", "dated"]))
    alternatives = st.builds(Alternative, WORDS, st.none() | WORDS, st.sampled_from([None, "https://x.example/?a=1&b='2"]) | WORDS, DAYS)
    return LineNews(
        order_id=draw(st.sampled_from(["SO-1", "SO-2", "so-1"]) | WORDS),
        line_no=draw(st.integers(0, 99)),
        kind=kind,
        sku=draw(WORDS),
        description=draw(st.none() | WORDS),
        quantity=draw(QUANTITIES),
        is_told=draw(st.booleans()),
        told_on=draw(DAYS if kind in ("delayed", "advanced") else st.none() | DAYS),
        expected_on=None if kind == "unknown" else draw(DAYS),
        precision="unknown" if kind == "unknown" else draw(PRECISIONS),
        parts=tuple(draw(st.lists(parts(), max_size=3))),
        reason=draw(st.none() | WORDS),
        alternatives=tuple(draw(st.lists(alternatives, max_size=2))),
    )


RECIPIENTS = st.builds(Recipient, WORDS, st.none() | WORDS, st.sampled_from(["en", "de", "fr", "de_CH", "nonsense"]))


def assert_filled_in_as_rendered(filled: Composer, rendered: Composer, recipient: Recipient, *lines: LineNews) -> None:
    """Three times: rendered as new, made a form of, and filled in."""
    expected = rendered.compose(recipient, lines)
    assert [filled.compose(recipient, lines) for _ in range(3)] == [expected] * 3


@settings(max_examples=60, deadline=None)
@given(RECIPIENTS, st.lists(news(), min_size=1, max_size=4))
def test_a_message_filled_in_is_the_one_rendered(recipient: Recipient, lines: list[LineNews]) -> None:
    assert_filled_in_as_rendered(FILLED, RENDERED, recipient, *lines)


FEW = [line for lines in CASES.values() for line in lines]


@settings(max_examples=60, deadline=None)
@given(
    RECIPIENTS,
    st.lists(st.tuples(st.sampled_from([line for lines in CASES.values() for line in lines]), WORDS, DAYS), min_size=1, max_size=5),
)
def test_a_form_learned_from_some_lines_holds_for_others(recipient: Recipient, told: list[tuple[LineNews, str, date]]) -> None:
    """Few shapes in all orders, so that what is said about a line is put together with what was learned of another message."""
    lines = [replace(line, sku=sku, told_on=line.told_on and on, line_no=number) for number, (line, sku, on) in enumerate(told)]
    assert_filled_in_as_rendered(FILLED, RENDERED, recipient, *lines)


def forms_of_ours(locale: str) -> Forms:
    known = known_locale(locale)
    assert known is not None
    files = known, Catalogues(None).translations_for(known), None
    return Forms(Edition(*files), lambda: BlankEdition(*files), SHOP, patience=0)


@pytest.mark.parametrize("locale", ["en", "de", "fr"])
def test_every_kind_of_message_of_ours_has_a_form(locale: str) -> None:
    forms = forms_of_ours(locale)
    for lines in CASES.values():
        assert forms.message(ANNA, tidy_lines(lines)) is None, "only what comes again is worth a form"
        assert forms.message(ANNA, tidy_lines(lines)) is not None


def test_what_was_learned_of_two_messages_is_put_together_for_a_third() -> None:
    forms = forms_of_ours("en")
    first, plain = CASES["delayed in parts"][0], replace(CASES["delayed in parts"][0], parts=(), line_no=2)
    monthly, nameless = replace(plain, precision="month", line_no=3), replace(plain, description=None, line_no=3)
    for lines in ([first, plain, plain], [first, monthly, nameless]):
        for _ in range(2):
            forms.message(ANNA, lines)
    assert forms.message(ANNA, [first, plain, nameless]) is not None


def test_the_first_messages_are_rendered() -> None:
    forms = forms_of_ours("en")
    forms._patience = 2
    lines = tidy_lines(CASES["delayed"])
    assert [forms.message(ANNA, lines) is None for _ in range(5)] == [True, True, True, False, False]


LINE = replace(CASES["delayed"][0], alternatives=())
OTHERS = (
    LINE,
    replace(LINE, sku="X", description="X", line_no=2),
    replace(LINE, sku="x" * 60, description=None, reason=None, line_no=3),
    replace(LINE, precision="week", order_id="SO-9", line_no=4),
    replace(LINE, quantity=Decimal(0), expected_on=date(2026, 12, 24), line_no=5),
)


@pytest.mark.parametrize(
    "template",
    [
        "{% if lines[0].sku == 'X' %}one{% else %}other{% endif %}",
        "{% if lines[0].sku in ['X'] %}one{% endif %}",
        "{% if lines[0].sku in 'WXYZ' %}one{% endif %}",
        "{% if lines[0].sku in {'X': 1} %}one{% endif %}",
        "{% if lines[0].sku != lines[-1].sku %}differ{% endif %}",
        "{% if lines[0].sku is string %}a string{% endif %}",
        "{% if lines[0].quantity is number and lines[0].quantity > 1 %}many{% endif %}",
        "{% if lines[0].quantity %}some{% endif %}",
        "{% if lines[0].expected_on.month == 12 %}December{% endif %}",
        "{{ lines[0].expected_on.strftime('%d') }} {{ lines[0].expected_on }} {{ lines[0].line_no + 1 }}",
        "{{ lines[0].sku | upper }} {{ lines[0].sku | length }}",
        "{{ say.item(lines[0]) | upper }}",
        "{{ say.item(lines[0]) | length }} {{ say.item(lines[0])[:3] }}",
        "{% if say.item(lines[0]) == 'X' %}one{% endif %}",
        "{% set name = lines[0].sku ~ '<&>' %}{{ name }} {{ name | length }}",
        "{{ lines[0].sku | e }} {{ lines[0].description | default('none', true) }} {{ lines | map(attribute='sku') | join(', ') }}",
        "{{ lines | map(attribute='sku') | unique | list | length }} {{ (lines | sort(attribute='sku') | first).sku }}",
        "{{ '%s' | format(lines[0].sku) }} {{ '%s' % lines[0].sku }}",
        "{{ lines[0] }} {{ lines[0].sku.__class__.__name__ }}",
        "{% autoescape true %}{{ lines[0].sku }}<{% endautoescape %}{% filter upper %}{{ lines[0].sku }}{% endfilter %}",
        "{% for line in lines %}{{ line.sku }}{% if not loop.last %}{{ loop.nextitem.precision }}{% endif %}{% endfor %}",
        "{% for line in lines %}{% if loop.changed(line.precision) %}{{ line.precision }}{% endif %}{% endfor %}",
        "{% for line in lines %}{% if lines[-1].reason %}*{% endif %}{{ line.sku }}{% endfor %}",
        "{% for line in lines %}{% for other in lines %}{{ line.sku if line.reason }}{{ 1 if other.reason }}{% endfor %}{% endfor %}",
        "{% for line in lines if line.description %}{{ loop.index }} of {{ loop.length }} {{ line.sku }}{% endfor %}",
        "{% set x = namespace(n=0) %}{% for line in lines %}{% if line.reason %}{% set x.n = x.n + 1 %}{% endif %}{{ x.n }}{% endfor %}",
        "{% set all = [] %}{% for line in lines %}{% if line.reason %}{% set _ = all.append(1) %}{% endif %}{{ all | length }}{% endfor %}",
        "{% set each = joiner() %}{% for line in lines %}{% if line.reason %}{{ each() }}{{ line.sku }}{% endif %}{% endfor %}",
        "{% for line in lines %}{% if (lines | map('attr', 'reason') | list)[-1] %}*{% endif %}{% endfor %}",
        "{{ _('Hello %(name)s,', name=customer.name | upper) }} {{ _(customer.name) }}",
    ],
)
@pytest.mark.parametrize("name", ["message.txt", "message.html"])
def test_a_template_of_a_shop_may_look_at_values(tmp_path: Path, name: str, template: str) -> None:
    body = '{% import "sentences.txt" as say %}' + OFFER + template
    (tmp_path / name).write_text(body, encoding="utf-8")
    filled, rendered = (Composer(SHOP, tmp_path, "en", patience=patience) for patience in (0, NEVER))
    for line in OTHERS:
        assert_filled_in_as_rendered(filled, rendered, replace(ANNA, name="Wait."), line)
    for one in OTHERS:
        for other in OTHERS:
            assert_filled_in_as_rendered(filled, rendered, ANNA, replace(one, line_no=1), replace(other, line_no=2))


@pytest.mark.parametrize(
    ("hiding", "harmless", "hides"),
    [
        ("<p style='display:{}'>", "block", "none"),
        ("<p class={}>", "a", "a hidden"),
        ("<p {}>", "lang", "hidden"),
    ],
)
def test_an_offer_to_cancel_that_a_value_hides_is_no_offer_after_many_that_were(
    tmp_path: Path, hiding: str, harmless: str, hides: str
) -> None:
    template = (OUR_TEMPLATES / "message.html").read_text(encoding="utf-8")
    (tmp_path / "message.html").write_text(
        template.replace(OFFER, hiding.format("{{ lines[0].reason }}") + OFFER + "</p>"), encoding="utf-8"
    )
    composer = Composer(SHOP, tmp_path, "en", patience=0)

    def compose(reason: str) -> Message:
        return composer.compose(ANNA, [replace(LINE, reason=reason)])

    for _ in range(3):
        compose(harmless)
    with pytest.raises(ConfigurationError, match="must offer to cancel"):
        compose(hides)


@pytest.mark.parametrize(
    ("html", "can_hide"),
    [
        ("<p>@</p>", False),
        ('<p>@<a class="link" href="mailto:@" style="color:red">@</a></p>', False),
        ("<p lang='@'>", False),
        ("<!-- @ --><style>@</style><p>", False),
        ("<p lang=@>", True),
        ("<p @>", True),
        ("<@>", True),
        ('<p style="color:@">', True),
        ('<p STYLE = "color:@">', True),
        ('<p hidden="@">', True),
    ],
)
def test_a_value_can_hide_what_it_stands_in_the_tag_of(html: str, can_hide: bool) -> None:
    assert values_can_hide(html, "@") == can_hide
