"""Partner: how one supplier's messages are to be read, as its source says (docs/edi.md).

In: a source. Out: `Partner`: date qualifiers with the source's own laid over the standard's, item numbers in order of preference, readings.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tasks.settings import SourceSettings
from tasks.sources.edi import date_qualifiers
from tasks.sources.edi.date_qualifiers import Qualifier
from tasks.sources.edi.envelope import Syntax
from tasks.sources.quantities import Units

# Item numbers in order of preference: ours first (the buyer's), then the supplier's, then the trade's. X12 element 235, UN/EDIFACT 7143.
SKU_QUALIFIERS: dict[Syntax, tuple[str, ...]] = {
    "x12": (
        "BP", "IN", "CB", "PI", "SK", "VP", "VN", "VC", "VA", "MG", "MF", "MN", "PN", "UP", "EN", "UK", "UA", "UI", "UD", "EO", "IB",
    ),
    "edifact": ("IN", "BP", "SK", "SA", "VN", "VP", "MF", "MP", "SRV", "EN", "UP", "IB"),
}  # fmt: skip
# What of a stock report is on hand: X12 element 673.
STOCK_QUALIFIERS = ("17", "33")


@dataclass(frozen=True)
class Partner:
    """What the readers of messages need to know of a source. `ship_days` is None where ship dates are not taken."""

    sku_qualifiers: tuple[str, ...]
    date_qualifiers: dict[str, Qualifier]
    ship_days: int | None
    backorder_quantity: str
    stock_qualifiers: tuple[str, ...]
    units: Units
    decimal: str
    strict_envelope: bool

    @classmethod
    def of(cls, source: SourceSettings, syntax: Syntax) -> Partner:
        """The partner of a source."""
        known = date_qualifiers.X12 if syntax == "x12" else date_qualifiers.EDIFACT
        own = {
            code: Qualifier(kind, known[code].meaning if code in known else "as the source says", 5)
            for code, kind in source.date_qualifiers.items()
        }
        return cls(
            sku_qualifiers=tuple(source.sku_qualifiers) or SKU_QUALIFIERS[syntax],
            date_qualifiers=known | own,
            ship_days=(source.inbound_transit_days or 0) if source.dates == "ship" else None,
            backorder_quantity=source.backorder_quantity,
            stock_qualifiers=tuple(source.stock_qualifiers) or STOCK_QUALIFIERS,
            units=Units(source),
            decimal=source.decimal,
            strict_envelope=source.strict_envelope,
        )

    def written(self, number: Decimal) -> str:
        """A number as this source's cells are read."""
        return format(number, "f").replace(".", self.decimal)
