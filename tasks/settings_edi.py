"""Which settings of a source go with which format: EDI messages have dates and codes of their own, and no titles.

In: what is set. Out: nothing, or ValueError with a sentence that becomes a configuration error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EDI_FORMATS = {"x12": ("supplier_etas", "inventory"), "edifact": ("supplier_etas",)}
ONLY_EDI = (
    "dates", "inbound_transit_days", "backorder_quantity", "sku_qualifiers", "date_qualifiers", "stock_qualifiers", "strict_envelope",
    "acknowledge",
)  # fmt: skip
# Where things stand in a message is the standard's business.
NEVER_EDI = ("columns", "date_format", "delimiter", "thousands", "parts")


def require_edi_settings_fit(given: Mapping[str, Any], form: str, feed: str) -> None:
    """Raise ValueError for settings that say nothing in this format, for a feed that no message carries, for ship dates without days."""
    feeds = EDI_FORMATS.get(form)
    unfit = sorted(key for key in (NEVER_EDI if feeds else ONLY_EDI) if key in given)
    if unfit:
        formats = "the other formats" if feeds else 'format = "x12" and "edifact"'
        raise ValueError(f"{', '.join(unfit)}: for {formats} only; the format is {form!r}")
    if not feeds:
        return
    if feed not in feeds:
        raise ValueError(f"format {form!r} carries the feeds {' and '.join(feeds)}; the feed is {feed!r}")
    if (given.get("dates") == "ship") != (given.get("inbound_transit_days") is not None):
        raise ValueError('dates = "ship" and inbound_transit_days go together; expected both or neither')
