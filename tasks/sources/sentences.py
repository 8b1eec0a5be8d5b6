"""Sentences: how places, names and found texts are written in the sources' messages.

In: names and texts of a file. Out: pieces of a sentence, short enough to read.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

MOST_NAMES = 12
MOST_CHARACTERS = 80


def listed(names: Collection[str], most: int = MOST_NAMES) -> str:
    """Names in quotes; a long list is cut."""
    return ", ".join(map(repr, islice(names, most))) + (", …" if len(names) > most else "")


def columns_named(names: Collection[str]) -> str:
    """ "the column 'a'", or "the columns 'a', 'b'"."""
    return f"the column{'' if len(names) == 1 else 's'} {listed(names)}"


def start_of(text: str) -> str:
    """A text found in a file, in quotes, cut where it gets long."""
    return repr(text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…")
