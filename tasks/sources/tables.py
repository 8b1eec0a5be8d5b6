"""Tables: where in a CSV or a sheet the source's table begins and where it ends.

In: records of a file that may have titles, headers that come again, and other tables after ours. Out: the records of our table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from tasks.errors import FileRejected
from tasks.sources.mapping import Wanted, locate
from tasks.sources.records import Record
from tasks.sources.sentences import columns_named, listed

OTHER_DELIMITERS = (",", ";", "\t", "|")

# In a table of one or two columns a row with one filled cell is data.
NARROWEST_WITH_TITLES = 3


class HeaderMissing(FileRejected):
    """No row holds all wanted headers; `lacking` is how many the nearest one lacks."""

    def __init__(self, sentence: str, lacking: int) -> None:
        self.lacking = lacking
        super().__init__(sentence)


@dataclass(frozen=True)
class Table:
    """A table's header: feed column -> place of its cell, and the header's own cells as they stand in the file."""

    places: dict[str, int]
    cells: tuple[str, ...]

    @cached_property
    def headers(self) -> tuple[str, ...]:
        return trimmed(self.cells)

    def problem(self, record: Record) -> str | None:
        """The sentence for a record that does not fit under the header, or None. Empty cells at the end are harmless."""
        width, found = len(self.headers), len(record.cells)
        if found > width:
            found = max(width, len(trimmed(record.cells)))
        if record.problem or found == width:
            return record.problem
        return f"the row has {found} cells; expected {width}, as in the header"

    @cached_property
    def _names(self) -> set[str]:
        return {name for name in map(str.casefold, self.headers) if any(map(str.isalpha, name))}

    @cached_property
    def signs(self) -> set[str]:
        """The texts that a cell of a header may be."""
        return set(self.cells).union(self.headers, self._names, map(str.upper, self._names)) - {""}

    @cached_property
    def _folded(self) -> tuple[str, ...]:
        return tuple(map(str.casefold, self.headers))

    def is_header(self, cells: Sequence[str]) -> bool:
        """Whether a row is this header again, or that of another table like ours."""
        # The cheap look first: nearly no row of data has a cell that is a header's name.
        if self.signs.isdisjoint(cells):
            return False
        return self.is_own_header(cells) or _is_header_of_another(tuple(map(str.casefold, trimmed(cells))), self._names)

    def is_own_header(self, cells: Sequence[str]) -> bool:
        """Whether a row is this header again."""
        return tuple(map(str.casefold, trimmed(cells))) == self._folded


def find_table(records: Iterator[Record], wanted: Wanted, delimiter: str | None) -> Table:
    """Read up to the header: the first row that holds all wanted headers. Leaves `records` at the row after it.

    `delimiter`: what divides the cells, if anything does. Raises HeaderMissing when there is none (naming what the nearest row lacks),
    FileRejected when it has a wanted header twice.
    """
    nearest: Record | None = None
    lacking: list[str] = []
    for record in records:
        if is_blank(record.cells):
            continue
        located = locate(wanted, record.cells)
        if not located.missing:
            return Table(located.checked(f"the header, row {record.number}"), tuple(record.cells))
        if nearest is None or len(located.missing) < len(lacking):
            nearest, lacking = record, located.missing
    raise HeaderMissing(_no_header(wanted, nearest, lacking, delimiter), len(lacking if nearest else wanted.must))


def rows_of(table: Table, records: Iterator[Record]) -> Iterator[Record]:
    """The table's rows: up to the next table (and again from where our header comes again), without blank rows and headers.

    A title is a row with one cell only. It may stand before another header, so it is held back until the row after it is known,
    and given out if anything but a header follows: nothing of ours is lost.
    """
    held: list[Record] = []
    is_ours = True
    for record in records:
        cells = record.cells
        if is_blank(cells):
            continue
        if table.is_header(cells):
            is_ours = table.is_own_header(cells)
            held.clear()
            continue
        if not is_ours:
            continue
        if is_title(cells, len(table.headers)):
            held.append(record)
            continue
        if held:
            yield from held
            held.clear()
        yield record
    yield from held


def is_blank(cells: Sequence[str]) -> bool:
    """Whether nothing but white space stands in the cells."""
    return not any(map(str.strip, cells))


def trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells, stripped, without the empty ones at the end."""
    texts = [cell.strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _is_header_of_another(folded: Sequence[str], names: set[str]) -> bool:
    """Most of its cells, and at least two, are headers of our table: it is the header of a table like it."""
    filled = [cell for cell in folded if cell]
    shared = len({cell for cell in filled if cell in names})
    return shared > 1 and shared * 2 > len(filled)


def is_title(cells: Sequence[str], width: int) -> bool:
    """Whether a row with one cell only may be the title of another table."""
    if width < NARROWEST_WITH_TITLES or (len(cells) >= width and cells.count("") * 2 < len(cells)):
        return False
    return sum(1 for cell in cells if cell.strip()) == 1


def _no_header(wanted: Wanted, nearest: Record | None, lacking: list[str], delimiter: str | None) -> str:
    expected = f"expected a header row with {columns_named(wanted.must.values())}"
    if nearest is None:
        return f"{expected}, found no text at all"
    cells = trimmed(nearest.cells)
    sentence = f"{expected}; the nearest, row {nearest.number}, lacks {columns_named(lacking)}: found {listed(cells)}"
    other = next((sign for sign in OTHER_DELIMITERS if sign != delimiter and sign in nearest.raw), None)
    if delimiter and len(cells) == 1 and other:
        sentence += f"; is the delimiter {other!r} instead of {delimiter!r}?"
    return sentence
