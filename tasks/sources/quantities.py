"""Quantities: a supplier's way of writing numbers becomes exact decimals and whole numbers, never floats.

In: a text and the source's notation and units. Out: `Decimal` (at most decimal(18,6)), `int`, or None: unreadable.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

from tasks.errors import ConfigurationError
from tasks.settings import SourceSettings

SCALE = Decimal("0.000001")
LIMIT = Decimal(10) ** 12  # decimal(18,6) holds twelve digits before the point
LONGEST = 100  # characters; whatever is longer is no quantity
LARGEST_WHOLE = 2**63

# Wide enough that a product of two readable numbers is exact.
EXACT = Context(prec=4 * LONGEST, rounding=ROUND_HALF_EVEN)

# People type a space that does not break, and a typographic apostrophe.
THOUSANDS = {" ": " \u00a0\u202f", "'": "'\u2019"}


class Numbers:
    """Reads the numbers of one source: its `decimal` and `thousands` signs; JSON and Parquet may use an exponent as well."""

    def __init__(self, source: SourceSettings) -> None:
        self.decimal = source.decimal
        signs = THOUSANDS.get(source.thousands, source.thousands) if source.thousands else ""
        point = re.escape(source.decimal)
        grouped = rf"[0-9]{{1,3}}(?:[{re.escape(signs)}][0-9]{{3}})+|" if signs else ""
        exponent = r"(?:[eE][+-]?[0-9]{1,4})?" if source.format not in ("csv", "xlsx") else ""
        self.expression = re.compile(rf"[+-]?(?:(?:{grouped}[0-9]+)(?:{point}[0-9]*)?|{point}[0-9]+){exponent}")
        self.separators = str.maketrans(dict.fromkeys(signs) | {source.decimal: "."})

    def number(self, text: str) -> Decimal | None:
        """The number, exact; None for anything else, such as '1.234' where the decimal sign is a comma and no thousands sign is set."""
        if len(text) > LONGEST or not self.expression.fullmatch(text):
            return None
        return Decimal(text.translate(self.separators))

    def quantity(self, text: str, factor: Decimal = Decimal(1)) -> Decimal | None:
        """The number times `factor`, rounded half-even to six decimals; None if that does not fit decimal(18,6)."""
        number = self.number(text)
        return None if number is None else fitted(EXACT.multiply(number, factor))

    def whole(self, text: str) -> int | None:
        """A whole number: '00010' and '10.0' are 10; None for anything with a fraction or beyond 64 bits."""
        number = self.number(text)
        if number is None or number.copy_abs() >= LARGEST_WHOLE or number != number.to_integral_value():
            return None
        return int(number)

    def written(self, number: float) -> str:
        """A number of the configuration file, as this source would write it."""
        return format(Decimal(str(number)), "f").replace(".", self.decimal)


def fitted(number: Decimal) -> Decimal | None:
    """The number with six decimals, or None if it is too large for decimal(18,6), or too small."""
    if number.copy_abs() >= LIMIT:
        return None
    rounded = number.quantize(SCALE, context=EXACT)
    # What would vanish by rounding is refused: a quantity of 0 closes a line.
    return None if rounded.copy_abs() >= LIMIT or (rounded == 0 and number != 0) else rounded


class Units:
    """A source's `units`: how many of ours one of theirs is (spec 2). Names are compared exactly, then in any case."""

    def __init__(self, source: SourceSettings) -> None:
        """Raises ConfigurationError for a factor that is no number above 0."""
        problems = []
        self.factors: dict[str, Decimal] = {}
        for unit, written in source.units.items():
            try:
                factor = Decimal(str(written))
            except InvalidOperation:
                factor = Decimal("NaN")
            if not factor.is_finite() or factor <= 0:
                problems.append(f"source {source.name}: units {unit!r} is {written!r}; expected a number above 0")
            self.factors[unit.strip()] = factor
        if problems:
            raise ConfigurationError(problems)
        self.folded = {unit.casefold(): factor for unit, factor in self.factors.items()}

    def factor(self, unit: str) -> Decimal | None:
        """How many of our units it is; None for a unit that the source does not name."""
        return self.factors.get(unit) or self.folded.get(unit.casefold())
