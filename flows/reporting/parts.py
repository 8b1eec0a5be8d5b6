"""What a report is made of: sections of tables, each with a chart where a picture says more.

In: rows of sql/report/. Out: parts that the page shows as they are: every cell is a text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flows.commands.showing import text_of, without_addresses

Row = Mapping[str, Any]
Spec = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """A cell as a person reads it; numbers stand to the right."""

    text: str
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under titles. The first column heads its row. `note`: what is not shown, and where it is."""

    caption: str
    titles: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str
    note: str = ""

    @property
    def headings(self) -> list[Cell]:
        """The titles; one over numbers stands to the right with them."""
        return [Cell(title, any(row[place].is_number for row in self.rows)) for place, title in enumerate(self.titles)]


@dataclass(frozen=True)
class Chart:
    """A picture of the section's table. `says`: the picture in words, for whoever does not see it."""

    name: str
    says: str
    spec: Spec


@dataclass(frozen=True)
class Section:
    """A part of the page. `says`: what one learns from it, how it is reckoned."""

    name: str
    title: str
    says: str
    tables: tuple[Table, ...]
    chart: Chart | None = None
    hint: str = ""


def chart(name: str, says: str, spec: Spec) -> Chart:
    """A chart whose words name nobody."""
    return Chart(name, without_addresses(says), spec)


def table(caption: str, columns: Mapping[str, str], rows: Sequence[Row], empty: str, note: str = "") -> Table:
    """A table of rows; `columns`: title -> column of the statement."""
    cells = tuple(tuple(cell(row[column]) for column in columns.values()) for row in rows)
    return Table(caption, tuple(columns), cells, empty, note)


def by_month(caption: str, of: str, rows: Sequence[Row], column: str, empty: str) -> Table:
    """One figure of each supplier, months across, the newest first."""
    months = sorted({row["month_on"] for row in rows}, reverse=True)
    found = {(row[of], row["month_on"]): row[column] for row in rows}
    names = dict.fromkeys(row[of] for row in rows)
    cells = tuple((cell(name), *(Cell(text_of(found.get((name, month))), is_number=True) for month in months)) for name in names)
    return Table(caption, (of.removesuffix("_id"), *(f"{month:%Y-%m}" for month in months)), cells, empty)


def cell(value: Any) -> Cell:
    """A value as the page shows it: without addresses, which are some shops' customer ids."""
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return Cell(without_addresses(text_of(value)), is_number)


def first_of(rows: Sequence[Row], where: str) -> str:
    """That a long list is cut, and where the rest stands."""
    in_all = rows[0]["rows_in_all"] if rows else 0
    return f"These are the first {len(rows)} of {in_all}; {where} shows them all." if in_all > len(rows) else ""


def counted(count: int, thing: str) -> str:
    """`1 line`, `2 lines`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
