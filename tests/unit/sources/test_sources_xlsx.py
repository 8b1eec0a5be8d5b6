"""Sources, Excel: what a person sees in the sheet is what is read, row by row as Excel numbers them (spec 2)."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from unittest.mock import Mock

import polars as pl
import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.utils.datetime import CALENDAR_MAC_1904  # type: ignore[import-untyped]
from openpyxl.worksheet.worksheet import Worksheet  # type: ignore[import-untyped]

from tasks.errors import FileRejected
from tests.unit.sources.conftest import Read

HEADER = ("supplier_id", "po_number", "sku", "quantity", "eta")
Rows = Sequence[Sequence[Any]]


def xlsx(**sheets: Rows) -> bytes:
    """A workbook of sheets of rows; a sheet whose name begins with `hidden` is."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        fill(book.create_sheet(name), rows)
    return saved(book)


def fill(sheet: Worksheet, rows: Rows) -> None:
    for row in rows:
        sheet.append(list(row))
    sheet.sheet_state = "hidden" if sheet.title.startswith("hidden") else "visible"


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def etas(*rows: Sequence[Any], header: Sequence[Any] = HEADER) -> bytes:
    return xlsx(Orders=[header, *rows])


def eta(cell: Any) -> bytes:
    return etas(("ACME", "1", "A1", 5, cell))


@pytest.fixture
def excel(read: Read) -> Read:
    """A workbook read as one frame."""

    def make(content: bytes, name: str = "etas.xlsx", **settings: Any) -> pl.DataFrame:
        return read(content, name, **{"format": "xlsx"} | settings)

    return make


# --- cells -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (450012, "450012"),
        (450012.0, "450012"),
        ("00123", "00123"),
        (4.000000000000001, "4"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (4012345678901, "4012345678901"),
        (1e-7, "0.0000001"),
        (-3, "-3"),
        (True, "true"),
        (" A 1 ", "A 1"),
        ("1E5", "1E5"),
        (date(2026, 12, 4), "2026-12-04"),
        (datetime(2026, 12, 4, 13, 5, 9), "2026-12-04 13:05:09"),
        ("at 2026-12-04", "at 2026-12-04"),
        ("李雷, O'Neil & Söhne", "李雷, O'Neil & Söhne"),
        ("two\nlines", "two\nlines"),
        (None, None),
        ("  ", None),
    ],
)
def test_a_cell_is_the_text_that_a_person_sees(excel: Read, cell: Any, text: str | None) -> None:
    frame = excel(etas(("ACME", cell, "A1", 5, None)))
    assert frame["po_number"].to_list() == [text]


@pytest.mark.parametrize(
    ("cell", "quantity"),
    [
        (5, 5),
        (5.0, 5),
        (5.000000001, 5),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (1234.5, "1234.5"),
        ("12.5", "12.5"),
        ("1E5", None),
        (True, None),
    ],
)
def test_quantities_are_exact(excel: Read, cell: Any, quantity: Any) -> None:
    assert excel(etas(("ACME", "1", "A1", cell, None)))["quantity"].to_list() == [None if quantity is None else Decimal(quantity)]


def test_a_number_is_a_number_whatever_signs_the_sources_texts_use(excel: Read) -> None:
    rows = [("ACME", "1", "A1", 1.234, None), ("ACME", "2", "A1", "1.234", None), ("ACME", "3", "A1", "1,5", None)]
    frame = excel(etas(*rows), decimal=",", thousands=".")
    assert frame["quantity"].to_list() == [Decimal("1.234"), Decimal(1234), Decimal("1.5")]


def test_a_formula_is_its_last_value(excel: Read) -> None:
    content = changed(eta(None), "xl/worksheets/sheet1.xml", b'<c r="D2" t="n"><v>5</v></c>', b'<c r="D2"><f>2+3</f><v>5</v></c>')
    assert excel(content)["quantity"].to_list() == [Decimal(5)]


def changed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with a text in one of its parts replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            assert name != part or old in text, text
            after.writestr(name, text.replace(old, new) if name == part else text)
    return target.getvalue()


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904], ids=["1900", "1904"])
def test_dates_are_read_in_both_date_systems_whether_they_are_shown_as_dates_or_numbers(excel: Read, epoch: Any) -> None:
    book = Workbook()
    book.epoch = epoch or book.epoch
    fill(book.active, [HEADER, *(("ACME", number, "A1", 5, datetime(2026, 12, 4, 13, 5, 9)) for number in range(2))])
    book.active["E3"].number_format = "General"
    frame = excel(saved(book))
    assert frame["eta_latest_on"].to_list() == [date(2026, 12, 4)] * 2
    assert frame["eta_text"].to_list() == ["2026-12-04 13:05:09"] * 2
    assert frame["raw"][1].split(",")[4].startswith("46360.5" if epoch is None else "44898.5")


@pytest.mark.parametrize(
    ("cell", "formats", "latest_on", "precision"),
    [
        (date(2026, 12, 4), "%d.%m.%Y", date(2026, 12, 4), "day"),
        (date(2026, 12, 4), "%Y-%d-%m", date(2026, 12, 4), "day"),  # a real date is not read as the source's texts are
        ("2026-12-04", "%Y-%d-%m", date(2026, 4, 12), "day"),
        ("04.12.2026", "%d.%m.%Y", date(2026, 12, 4), "day"),
        ("2026-W49", [], date(2026, 12, 6), "week"),
        (46346, [], date(2026, 11, 20), "day"),
        (46346.75, [], date(2026, 11, 20), "day"),
        ("46346", [], None, None),  # text is no number
        (46346, "%y%j", date(2046, 12, 12), "day"),  # the source's own formats go first
        (20261204, [], date(2026, 12, 4), "day"),
        (41226, "%d%m%y", date(2026, 12, 4), "day"),  # 041226 that lost its zero
        (202612, "%Y%m", date(2026, 12, 31), "month"),
        (202612, [], None, None),
        (5, [], None, None),
        (99999, [], None, None),
        (9999999, [], None, None),  # no day that the calendar has
        (-46346, [], None, None),
        (date(9999, 12, 31), [], None, "unknown"),
        (2958465, [], None, "unknown"),
        ("tbd", [], None, "unknown"),
        (None, [], None, "unknown"),
        (time(12, 30), [], date(1899, 12, 31), "day"),  # for the rule that asks for a plausible date
        ("#N/A", [], None, None),
        ("#REF!", [], None, None),
        (True, [], None, None),
    ],
)
def test_an_eta_is_a_date_a_text_of_the_sources_formats_or_a_plausible_serial_number(
    excel: Read, cell: Any, formats: Any, latest_on: date | None, precision: str | None
) -> None:
    row = excel(eta(cell), date_format=formats).row(0, named=True)
    assert (row["eta_latest_on"], row["eta_precision"]) == (latest_on, precision)


def test_times_are_in_the_zone_and_a_number_is_a_time_where_a_time_is_expected(read: Read) -> None:
    rows = [("ACME", "1", "A1", 5, None, moment) for moment in (datetime(2026, 12, 4, 13, 5, 9), 46360.5, date(2026, 12, 4))]
    frame = read(etas(*rows, header=(*HEADER, "stated_at")), "etas.xlsx", "Europe/Berlin", format="xlsx")
    assert frame["stated_at"].to_list() == [datetime(2026, 12, 4, 12, 5, 9), datetime(2026, 12, 4, 11), datetime(2026, 12, 3, 23)]


# --- cells that are no value -----------------------------------------------------------------------------------------


def test_an_error_is_no_text_where_it_would_name_something(excel: Read) -> None:
    frame = excel(etas(("ACME", "#REF!", "A1", 5, None), ("ACME", "2", "#N/A", 5, None), ("ACME", "3", "A1", 5, None)))
    assert frame["row_problem"].to_list() == [
        "po_number is '#REF!', which is no value; expected one, or an empty cell",
        "sku is '#N/A', which is no value; expected one, or an empty cell",
        None,
    ]
    assert frame["po_number"].to_list() == [None, "2", "3"]
    assert frame["raw"][0] == "ACME,#REF!,A1,5,"


def test_an_error_in_a_number_is_unreadable_and_one_in_prose_is_empty(excel: Read) -> None:
    frame = excel(etas(("ACME", "1", "A1", "#DIV/0!", None, "#N/A", "#N/A"), header=(*HEADER, "reason", "note")))
    assert frame.select("quantity", "quantity_text", "reason", "row_problem").row(0) == (None, "#DIV/0!", None, None)


def test_an_error_may_be_one_of_the_sources_words(excel: Read) -> None:
    assert excel(eta("#N/A"), unknown_words=["#N/A"])["eta_precision"].to_list() == ["unknown"]


def test_a_formula_that_was_never_calculated_is_not_taken_for_an_empty_cell(excel: Read) -> None:
    frame = excel(etas(("ACME", "1", "A1", 5, "=TODAY()+7"), ("ACME", "=A2&1", "A1", 5, None), *[("=A2",) * 5]))
    assert frame["eta_text"].to_list() == ["=TODAY()+7", None, "=A2"]
    assert frame["eta_precision"].to_list() == [None, "unknown", None]
    assert frame["row_problem"][1] == "po_number is '=A2&1', which is no value; expected one, or an empty cell"
    assert frame["row_number"].to_list() == [2, 3, 4]


def test_a_formula_that_was_never_calculated_is_found_where_the_table_begins_further_right(excel: Read) -> None:
    book = Workbook()
    fill(book.active, [(None, None, *HEADER), (None, None, "ACME", "1", "A1", 5, "=G1")])
    assert excel(saved(book))["eta_text"].to_list() == ["=G1"]


def test_a_formula_whose_value_is_an_empty_text_is_an_empty_cell(excel: Read) -> None:
    content = changed(eta(0), "xl/worksheets/sheet1.xml", b'<c r="E2" t="n"><v>0</v></c>', b'<c r="E2" t="str"><f>""</f><v></v></c>')
    assert excel(content).select("eta_text", "eta_precision").row(0) == (None, "unknown")


def test_a_date_that_no_calendar_has_is_unreadable(excel: Read) -> None:
    book = Workbook()
    fill(book.active, [HEADER, ("ACME", "1", "A1", 5, 1e9)])
    book.active["E2"].number_format = "yyyy-mm-dd"
    assert excel(saved(book)).select("eta_text", "eta_precision").row(0) == ("#####", None)


# --- where the table is ----------------------------------------------------------------------------------------------


def test_rows_are_numbered_as_excel_numbers_them(excel: Read) -> None:
    book = Workbook()
    sheet = book.active
    sheet["C3"] = "Backorders of today"
    sheet.merge_cells("C3:G3")
    for place, row in {6: HEADER, 7: ("ACME", 1, "A1", 5, None), 9: ("ACME", 2, "A1", 5, None), 12: ("ACME", 3, "A1", 5, "x")}.items():
        for column, cell in enumerate(row, start=3):
            sheet.cell(place, column, cell)
    frame = excel(saved(book))
    assert frame["row_number"].to_list() == [7, 9, 12]
    assert frame["raw"].to_list() == ["ACME,1,A1,5,", "ACME,2,A1,5,", "ACME,3,A1,5,x"]


def test_repeated_headers_are_no_rows_and_the_next_table_and_its_title_are_not_ours(excel: Read) -> None:
    row = ("ACME", 1, "A1", 5, None)
    other = [("Discontinued",), ("supplier_id", "sku", "discontinued_on"), ("ACME", "A9", date(2026, 1, 1))]
    frame = excel(xlsx(Orders=[("Title",), HEADER, row, HEADER, row, *other, ("Page 2",), HEADER, row]))
    assert frame["row_number"].to_list() == [3, 5, 11]


def test_what_stands_beside_the_table_is_no_part_of_it(excel: Read) -> None:
    frame = excel(etas(("ACME", "1", "A1", 5, None, None, "a note"), ("ACME", "2", "A1", 5)))
    assert frame["row_problem"].to_list() == [None, None]
    assert frame["raw"].to_list() == ["ACME,1,A1,5,,,a note", "ACME,2,A1,5,,,"]


def test_landed_and_left_out_rows_are_all_rows_of_the_table_over_all_chunks(excel: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.sources.xlsx_files.CHUNK_ROWS", 2)
    frame = excel(etas(*[("ACME", number, "A1", 5, date(2026, 12, 4)) for number in range(5)], ("Total", None, None, 25)))
    assert frame["row_number"].to_list() == [2, 3, 4, 5, 6, 7]
    assert frame["po_number"].to_list() == ["0", "1", "2", "3", "4", None]


def test_a_header_without_rows_is_a_frame_without_rows(excel: Read) -> None:
    assert excel(etas()).height == 0


# --- which sheet -----------------------------------------------------------------------------------------------------

BOOK = xlsx(
    Read_me=[("How to read this",), ("sku", "eta")],
    hidden=[HEADER, ("ACME", "0", "A1", 5, None)],
    Orders=[HEADER, ("ACME", "1", "A1", 5, None)],
    Closed=[HEADER, ("ACME", "2", "A1", 5, None)],
    Empty=[],
)


@pytest.mark.parametrize(
    ("sheet", "po_number"),
    [(None, "1"), ("Orders", "1"), ("closed", "2"), (" Closed ", "2"), (3, "1"), (4, "2"), ("hidden", "0"), (2, "0")],
)
def test_the_sheet_is_named_or_numbered_or_else_the_first_visible_one_with_the_header(excel: Read, sheet: Any, po_number: str) -> None:
    assert excel(BOOK, sheet=sheet)["po_number"].to_list() == [po_number]


NAMES = "'Read_me', 'hidden', 'Orders', 'Closed', 'Empty'"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"sheet": "Offen"}, f"etas.xlsx: expected the sheet 'Offen', found 5: {NAMES}; see `sheet` of the source"),
        ({"sheet": 6}, f"etas.xlsx: expected the sheet 6, found 5: {NAMES}; see `sheet` of the source"),
        (
            {"sheet": "Read_me"},
            "etas.xlsx: expected a header row with the columns 'supplier_id', 'po_number', 'sku', 'quantity', 'eta'; the nearest, row 2, "
            f"lacks the columns 'supplier_id', 'po_number', 'quantity': found 'sku', 'eta'; in the sheet 'Read_me' of {NAMES}",
        ),
        ({"sheet": 5}, f"found no text at all; in the sheet 'Empty' of {NAMES}"),
        ({"columns": {"eta": "Termin"}}, f"row 1, lacks the column 'Termin': found {', '.join(map(repr, HEADER))}; in the sheet 'Orders'"),
    ],
)
def test_a_sheet_or_header_that_is_missing_is_told_with_what_there_is(excel: Read, settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(FileRejected) as refusal:
        excel(BOOK, **settings)
    assert sentence in str(refusal.value)


def test_a_wanted_column_that_is_there_twice_is_rejected(excel: Read) -> None:
    with pytest.raises(FileRejected, match=r"found the column 'sku' more than once in the header, row 1 of the sheet 'Orders'$"):
        excel(xlsx(Orders=[(*HEADER, "sku")], Old=[HEADER]))


def test_a_chart_is_no_sheet_with_a_table(excel: Read) -> None:
    book = Workbook()
    fill(book.active, [HEADER, ("ACME", "1", "A1", 5, None)])
    book.create_chartsheet("Chart", 0)
    assert excel(saved(book)).height == 1


# --- files that are no workbook --------------------------------------------------------------------------------------

NO_XML = changed(etas(), "xl/workbook.xml", b"<workbook", b"<workbok")
NO_ENCODING = changed(etas(), "xl/workbook.xml", b"<workbook", b'<?xml version="1.0" encoding="utf-7x"?><workbook')
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "expected rows, found a file of 0 bytes"),
        (b"<!DOCTYPE html>\n<html><body>Please log in</body></html>", "expected an Excel workbook, found an HTML page"),
        (b"PAR1\x15\x04", "expected an Excel workbook, found a Parquet file"),
        (",".join(HEADER).encode(), 'expected an Excel workbook, found bytes that do not begin like one; is it format = "csv"?'),
        (etas()[:-100], "expected a sound Excel workbook, found one that is damaged or cut off: "),
        (etas()[:30], "expected a sound Excel workbook, found one that is damaged or cut off: "),
        (NO_XML, "expected a sound Excel workbook, found one that is damaged or cut off: "),
        (NO_ENCODING, "expected a sound Excel workbook, found one that is damaged or cut off: "),
        (gzip.compress(etas()), "expected an Excel workbook, found gzip's packed bytes"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "found one with a password; ask for it without"),
        (OLE + b"\0" * 600, "found a file that is damaged, has a password or is of another program"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_workbook_is_rejected_in_words(excel: Read, content: bytes, sentence: str) -> None:
    with pytest.raises(FileRejected) as refusal:
        excel(content)
    assert sentence in str(refusal.value)
    assert str(refusal.value).startswith("etas.xlsx: expected ")


def test_an_archive_of_anything_else_is_no_workbook(excel: Read) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("etas.csv", ",".join(HEADER))
    with pytest.raises(FileRejected, match=r"expected an Excel workbook, found an archive that holds none, or one with a password"):
        excel(target.getvalue())


def test_a_sheet_that_cannot_be_read_is_rejected_by_name(excel: Read) -> None:
    with pytest.raises(FileRejected, match=r"found the sheet 'Orders', which cannot be read \(.*'#NEW!'\)"):
        excel(changed(eta("#N/A"), "xl/worksheets/sheet1.xml", b"#N/A", b"#NEW!"))


@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_byte_that_was_damaged_on_the_way_spoils_the_file(excel: Read, part: str) -> None:
    content = changed(eta(None), part, b"<", b"<")  # packs without compressing
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        place = content.index(archive.read(part)) + 60
    damaged = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    with pytest.raises(FileRejected, match=rf"expected a sound Excel workbook, found one that is damaged or cut off: {re.escape(part)}"):
        excel(damaged)


def test_a_panic_of_the_reader_rejects_the_file_and_an_interrupt_ends_the_run(excel: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    panic = type("PanicException", (BaseException,), {})
    for error, outcome in ((panic("no entry found for key"), FileRejected), (KeyboardInterrupt(), KeyboardInterrupt)):
        monkeypatch.setattr("tasks.sources.workbooks.read_excel", Mock(side_effect=error))
        with pytest.raises(outcome):
            excel(eta(None))


def test_a_cell_far_out_is_told_and_not_tried(excel: Read) -> None:
    book = Workbook()
    fill(book.active, [HEADER])
    book.active["XFD1048576"] = "."
    with pytest.raises(FileRejected, match=r"found cells that span A1:XFD1048576; delete what stands far out"):
        excel(saved(book))


# --- packings and kin ------------------------------------------------------------------------------------------------


def test_a_packed_workbook_is_opened_by_its_name_and_a_workbook_itself_is_not_unpacked(excel: Read) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("etas.xlsx", eta(None))
    assert excel(target.getvalue(), "etas.zip").height == 1
    assert excel(gzip.compress(eta(None)), "etas.xlsx.gz").height == 1
    assert excel(eta(None), "etas.xlsm").height == 1


ODS = """
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
  <office:body><office:spreadsheet><table:table table:name="Orders">
    <table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>
    <table:table-row>{header}</table:table-row>
    <table:table-row>
      <table:table-cell office:value-type="string"><text:p>ACME</text:p></table:table-cell>
      <table:table-cell office:value-type="float" office:value="450012"/>
      <table:table-cell office:value-type="string"><text:p>A1</text:p></table:table-cell>
      <table:table-cell office:value-type="float" office:value="5"/>
      <table:table-cell office:value-type="date" office:date-value="2026-12-04"/>
    </table:table-row>
  </table:table></office:spreadsheet></office:body>
</office:document-content>
"""


def test_a_sheet_of_libreoffice_is_read_as_well(excel: Read) -> None:
    header = "".join(f'<table:table-cell office:value-type="string"><text:p>{name}</text:p></table:table-cell>' for name in HEADER)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        names = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{names}"/>')
        archive.writestr("content.xml", re.sub(r"\s*\n\s*(?=<)", "", ODS.format(header=header)))
    frame = excel(target.getvalue(), "etas.ods")
    assert frame.select("row_number", "po_number", "quantity", "eta_latest_on").row(0) == (4, "450012", Decimal(5), date(2026, 12, 4))
