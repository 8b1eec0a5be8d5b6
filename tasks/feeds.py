"""The six feeds and their columns, as data (spec 2).

A column's `kind` says what its text is turned into; `required` that the file (or a constant) must have the column;
`filled` that an empty cell is a row for quarantine; `default` what an empty or missing cell means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "whole", "decimal", "day", "instant", "flag", "eta", "word"]


@dataclass(frozen=True)
class Column:
    """One column of a feed. `words` are the values a `word` column may have."""

    name: str
    kind: Kind = "text"
    required: bool = False
    filled: bool = False
    default: str | None = None
    words: tuple[str, ...] = ()


def _key(name: str, kind: Kind = "text") -> Column:
    return Column(name, kind, required=True, filled=True)


_WAREHOUSE = Column("warehouse_id", default="main")

FEEDS: dict[str, tuple[Column, ...]] = {
    "supplier_etas": (
        _key("supplier_id"),
        _key("po_number"),
        Column("po_line"),  # empty: the SKU
        Column("slice_no", "whole"),
        _key("sku"),
        _WAREHOUSE,
        _key("quantity", "decimal"),
        Column("eta", "eta", required=True),
        Column("status", "word", default="open", words=("open", "shipped", "received", "cancelled")),
        Column("unit"),
        Column("stated_at", "instant"),
        Column("reason"),
    ),
    "order_lines": (
        _key("order_id"),
        _key("line_no", "whole"),
        _key("customer_id"),
        _key("sku"),
        _WAREHOUSE,
        _key("quantity_open", "decimal"),
        _key("ordered_at", "instant"),
        Column("promised_on", "day"),
        Column("priority", "whole", default="100"),
        Column("status", "word", default="open", words=("open", "shipped", "cancelled")),
        Column("po_number"),
        Column("po_line"),
        Column("partial_ok", "flag", default="true"),
        Column("sales_rep_id"),
        Column("country"),
        Column("description"),
    ),
    "customers": (
        _key("customer_id"),
        Column("email", required=True),  # empty or unusable: the decision `no_contact`, not quarantine
        Column("name"),
        Column("locale", default="en"),
        Column("timezone", default="UTC"),
        Column("country"),
        Column("notify", "word", default="email", words=("email", "none")),
    ),
    "inventory": (_key("sku"), _WAREHOUSE, _key("on_hand", "decimal")),
    "alternatives": (
        _key("sku"),
        _key("alternative_sku"),
        Column("name"),
        Column("url"),
        Column("available_on", "day"),
    ),
    "staff": (
        _key("staff_id"),
        Column("role", "word", required=True, filled=True, words=("sales", "warehouse")),
        Column("email", required=True),
        Column("name"),
        Column("warehouse_id"),
    ),
}
