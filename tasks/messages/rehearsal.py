"""Rehearsal: every kind of message written once with made-up lines, so that a template's fault is found before a customer waits.

In: a composer. Out: the messages; a fault is the ConfigurationError that a real message would have met.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from tasks.messages.composing import Composer
from tasks.messages.news import Alternative, LineNews, Message, Part, Recipient

_TOLD, _SOON, _EARLY, _LATE = date(2026, 11, 20), date(2026, 12, 4), date(2026, 11, 12), date(2027, 1, 6)

_DELAYED = LineNews(
    "SO-1001", 1, "delayed", "BC-204", "Brake caliper, front left", Decimal(2), True, _TOLD, _SOON, "day",
    reason="The foundry is closed until 30 November",
    alternatives=(
        Alternative("BC-204R", "Brake caliper, front left, remanufactured", "https://shop.example/BC-204R?from=1&to=2", date(2026, 11, 25)),
        Alternative("BC-7,1", None, None, date(2026, 11, 27)),
    ),
)  # fmt: skip
_IN_PARTS = LineNews(
    "SO-1002", 1, "delayed", "RD-88", "Brake disc, 345 mm", Decimal(5), True, _TOLD, _LATE, "week",
    parts=(Part(Decimal(2), _SOON, "day"), Part(Decimal(3), _LATE, "week")),
)  # fmt: skip
_UNKNOWN = replace(
    _DELAYED, kind="unknown", order_id="SO-1003", sku="PAD,1", description="Pad set, rear", expected_on=None, precision="unknown"
)
_UNKNOWN_IN_PARTS = replace(_UNKNOWN, parts=(Part(Decimal(1), _SOON, "day"), Part(Decimal(1), None, "unknown")))
_FIRST_UNKNOWN = replace(_UNKNOWN, is_told=False, told_on=None, description=None, reason=None, alternatives=())
_FIRST_UNKNOWN_IN_PARTS = replace(_FIRST_UNKNOWN, parts=_UNKNOWN_IN_PARTS.parts)
_DATED = LineNews("SO-1004", 3, "dated", "FL-1L", "Brake fluid by the litre", Decimal("2.500000"), True, None, _SOON, "day")
_FIRST_DATED = replace(_DATED, is_told=False, expected_on=_LATE, precision="month")
_ADVANCED = LineNews("SO-1004", 4, "advanced", "CLIP", None, Decimal(1200), True, _TOLD, _EARLY, "day")

# One line of every kind in every shape, several of one kind, and all kinds together.
CASES: Mapping[str, tuple[LineNews, ...]] = MappingProxyType({
    "delayed": (_DELAYED,),
    "delayed in parts": (_IN_PARTS,),
    "unknown": (_UNKNOWN,),
    "unknown in parts": (_UNKNOWN_IN_PARTS,),
    "first unknown": (_FIRST_UNKNOWN,),
    "first unknown in parts": (_FIRST_UNKNOWN_IN_PARTS,),
    "dated": (_DATED,),
    "first dated": (_FIRST_DATED,),
    "advanced": (_ADVANCED,),
    "several delayed": (_DELAYED, _IN_PARTS),
    "several unknown": (_UNKNOWN, _FIRST_UNKNOWN),
    "several dated": (_DATED, _FIRST_DATED),
    "several advanced": (_ADVANCED, replace(_ADVANCED, line_no=5)),
    "mixed": (_DELAYED, _IN_PARTS, _UNKNOWN, _DATED, _ADVANCED),
})  # fmt: skip


def rehearse(composer: Composer, locale: str = "en") -> dict[str, Message]:
    """Compose every case of CASES. Raises ConfigurationError at the first that cannot be rendered or lost its offer to cancel."""
    named, nameless = Recipient("rehearsal", "Anna O'Neil", locale), Recipient("rehearsal", None, locale)
    composer.compose(nameless, CASES["delayed"])
    return {case: composer.compose(named, lines) for case, lines in CASES.items()}
