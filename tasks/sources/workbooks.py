"""Workbooks: the bytes of an Excel file become sheets of text cells, as a person sees them.

In: a binary stream. Out: a `Workbook` and its `Sheet`s: every row from the sheet's first one, and which cells are numbers or no value.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Literal

import polars as pl
from fastexcel import CellError, ExcelReader, ExcelSheet, FastExcelError, read_excel

from tasks.errors import FileRejected
from tasks.sources.encoding import refuse_other_kinds
from tasks.sources.records import Record
from tasks.sources.sentences import listed
from tasks.sources.workbook_parts import Parts

EXPECTED = "an Excel workbook"
PACKED, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # .xlsx, .xlsm, .xlsb and .ods; .xls and whatever has a password
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

# A value in the last cell of a sheet makes the reader ask for 500 GB and end the process; the largest real table is far below.
MOST_CELLS = 50_000_000

# How the reader writes a day; nobody sees the time of it.
MIDNIGHT = re.compile(r"(?<=\b\d{4}-\d{2}-\d{2}) 00:00:00\b", re.ASCII)

ERROR = re.compile(r"Error\((\w+)\)")
SHOWN = {
    "NA": "#N/A", "Ref": "#REF!", "Div0": "#DIV/0!", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}  # fmt: skip
HASHES = "#####"  # what Excel shows of a date that no calendar has


@dataclass(frozen=True)
class Sheet:
    """A sheet from its first row on, without the empty columns before its first filled one.

    `texts`: each cell, "" where there is nothing, a day as "2026-12-04 00:00:00". `numbers`: where a cell is a plain number (or a
    truth value), neither text nor date. `no_values`: (row from 0, column) -> what is shown where a cell is an error or a formula that
    was never calculated.
    """

    name: str
    is_visible: bool
    texts: pl.DataFrame
    numbers: pl.DataFrame
    no_values: dict[tuple[int, int], str]

    def records(self) -> Iterator[Record]:
        """Every row with its number in the sheet, blank ones included; its raw text is its cells as a CSV record."""
        for number, cells in enumerate(self.texts.iter_rows(), start=1):
            text = io.StringIO()
            csv.writer(text, lineterminator="").writerow(cells)
            yield Record(number, list(cells), MIDNIGHT.sub("", text.getvalue()), None)


class Workbook:
    """An open Excel file. fastexcel is used without Polars' read_excel around it, which drops blank rows (row numbers would be wrong),
    guesses a type for each column, and makes an error cell an empty one: a #N/A would be taken for "nobody knows the date".
    """

    def __init__(self, stream: IO[bytes]) -> None:
        """Raises FileRejected when the stream is no Excel file, is damaged, or wants a password."""
        content = stream.read()
        if not content.startswith((PACKED, OLD)):
            stream.seek(0)
            refuse_other_kinds(stream, EXPECTED)
            raise FileRejected(f'expected {EXPECTED}, found bytes that do not begin like one; is it format = "csv"?')
        if content.startswith(OLD) and ENCRYPTED in content:
            raise FileRejected(f"expected {EXPECTED} that can be opened, found one with a password; ask for it without")
        self.parts = Parts(content) if content.startswith(PACKED) else None
        found = (
            "an archive that holds none, or one with a password"
            if self.parts
            else "a file that is damaged, has a password or is of another program"
        )
        with _refused(f"expected {EXPECTED}, found {found}"):
            self.reader: ExcelReader = read_excel(content)
        self.is_1904 = self.parts is not None and self.parts.is_1904

    @property
    def sheet_names(self) -> list[str]:
        return self.reader.sheet_names

    def named(self, sheet: str | int) -> Sheet:
        """The sheet of this name (in any case: Excel has no two that differ in case only) or number, from 1. Raises FileRejected."""
        names = self.sheet_names
        if isinstance(sheet, int):
            wanted = names[sheet - 1 : sheet]
        else:
            wanted = [name for name in names if name.strip().casefold() == sheet.strip().casefold()]
        if not wanted:
            raise FileRejected(f"expected the sheet {sheet!r}, found {len(names)}: {listed(names)}; see `sheet` of the source")
        return self.sheet(wanted[0])

    def sheet(self, name: str) -> Sheet:
        """Raises FileRejected when the sheet cannot be read, or reaches so far that it would not fit into memory."""
        span, count = self.parts.span(name) if self.parts else ("", 0)
        if count > MOST_CELLS:
            raise FileRejected(f"expected a table in the sheet {name!r}, found cells that span {span}; delete what stands far out")
        sheet, texts, errors = self._view(name, "string")
        # In this view texts, dates and errors are nothing: what is left are the numbers (and true and false, whose texts are no digits).
        numbers = self._view(name, "boolean")[1].select(pl.all().is_not_null())
        no_values = {error.position: _shown(error.detail) for error in errors}
        if self.parts and sheet.width:
            first = sheet.selected_columns[0].absolute_index
            formulas = self.parts.uncalculated(name).items()
            no_values |= {(row, column - first): formula for (row, column), formula in formulas if 0 <= column - first < sheet.width}
        # A formula that was never calculated may stand below the last row that the reader knows.
        rows_below = max((row + 1 - texts.height for row, _ in no_values), default=0)
        texts, numbers = _lengthened(texts, rows_below).fill_null(""), _lengthened(numbers, rows_below).fill_null(False)
        return Sheet(name, sheet.visible == "visible", _with(texts, no_values), numbers, no_values)

    def _view(self, name: str, dtype: Literal["string", "boolean"]) -> tuple[ExcelSheet, pl.DataFrame, list[CellError]]:
        """A sheet with every cell read as one type, and the cells that cannot be."""
        with _refused(f"expected a sound Excel workbook, found the sheet {name!r}, which cannot be read"):
            # With skip_rows=0 the empty rows at the top are there as well.
            sheet = self.reader.load_sheet(name, header_row=None, skip_rows=0, dtypes=dtype)
            batch, errors = sheet.to_arrow_with_errors()
        return sheet, pl.DataFrame(batch), errors.errors if errors else []


@contextmanager
def _refused(sentence: str) -> Iterator[None]:
    """Raise FileRejected with the sentence and the reader's own where it cannot go on.

    What the reader did not think of is a panic of Rust, which is no Exception: one odd file must not end the run.
    """
    try:
        yield
    except BaseException as error:
        if isinstance(error, FastExcelError) or type(error).__name__ == "PanicException":
            raise FileRejected(f"{sentence} ({str(error).partition(chr(10))[0]})") from None
        raise


def _shown(detail: str) -> str:
    """What Excel shows in the cell of an error that the reader reports."""
    error = ERROR.search(detail)
    return SHOWN.get(error[1], f"#{error[1].upper()}!") if error else HASHES


def _lengthened(frame: pl.DataFrame, rows: int) -> pl.DataFrame:
    return pl.concat([frame, frame.clear(rows)]) if rows > 0 else frame


def _with(texts: pl.DataFrame, cells: dict[tuple[int, int], str]) -> pl.DataFrame:
    """The texts with some cells replaced."""
    by_column: dict[int, dict[int, str]] = {}
    for (row, column), shown in cells.items():
        by_column.setdefault(column, {})[row] = shown
    return texts.with_columns(texts.to_series(column).scatter(list(new), list(new.values())) for column, new in by_column.items())
