"""Excel: the sheet of a workbook that has the source's table becomes frames of cells.

In: a binary stream and its source. Out: frames of cells, each row with its number in the sheet and its cells as a CSV record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from typing import IO
from zoneinfo import ZoneInfo

import polars as pl

from tasks.errors import FileRejected
from tasks.feeds import FEEDS, Column
from tasks.settings import SourceSettings
from tasks.sources.cells import CHUNK_ROWS, cell_frame
from tasks.sources.dates import UNKNOWN_YEAR, Dates
from tasks.sources.mapping import wanted_headers
from tasks.sources.records import Record
from tasks.sources.sentences import listed, start_of
from tasks.sources.tables import HeaderMissing, Table, find_table, rows_of
from tasks.sources.workbooks import MIDNIGHT, Sheet, Workbook

# Texts for people: where one of them is an error, nothing but words is lost. Anywhere else an error is the end of the row.
PROSE = frozenset(("reason", "description", "name", "url"))

# The days that Excel counts from: 1900-01-00, were 1900 a leap year (as Excel has it), or 1904-01-01.
EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
# Plain numbers that may be days: of these years (five digits), or the last year (seven). 202612 and 20261204 are none of them.
SERIAL_YEARS = range(1990, 2100)
SECONDS_OF_DAY = 24 * 60 * 60
SERIAL = re.compile(r"\d{5,7}(\.\d+)?", re.ASCII)


def read_xlsx(stream: IO[bytes], source: SourceSettings) -> Iterator[pl.DataFrame]:
    """Frames of cells of the source's table in an Excel file.

    Raises FileRejected when the bytes are no workbook that can be read, when there is no such sheet, or none with a header that holds
    the wanted columns.
    """
    workbook = Workbook(stream)
    sheet, table, records = _table_of(source, workbook)
    cells = _Cells(source, sheet, workbook.is_1904)
    rows = rows_of(table, records)
    while chunk := list(islice(rows, CHUNK_ROWS)):
        yield cells.frame(table, chunk)


def _table_of(source: SourceSettings, workbook: Workbook) -> tuple[Sheet, Table, Iterator[Record]]:
    """The table of the sheet that the source names, else of the first visible sheet that has its header; and the records after that."""
    names = workbook.sheet_names
    sheets = map(workbook.sheet, names) if source.sheet is None else [workbook.named(source.sheet)]
    refusals: list[tuple[HeaderMissing, Sheet]] = []
    for sheet in sheets:
        if not sheet.is_visible and source.sheet is None:
            continue
        records = sheet.records()
        try:
            return sheet, find_table(records, wanted_headers(source), delimiter=None), records
        except HeaderMissing as refusal:
            refusals.append((refusal, sheet))
        except FileRejected as refusal:
            raise FileRejected(f"{refusal} of the sheet {sheet.name!r}") from None
    if not refusals:
        raise FileRejected(f"expected a sheet with a table, found none that is visible: {listed(names)}")
    nearest, sheet = min(refusals, key=lambda pair: pair[0].lacking)
    raise FileRejected(f"{nearest}; in the sheet {sheet.name!r} of {listed(names)}")


class _Cells:
    """Turns the rows of a sheet's table into frames of cells: what is a number or a date in the sheet is written as the source reads it."""

    def __init__(self, source: SourceSettings, sheet: Sheet, is_1904: bool) -> None:
        self.sheet = sheet
        self.decimal = source.decimal
        self.epoch = EPOCHS[is_1904]
        self.columns = {column.name: column for column in FEEDS[source.feed]}
        dates = Dates(source, ZoneInfo("UTC"))
        self.readers = {"eta": dates.eta, "day": dates.day, "instant": dates.instant}
        self.day = dates.day

    def frame(self, table: Table, chunk: list[Record]) -> pl.DataFrame:
        """The frame of some rows. Cells beside the table are notes: in a sheet no cell can be out of its column."""
        rows = [record.number - 1 for record in chunk]
        numbers = self.sheet.numbers[rows]
        texts: dict[str, list[str | None]] = {}
        problems: list[str | None] = [None] * len(chunk)
        for name, place in table.places.items():
            column = self.columns[name]
            texts[name] = self._texts(column, [record.cells[place] for record in chunk], numbers.to_series(place).to_list())
            if column.kind == "text" and self.sheet.no_values:
                self._without_errors(column, place, table.cells[place].strip(), rows, texts[name], problems)
        return cell_frame([record.number for record in chunk], [record.raw for record in chunk], problems, texts)

    def _texts(self, column: Column, cells: list[str], numbers: list[bool]) -> list[str | None]:
        """The texts of a column, as its kind is read from there."""
        if column.kind in self.readers:
            read = self.readers[column.kind]
            known = {cell: self._date(*cell, read) for cell in set(zip(cells, numbers, strict=True))}
            return [known[cell] for cell in zip(cells, numbers, strict=True)]
        if column.kind in ("decimal", "whole"):
            pairs = zip(cells, numbers, strict=True)
            return [cell.replace(".", self.decimal) if is_number else cell for cell, is_number in pairs]
        return [MIDNIGHT.sub("", cell) for cell in cells]

    def _date(self, text: str, is_number: bool, read: Callable[[str], object]) -> str:
        """A cell of a date column: ISO where the sheet has a date, or a plain number that is one and nothing else; else its text."""
        if is_number and read(text) is None and SERIAL.fullmatch(text):
            with suppress(OverflowError):  # beyond the calendar
                moment = self.epoch + timedelta(seconds=round(float(text) * SECONDS_OF_DAY))
                if moment.year in SERIAL_YEARS or moment.year == UNKNOWN_YEAR:
                    return MIDNIGHT.sub("", str(moment))
        day = MIDNIGHT.sub("", text)
        # A date is a date: the source's formats are for texts, and one such as %Y-%d-%m would turn it over.
        return day if day == text or str(self.day(day)) == day else text

    def _without_errors(
        self, column: Column, place: int, header: str, rows: list[int], texts: list[str | None], problems: list[str | None]
    ) -> None:
        """Take errors out of a column of plain text, which would take them for text. Other kinds cannot read them."""
        for index, row in enumerate(rows):
            shown = self.sheet.no_values.get((row, place))
            if shown is not None:
                texts[index] = None
                if column.name not in PROSE:
                    problems[index] = f"{header} is {start_of(shown)}, which is no value; expected one, or an empty cell"
