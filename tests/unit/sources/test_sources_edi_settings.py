"""Sources, EDI: settings that go with the formats x12 and edifact, and those that do not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.sources.conftest import Source


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"format": "csv", "dates": "ship"}, 'dates: for format = "x12" and "edifact" only; the format is \'csv\''),
        ({"format": "xlsx", "acknowledge": "outbound"}, "acknowledge: for format"),
        ({"format": "x12", "columns": {"eta": "Termin"}}, "columns: for the other formats only; the format is 'x12'"),
        ({"format": "edifact", "date_format": "%d.%m.%Y", "delimiter": ";"}, "date_format, delimiter: for the other formats only"),
        ({"format": "x12", "feed": "customers"}, "format 'x12' carries the feeds supplier_etas and inventory; the feed is 'customers'"),
        ({"format": "edifact", "feed": "inventory"}, "format 'edifact' carries the feeds supplier_etas; the feed is 'inventory'"),
        ({"format": "x12", "dates": "ship"}, "go together; expected both or neither"),
        ({"format": "x12", "inbound_transit_days": 3}, "go together; expected both or neither"),
        ({"format": "x12", "backorder_quantity": "guessed"}, "backorder_quantity"),
        ({"format": "x12", "date_qualifiers": {"055": "arrival"}}, "date_qualifiers"),
    ],
)
def test_a_setting_that_says_nothing_here_is_refused(source: Source, settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        source(**settings)
    assert words in str(refusal.value)
