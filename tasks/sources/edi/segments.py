"""Segments: what both syntaxes, X12 and EDIFACT, are made of.

In: texts that the tokenizer found. Out: `Segment`, whose parts are asked for by the numbers that the standards give them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

TAG = re.compile(r"[A-Z][A-Z0-9]{1,2}", re.ASCII)


@dataclass(frozen=True)
class Segment:
    """One segment. `parts`: the elements, each a tuple of its components; the first is the tag. `number`: its place in the file, from 1;
    `is_ended`: false for the last one of a file that was cut before its terminator."""

    number: int
    parts: tuple[tuple[str, ...], ...]
    raw: str
    decimal: str = "."
    is_ended: bool = True

    @property
    def tag(self) -> str:
        return self.parts[0][0]

    @property
    def is_sound(self) -> bool:
        """Whether the tag can be one; if not, the segment may have been anything."""
        return TAG.fullmatch(self.tag) is not None

    def at(self, element: int, component: int = 1) -> str:
        """The text of an element or component, counted from 1 as in the standards; empty where there is none."""
        if element >= len(self.parts) or component > len(self.parts[element]):
            return ""
        return self.parts[element][component - 1].strip()

    def pairs(self, first: int) -> Iterator[tuple[str, str]]:
        """The (qualifier, value) pairs that stand in elements from `first` on; one without a value is left out."""
        for place in range(first, len(self.parts) - 1, 2):
            if self.at(place) and self.at(place + 1):
                yield self.at(place), self.at(place + 1)
