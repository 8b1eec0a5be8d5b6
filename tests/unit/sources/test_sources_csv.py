"""Sources, CSV: every row is kept with its number and its text; what cannot be a table is rejected in words (spec 2)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tasks.errors import FileRejected
from tasks.sources.reading import frame_schema
from tests.unit.sources.conftest import Read

HEADER = "supplier_id,po_number,sku,quantity,eta"


def etas(*rows: str, header: str = HEADER, end: str = "\n") -> str:
    return end.join((header, *rows)) + end


def test_a_frame_has_the_columns_of_the_contract_in_order(read: Read) -> None:
    frame = read(etas("ACME,4711,A1,5,2026-12-04"))
    assert dict(frame.schema) == frame_schema("supplier_etas")
    assert frame.columns[:3] == ["row_number", "raw", "row_problem"]
    assert frame.columns[frame.columns.index("unit") + 1] == "unit_known"


def test_texts_of_people_come_through_as_they_are(read: Read) -> None:
    frame = read(
        etas('O\'Neil & Söhne,4711,"A,1",5,2026-12-04,Bjørn <b>', "李雷,0012, A-2 ,5,,", header=HEADER + ",reason"),
    )
    assert frame["supplier_id"].to_list() == ["O'Neil & Söhne", "李雷"]
    assert frame["po_number"].to_list() == ["4711", "0012"]
    assert frame["sku"].to_list() == ["A,1", "A-2"]
    assert frame["reason"].to_list() == ["Bjørn <b>", None]
    assert frame["raw"].to_list() == ['O\'Neil & Söhne,4711,"A,1",5,2026-12-04,Bjørn <b>', "李雷,0012, A-2 ,5,,"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_understood_and_stand_not_in_raw(read: Read, end: str) -> None:
    frame = read(etas("ACME,1,A1,5,2026-12-04", "ACME,2,A1,5,2026-12-04", end=end))
    assert frame["row_number"].to_list() == [2, 3]
    assert frame["raw"][1] == "ACME,2,A1,5,2026-12-04"


def test_a_byte_order_mark_is_no_part_of_the_header(read: Read) -> None:
    assert read("\ufeff" + etas("ACME,1,A1,5,")).height == 1
    assert read(etas("ACME,1,A1,5,").encode("utf-16"), encoding="utf-16").height == 1
    assert read(("\ufeff" + etas("ACME,1,A1,5,")).encode("utf-16-le"), encoding="utf-16-le").height == 1
    assert read(("\ufeff" + etas("Ørsted,1,A1,5,")).encode(), encoding="cp1252")["supplier_id"].to_list() == ["Ørsted"]


def test_a_german_export_is_read_with_its_own_signs(read: Read) -> None:
    content = "Bestellung;Artikel;Menge;Neuer Termin;Status\r\n4711;Schraube 5 mm €;1.234,5;04.12.2026;offen\r\n".encode("cp1252")
    frame = read(
        content,
        encoding="cp1252",
        delimiter=";",
        decimal=",",
        thousands=".",
        date_format="%d.%m.%Y",
        constants={"supplier_id": "ACME"},
        columns={"po_number": "Bestellung", "sku": "Artikel", "quantity": "Menge", "eta": "Neuer Termin"},
        values={"status": {"offen": "open"}},
    )
    row = frame.row(0, named=True)
    assert (row["supplier_id"], row["sku"], row["quantity"], row["status"]) == ("ACME", "Schraube 5 mm €", Decimal("1234.5"), "open")
    assert (str(row["eta_latest_on"]), row["eta_text"]) == ("2026-12-04", "04.12.2026")


def test_a_cell_may_run_over_several_lines_and_is_one_row(read: Read) -> None:
    frame = read(etas('"AC\nME",1,A1,5,', "ACME,2,A1,5,"))
    assert frame["row_number"].to_list() == [2, 3]
    assert frame["raw"][0] == '"AC\nME",1,A1,5,'
    assert frame["supplier_id"][0] == "AC\nME"


# --- where the table begins and ends ---------------------------------------------------------------------------------


def test_the_header_is_the_first_row_that_holds_all_wanted_columns(read: Read) -> None:
    frame = read("ACME backorders,,\n\nsku,eta,status\nsupplier: ACME\n" + etas("ACME,1,A1,5,"))
    assert frame["row_number"].to_list() == [6]


def test_headers_are_matched_exactly_first_then_in_any_case(read: Read) -> None:
    frame = read(" Supplier_ID ,PO_NUMBER,SKU,sku,Quantity,Eta\nACME,1,wrong,right,5,\n")
    assert frame["sku"].to_list() == ["right"]
    assert frame["po_number"].to_list() == ["1"]


def test_a_wanted_column_that_is_there_twice_is_rejected(read: Read) -> None:
    with pytest.raises(
        FileRejected, match=r"^etas.csv: expected each column once, found the column 'sku' more than once in the header, row 1"
    ):
        read(etas("ACME,1,A1,A2,5,", header="supplier_id,po_number,sku,sku,quantity,eta"))


def test_other_columns_may_be_there_twice(read: Read) -> None:
    assert read(etas("ACME,1,A1,5,,x,y", header=HEADER + ",note,note")).height == 1


def test_a_header_mapped_to_one_column_does_not_feed_another_by_its_name(read: Read) -> None:
    frame = read(etas("ACME,1,A1,5,,late", header=HEADER + ",unit"), columns={"reason": "unit"})
    assert frame.select("reason", "unit").row(0) == ("late", None)


def test_a_repeated_header_is_no_row(read: Read) -> None:
    frame = read(etas("ACME,1,A1,5,", "page 2,,,,", HEADER.upper() + ",", "ACME,2,A1,5,"))
    assert frame["row_number"].to_list() == [2, 5]


def test_the_next_table_and_its_title_are_not_ours(read: Read) -> None:
    frame = read(etas("ACME,1,A1,5,", "", "Discontinued,", "of this week", "supplier_id,sku,discontinued_on", "ACME,A9,2026-01-01"))
    assert frame["row_number"].to_list() == [2]


def test_our_table_goes_on_where_its_header_comes_again(read: Read) -> None:
    other = ["Discontinued", "supplier_id,sku,discontinued_on", "ACME,A9,2026-01-01", "ACME,A8,2026-01-01"]
    frame = read(etas("ACME,1,A1,5,", *other, "Backorders, page 2", HEADER, "ACME,2,A1,5,"))
    assert frame["po_number"].to_list() == ["1", "2"]


def test_a_row_with_one_cell_is_kept_if_no_other_table_follows(read: Read) -> None:
    frame = read(etas("ACME,1,A1,5,", "Total: 2", "ACME,2,A1,5,", "end of list"))
    assert frame["row_number"].to_list() == [2, 3, 4, 5]
    assert frame["row_problem"].to_list() == [None, "the row has 1 cells; expected 5, as in the header"] * 2


def test_a_row_of_data_may_hold_the_name_of_a_column(read: Read) -> None:
    assert read(etas("ACME,1,sku,5,", "eta,sku,A1,5,2026-12-04")).height == 2


def test_a_narrow_table_keeps_its_rows_with_one_cell(read: Read) -> None:
    frame = read("sku,on_hand\nA1,\nsku,on_hand\nA2,3\n", feed="inventory")
    assert frame["sku"].to_list() == ["A1", "A2"]


def test_blank_rows_are_counted_and_left_out(read: Read) -> None:
    frame = read("\n" + etas("", "ACME,1,A1,5,", ",,,,", "  ", "ACME,2,A1,5,", ""))
    assert frame["row_number"].to_list() == [4, 7]


# --- rows that are not as they should be -----------------------------------------------------------------------------


def test_a_ragged_row_is_told_and_keeps_the_cells_it_has(read: Read) -> None:
    frame = read(etas("ACME,1,A1", "ACME,2,A1,5,2026-12-04,oops"))
    assert frame["row_problem"].to_list() == [
        "the row has 3 cells; expected 5, as in the header",
        "the row has 6 cells; expected 5, as in the header",
    ]
    assert frame["po_number"].to_list() == ["1", "2"]
    assert frame["quantity"].to_list() == [None, Decimal(5)]


def test_empty_cells_at_the_end_are_harmless(read: Read) -> None:
    frame = read(etas("ACME,1,A1,5,2026-12-04,", "ACME,2,A1,5,2026-12-04", "ACME,3,A1,5,2026-12-04,,,", header=HEADER + ","))
    assert frame["row_problem"].null_count() == 3


def test_a_space_before_a_quote_is_none_of_the_cell(read: Read) -> None:
    frame = read(etas('ACME, 1, "A,1", 5, 2026-12-04'))
    assert frame.select("sku", "row_problem").row(0) == ("A,1", None)


def test_a_stray_quote_spoils_its_own_row_only(read: Read) -> None:
    frame = read(etas('ACME,1,"5" pipe",5,2026-12-04', 'ACME,2,5" pipe,5,2026-12-04'))
    assert frame["row_problem"][0].startswith("a quotation mark closes before the cell ends")
    assert frame["row_problem"][1] is None
    assert frame["po_number"].to_list() == ["1", "2"]
    assert frame["sku"].to_list() == ['5 pipe"', '5" pipe']


# --- files that are no table -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\n  \n", "expected a header row with the columns 'supplier_id', 'po_number', 'sku', 'quantity', 'eta', found no text at all"),
        (b"sku,eta\nA1,\n", "the nearest, row 1, lacks the columns 'supplier_id', 'po_number', 'quantity': found 'sku', 'eta'"),
        (HEADER.replace(",", ";").encode(), "is the delimiter ';' instead of ','?"),
        (b"<!DOCTYPE html>\n<html><body>Please log in</body></html>", "expected CSV text, found an HTML page"),
        (b"PAR1\x15\x04", "expected CSV text, found a Parquet file"),
        (b"PK\x03\x04\x14\x00", "found a zip archive or an Excel workbook"),
        (b"\x1f\x8b\x08\x00", "found gzip's packed bytes"),
        (etas("Ørsted,1,A1,5,").encode("utf-16"), 'found the byte-order mark of UTF-16; set encoding = "utf-16"'),
        (etas("ACME,1,A1,5,").encode("utf-16-le"), 'set encoding = "utf-16-le"'),
        (etas('ACME,1,"A1,5,', "ACME,2,A1,5,").encode(), "found one in row 2 that never is: 'ACME,1,\"A1,5,'"),
        (etas('ACME,1,"A1,5,', 'ACME,2,"A2",5,').encode(), "found one in row 2 that runs over 2 lines and closes inside a cell"),
        (etas("ACME,1," + "A" * 200_000 + ",5,").encode(), "found a longer one in row 2"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_what_is_no_table_is_rejected_in_words(read: Read, content: bytes, sentence: str) -> None:
    with pytest.raises(FileRejected) as refusal:
        read(content)
    assert sentence in str(refusal.value)
    assert str(refusal.value).startswith("etas.csv: expected ")


def test_a_byte_of_another_encoding_is_named_with_its_place(read: Read) -> None:
    content = etas('"AC\nME",1,A1,5,', "Bjørn,2,A1,5,").encode("cp1252")
    with pytest.raises(FileRejected) as refusal:
        read(content)
    assert str(refusal.value) == (
        f"etas.csv: expected utf-8 text, found byte 0xF8 at position {content.index(0xF8) + 1}, row 3; "
        "in cp1252 it is 'ø': set encoding = \"cp1252\" if that is meant"
    )


def test_a_header_without_rows_is_a_frame_without_rows(read: Read) -> None:
    frame = read(etas())
    assert frame.height == 0
    assert dict(frame.schema) == frame_schema("supplier_etas")
