"""Hand-worked cases of the oracle's calendar and of its reading of cells."""

from __future__ import annotations

from datetime import date

import pytest
from oracle_cells import BadRowError, Eta, eta, whole
from oracle_days import Calendar

CHRISTMAS = Calendar.of({date(2026, 12, 25), date(2027, 1, 1)})


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 12, 4), date(2026, 12, 4), 0),
        (date(2026, 12, 4), date(2026, 12, 6), 0),
        (date(2026, 12, 4), date(2026, 12, 7), 1),
        (date(2026, 12, 7), date(2026, 12, 4), 0),
        (date(2026, 12, 24), date(2026, 12, 28), 1),
    ],
)
def test_business_days_from_a_to_b_are_those_after_a_up_to_b(first: date, last: date, count: int) -> None:
    assert CHRISTMAS.between(first, last) == count


def test_a_day_off_moves_to_the_next_business_day() -> None:
    assert CHRISTMAS.on_or_after(date(2026, 12, 25)) == date(2026, 12, 28)
    assert CHRISTMAS.plus(date(2026, 12, 24), 1) == date(2026, 12, 28)
    assert CHRISTMAS.plus(date(2026, 12, 24), 0) == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("2026-12-04", Eta(date(2026, 12, 4), date(2026, 12, 4), "day")),
        ("2026-W49", Eta(date(2026, 11, 30), date(2026, 12, 6), "week")),
        ("2026-12", Eta(date(2026, 12, 1), date(2026, 12, 31), "month")),
        ("2026-W53", Eta(date(2026, 12, 28), date(2027, 1, 3), "week")),
        (None, Eta(None, None, "unknown")),
        ("tbd", Eta(None, None, "unknown")),
        ("N/A", Eta(None, None, "unknown")),
        ("9999-12-31", Eta(None, None, "unknown")),
        ("9999-W01", Eta(None, None, "unknown")),
    ],
)
def test_an_eta_carries_its_precision(text: str | None, meaning: Eta) -> None:
    assert eta(text) == meaning


@pytest.mark.parametrize("text", ["soon", "2026-13", "2026-02-30", "2025-W53", "04.12.2026"])
def test_anything_else_is_no_eta(text: str) -> None:
    with pytest.raises(BadRowError):
        eta(text)


def test_leading_zeros_do_not_make_another_line() -> None:
    assert whole("00010", "line_no") == 10
