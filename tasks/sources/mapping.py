"""Mapping: which column of a file feeds which column of the feed (spec 9: `columns`; others are matched by name).

In: a source and the headers that a file has. Out: for each feed column the header's place, and what is missing or there twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.errors import FileRejected
from tasks.feeds import FEEDS
from tasks.settings import SourceSettings
from tasks.sources.sentences import columns_named


@dataclass(frozen=True)
class Wanted:
    """The headers that a source's files must have and may have, by feed column; `needed`: those that the feed cannot do without."""

    must: dict[str, str]
    may: dict[str, str]
    needed: frozenset[str]


@dataclass(frozen=True)
class Located:
    """Where the wanted headers stand: feed column -> place; the headers that are missing; those that stand there twice."""

    places: dict[str, int]
    missing: list[str]
    twice: list[str]

    def checked(self, where: str) -> dict[str, int]:
        """The places. Raises FileRejected when a wanted header is missing or stands there twice."""
        if self.missing:
            raise FileRejected(f"expected {columns_named(self.missing)} in {where}, found none; see `columns` of the source")
        if self.twice:
            raise FileRejected(f"expected each column once, found {columns_named(self.twice)} more than once in {where}")
        return self.places


def wanted_headers(source: SourceSettings) -> Wanted:
    """What a source looks for: a constant needs no header, a mapped or required column must be there, any other may be."""
    must: dict[str, str] = {}
    may: dict[str, str] = {}
    mapped = {header.strip().casefold() for header in source.columns.values()}
    for column in FEEDS[source.feed]:
        if column.name in source.constants:
            continue
        if column.name in source.columns:
            must[column.name] = source.columns[column.name].strip()
        elif column.required:
            must[column.name] = column.name
        elif column.name not in mapped:
            # A header that the source maps to another column does not feed this one by the chance of its name as well.
            may[column.name] = column.name
    needed = frozenset(column.name for column in FEEDS[source.feed] if column.required)
    return Wanted(must, may, needed)


def locate(wanted: Wanted, headers: Sequence[str]) -> Located:
    """Find the wanted headers among those of a file: stripped, exactly as written first, then in any case."""
    exact: dict[str, list[int]] = {}
    folded: dict[str, list[int]] = {}
    for place, header in enumerate(headers):
        name = header.strip()
        exact.setdefault(name, []).append(place)
        folded.setdefault(name.casefold(), []).append(place)
    places: dict[str, int] = {}
    missing: list[str] = []
    twice: list[str] = []
    for feed_column, header in (wanted.must | wanted.may).items():
        found = exact.get(header) or folded.get(header.casefold(), [])
        if found:
            places[feed_column] = found[0]
        elif feed_column in wanted.must:
            missing.append(header)
        if len(found) > 1:
            twice.append(header)
    return Located(places, missing, list(dict.fromkeys(twice)))
