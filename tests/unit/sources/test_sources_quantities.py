"""Sources, quantities: numbers are exact, and what is ambiguous is not guessed (spec 2)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tasks.errors import ConfigurationError
from tasks.sources.quantities import Numbers, Units
from tests.unit.sources.conftest import Source


@pytest.mark.parametrize(
    ("text", "decimal", "thousands", "quantity"),
    [
        ("5", ".", None, "5"),
        ("+5.50", ".", None, "5.5"),
        ("-5", ".", None, "-5"),
        (".5", ".", None, "0.5"),
        ("5.", ".", None, "5"),
        ("1,5", ",", None, "1.5"),
        ("1.234", ",", None, None),
        ("1,234", ".", None, None),
        ("1.234", ",", ".", "1234"),
        ("1.234,5", ",", ".", "1234.5"),
        ("1234,5", ",", ".", "1234.5"),
        ("1.23", ",", ".", None),
        ("12.34.567", ",", ".", None),
        ("1,234,567.8", ".", ",", "1234567.8"),
        ("1 234,5", ",", " ", "1234.5"),
        ("1\u00a0234,5", ",", " ", "1234.5"),
        ("1\u202f234,5", ",", " ", "1234.5"),
        ("1'234.5", ".", "'", "1234.5"),
        ("1’234.5", ".", "'", "1234.5"),
        ("0.0000005", ".", None, None),
        ("0.0000015", ".", None, "0.000002"),
        ("0.0000025", ".", None, "0.000002"),
        ("0.0000014" + "9" * 40, ".", None, "0.000001"),
        ("999999999999.999999", ".", None, "999999999999.999999"),
        ("999999999999.9999995", ".", None, None),
        ("1000000000000", ".", None, None),
        ("1e5", ".", None, None),
        ("nan", ".", None, None),
        ("inf", ".", None, None),
        ("5 pcs", ".", None, None),
        ("5-", ".", None, None),
        ("٥", ".", None, None),
        ("1_000", ".", None, None),
        ("9" * 200, ".", None, None),
    ],
)
def test_a_quantity_is_exact_or_unreadable(source: Source, text: str, decimal: str, thousands: str | None, quantity: str | None) -> None:
    numbers = Numbers(source(decimal=decimal, thousands=thousands))
    assert numbers.quantity(text) == (None if quantity is None else Decimal(quantity))


@pytest.mark.parametrize(("text", "quantity"), [("1e5", Decimal(100000)), ("15E-1", Decimal("1.5")), ("1e9999", None), ("1e-9999", None)])
def test_json_and_parquet_may_write_an_exponent(source: Source, text: str, quantity: Decimal | None) -> None:
    assert Numbers(source(format="json")).quantity(text) == quantity


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("00010", 10),
        ("10.0", 10),
        ("-1", -1),
        ("10.5", None),
        ("1,000", None),
        ("ten", None),
        (str(2**63 - 1), 2**63 - 1),
        (str(2**63), None),
    ],
)
def test_a_whole_number_has_no_fraction(source: Source, text: str, whole: int | None) -> None:
    assert Numbers(source()).whole(text) == whole


def test_a_unit_is_found_exactly_first_then_in_any_case(source: Source) -> None:
    units = Units(source(units={"CS": 12, "cs": "2.5", "EA": 0.1}))
    assert [units.factor(unit) for unit in ("CS", "cs", "Cs", "ea", "PAL")] == [
        Decimal(12),
        Decimal("2.5"),
        Decimal("2.5"),
        Decimal("0.1"),
        None,
    ]


@pytest.mark.parametrize("factor", [0, -1, "a dozen", "nan"])
def test_a_factor_that_is_no_number_above_0_is_a_fault_of_the_configuration(source: Source, factor: int | str) -> None:
    with pytest.raises(ConfigurationError, match="source acme: units 'CS'"):
        Units(source(units={"CS": factor}))
