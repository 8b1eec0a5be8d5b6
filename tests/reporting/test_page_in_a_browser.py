"""The page in a real browser: drawn in light and dark, on a phone and a desk, on paper and for the ear, and it asks nobody for anything."""

from __future__ import annotations

import re

import pytest

from tests.reporting.browser import opened
from tests.reporting.conftest import Reported

PHONE, DESK = 360, 1280
DRAWN = "document.documentElement.dataset.charts"
# Text needs 4.5 to 1 against what is behind it, signs and bars 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).
TEXTS = {"--ink": ("--paper", "--band"), "--soft": ("--paper", "--band"), "--link": ("--paper",)}
SIGNS = ("--blue", "--orange", "--green", "--purple", "--red", "--grey", "--line-strong")


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_charts_are_drawn_nothing_is_requested_and_the_console_is_silent(
    reported: Reported, chromium: str, scheme: str, width: int
) -> None:
    with opened(chromium, reported.page, scheme=scheme, width=width) as page:
        page.wait_for(DRAWN)
        assert page.find(DRAWN) == "drawn"
        assert page.find("document.querySelectorAll('.drawing svg').length") == 4
        # Each has marks, and none has a size of nothing.
        assert page.find("[...document.querySelectorAll('.drawing svg')].every(s => s.querySelectorAll('.mark-group path').length > 4)")
        assert page.find("Math.min(...[...document.querySelectorAll('.drawing svg')].map(s => s.getBoundingClientRect().width))") > 250
        # The page never scrolls sideways; wide tables do, by themselves.
        assert page.find("document.documentElement.scrollWidth <= innerWidth")
        assert page.requested == [reported.page.resolve().as_uri()]
        assert page.complaints == []


def test_what_would_load_something_is_refused_by_the_page_itself(reported: Reported, chromium: str) -> None:
    with opened(chromium, reported.page) as page:
        page.wait_for(DRAWN)
        refused = page.find("fetch('http://127.0.0.1:9/').then(() => 'loaded', () => 'refused')")
        assert refused == "refused"
        assert any("Content Security Policy" in complaint for complaint in page.complaints)


def test_dark_and_light_have_colours_of_their_own_with_contrast_enough(reported: Reported, chromium: str) -> None:
    papers = set()
    for scheme in ("light", "dark"):
        with opened(chromium, reported.page, scheme=scheme) as page:
            names = [*TEXTS, "--paper", "--band", *SIGNS]
            colours = {
                name: str(page.find(f"getComputedStyle(document.documentElement).getPropertyValue('{name}').trim()")) for name in names
            }
        papers.add(colours["--paper"])
        weak = [(name, behind) for name, grounds in TEXTS.items() for behind in grounds if contrast(colours[name], colours[behind]) < 4.5]
        weak += [(name, "--paper") for name in SIGNS if contrast(colours[name], colours["--paper"]) < 3]
        assert weak == []
    assert len(papers) == 2


def test_the_colours_of_the_charts_follow_the_page_without_being_drawn_again(reported: Reported, chromium: str) -> None:
    ink = "getComputedStyle(document.querySelector('.drawing svg .role-axis-label text')).fill"
    with opened(chromium, reported.page, scheme="light") as page:
        page.wait_for(DRAWN)
        light = page.find(ink)
        page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
        dark = page.find(ink)
        page.ask("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
        on_paper = page.find(ink)
    assert light != dark
    assert on_paper == light


def test_on_paper_tables_are_whole_and_nothing_is_there_only_to_be_clicked(reported: Reported, chromium: str) -> None:
    with opened(chromium, reported.page) as page:
        page.wait_for(DRAWN)
        # A4 with usual margins, at 96 pixels to the inch.
        page.ask("Emulation.setDeviceMetricsOverride", width=718, height=1000, deviceScaleFactor=1, mobile=False)
        page.ask("Emulation.setEmulatedMedia", media="print")
        assert page.find("getComputedStyle(document.querySelector('nav')).display") == "none"
        assert page.find("[...document.querySelectorAll('table')].filter(t => t.scrollWidth > 718).map(t => t.caption.textContent)") == []
        assert page.find("[...document.querySelectorAll('.drawing svg')].every(s => s.getBoundingClientRect().right <= 718)")


def test_a_screen_reader_hears_headings_tables_and_each_chart_in_words(reported: Reported, chromium: str) -> None:
    with opened(chromium, reported.page) as page:
        page.wait_for(DRAWN)
        heard = page.spoken()
        levels = page.find("[...document.querySelectorAll('h1,h2,h3')].map(h => Number(h.tagName[1]))")
        unnamed = page.find("[...document.querySelectorAll('table')].filter(t => !t.caption || !t.querySelector('th[scope=col]')).length")
        language = page.find("document.documentElement.lang")
    pictures = [name for role, name in heard if role == "image"]
    tables = [name for role, name in heard if role == "table"]
    assert levels == [1] + [2] * 8
    assert (unnamed, language) == (0, "en")
    assert len(set(tables)) == len(tables) > 8
    assert len(pictures) == 4
    assert any("ZETA 60 days in 2026-06" in words for words in pictures)
    # The marks of a chart are silent: its words and its table say it.
    assert not [name for role, name in heard if role.startswith("graphics")]


def test_a_wide_table_on_a_phone_can_be_scrolled_by_keyboard(reported: Reported, chromium: str) -> None:
    with opened(chromium, reported.page, width=PHONE) as page:
        wide = page.find("[...document.querySelectorAll('.wide')].filter(w => w.scrollWidth > w.clientWidth).map(w => w.tabIndex)")
    assert wide
    assert set(wide) == {0}


def contrast(one: str, other: str) -> float:
    """The ratio of two colours' luminances (WCAG 2.2)."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of a colour such as #1f5fa8."""
    assert re.fullmatch(r"#[0-9a-f]{6}", colour), colour
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
