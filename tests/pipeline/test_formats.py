"""Every format, packing and way of writing that a source may have lands as the same supply lines (spec 2, 9)."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard
from openpyxl import Workbook  # type: ignore[import-untyped]

from tests.pipeline.worlds import CUSTOMERS, MONDAY, ORDERS, Source, World, csv_text, order, po

PLAIN = [
    {"po_number": "P1", "sku": "A", "quantity": 12.5, "eta": "2026-03-16"},
    {"po_number": "P2", "sku": "B", "quantity": 3, "eta": "2026-W12"},
    {"po_number": "P3", "sku": "C", "quantity": 4, "eta": "2026-04"},
    {"po_number": "P4", "sku": "D", "quantity": 5, "eta": "tbd"},
]
# What PLAIN must land as, whatever it was written in.
LANDED = [
    ("P1", Decimal("12.5"), date(2026, 3, 16), date(2026, 3, 16), "day"),
    ("P2", Decimal(3), date(2026, 3, 16), date(2026, 3, 22), "week"),
    ("P3", Decimal(4), date(2026, 4, 1), date(2026, 4, 30), "month"),
    ("P4", Decimal(5), None, None, "unknown"),
]


def _parquet() -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame(PLAIN, schema={"po_number": pl.String, "sku": pl.String, "quantity": pl.Float64, "eta": pl.String}).write_parquet(buffer)
    return buffer.getvalue()


def _xlsx() -> bytes:
    book = Workbook()
    book.active.append(["Read me"])
    sheet = book.create_sheet("Orders")
    for row in ([], ["Our list of today"], [], list(PLAIN[0]), *[list(row.values()) for row in PLAIN]):
        sheet.append(row)
    sheet["D5"] = date(2026, 3, 16)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _zip(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("etas.csv", content)
    return buffer.getvalue()


CSV = csv_text(PLAIN).encode()
JSONL = "\n".join(json.dumps(row) for row in PLAIN).encode()
GERMAN = [
    {"Bestellung": "P1", "Artikel": "A", "Menge": "1.012,5", "Neuer Termin": "16.03.2026", "Lage": "offen"},
    {"Bestellung": "P2", "Artikel": "Bügel", "Menge": "3", "Neuer Termin": "2026-W12", "Lage": "versandt"},
]
# name: file name, bytes, format, keys
KINDS: dict[str, tuple[str, bytes, str, str]] = {
    "csv": ("etas.csv", CSV, "csv", ""),
    "csv_bom": ("etas.csv", b"\xef\xbb\xbf" + CSV, "csv", ""),
    "csv_crlf": ("etas.csv", CSV.replace(b"\n", b"\r\n"), "csv", ""),
    "csv_cr": ("etas.csv", CSV.replace(b"\n", b"\r"), "csv", ""),
    "csv_utf16": ("etas.csv", CSV.decode().encode("utf-16"), "csv", 'encoding = "utf-16"'),
    "csv_tab": ("etas.tsv", csv_text(PLAIN, delimiter="\t").encode(), "csv", 'delimiter = "\\t"'),
    "csv_titled": ("etas.csv", b"Our list of today\n\n" + CSV + b"\nClosed lines\npo_number,sku,quantity,closed\nP9,A,1,2026\n", "csv", ""),
    "csv_gz": ("etas.csv.gz", gzip.compress(CSV), "csv", ""),
    "csv_zst": ("etas.csv.zst", zstandard.compress(CSV), "csv", ""),
    "csv_zip": ("etas.zip", _zip(CSV), "csv", ""),
    "parquet": ("etas.parquet", _parquet(), "parquet", ""),
    "json": ("etas.json", json.dumps(PLAIN).encode(), "json", ""),
    "xlsx": ("etas.xlsx", _xlsx(), "xlsx", ""),
    "xlsx_sheet": ("etas.xlsx", _xlsx(), "xlsx", 'sheet = "Orders"'),
    "xlsx_gz": ("etas.xlsx.gz", gzip.compress(_xlsx()), "xlsx", "sheet = 2"),
    "jsonl": ("etas.jsonl", JSONL, "jsonl", ""),
    "jsonl_gz": ("etas.jsonl.gz", gzip.compress(JSONL), "jsonl", ""),
    "json_zst": ("etas.json.zst", zstandard.compress(json.dumps(PLAIN).encode()), "json", ""),
}
ODD = {
    "german": (
        csv_text(GERMAN, delimiter=";").encode("cp1252"),
        'encoding = "cp1252"\ndelimiter = ";"\ndecimal = ","\nthousands = "."\ndate_format = "%d.%m.%Y"\n'
        'columns = { po_number = "Bestellung", sku = "Artikel", quantity = "Menge", eta = "Neuer Termin", status = "Lage" }\n'
        'values = { status = { offen = "open", versandt = "shipped" } }',
    ),
    "units": (
        csv_text([
            {"po_number": "P1", "sku": "A", "quantity": "2", "eta": "2026-03-16", "unit": "CS"},
            {"po_number": "P2", "sku": "A", "quantity": "2", "eta": "2026-03-16", "unit": ""},
            {"po_number": "P3", "sku": "A", "quantity": "2", "eta": "2026-03-16", "unit": "PALLET"},
        ]).encode(),
        "units = { CS = 12 }",
    ),
    "dates": (
        csv_text([
            {"po_number": "P1", "sku": "A", "quantity": 1, "eta": "3/16/2026"},
            {"po_number": "P2", "sku": "A", "quantity": 1, "eta": "16-Mar-26"},
            {"po_number": "P3", "sku": "A", "quantity": 1, "eta": "2026-03-16"},
            {"po_number": "P4", "sku": "A", "quantity": 1, "eta": "9999-12-31"},
            {"po_number": "P5", "sku": "A", "quantity": 1, "eta": "16/03/2026"},
            {"po_number": "P6", "sku": "A", "quantity": 1, "eta": "asap"},
            {"po_number": "P7", "sku": "A", "quantity": 1, "eta": "2029-03-02"},
            {"po_number": "P8", "sku": "A", "quantity": 1, "eta": "2029-03-03"},
            {"po_number": "P9", "sku": "A", "quantity": 1, "eta": "2024-03-02"},
            {"po_number": "P10", "sku": "A", "quantity": 1, "eta": "2024-03-01"},
        ]).encode(),
        'date_format = ["%m/%d/%Y", "%d-%b-%y"]',
    ),
    "own_unknown_words": (
        csv_text([
            {"po_number": "P1", "sku": "A", "quantity": 1, "eta": "auf Anfrage"},
            {"po_number": "P2", "sku": "A", "quantity": 1, "eta": "TBD"},
        ]).encode(),
        'unknown_words = ["auf Anfrage"]',
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    sources = [
        Source(name, "supplier_etas", format=kind, keys=f'constants = {{ supplier_id = "{name}" }}\n{keys}')
        for name, (_, _, kind, keys) in KINDS.items()
    ]
    sources += [Source(name, "supplier_etas", keys=f'constants = {{ supplier_id = "{name}" }}\n{keys}') for name, (_, keys) in ODD.items()]
    constants = 'constants = { supplier_id = "const", quantity = 7, eta = 2026-03-16, slice_no = 3, status = "shipped" }'
    sources.append(Source("constants", "supplier_etas", keys=constants))
    made = World(tmp_path_factory.mktemp("formats"), (*sources, ORDERS, CUSTOMERS), warehouse='timezone = "Europe/Berlin"')
    for name, (file, content, _, _) in KINDS.items():
        made.put_bytes(name, content, file)
    for name, (content, _) in ODD.items():
        made.put_bytes(name, content)
    made.put("constants", {"po_number": "P1", "sku": "A"})
    made.put("orders", order("O1", line_no="00010", sku=" A ", quantity_open="1.000001"))
    made.run(MONDAY)
    return made


def _landed(world: World, source: str) -> list[Any]:
    return world.values(
        "select po_number, quantity, eta_earliest_on, eta_latest_on, eta_precision from supplier_eta_history "
        "where source = ? order by po_number",
        source,
    )


@pytest.mark.parametrize("source", KINDS)
def test_the_same_list_lands_as_the_same_supply_lines_in_every_format(world: World, source: str) -> None:
    assert _landed(world, source) == LANDED


@pytest.mark.parametrize("source", KINDS)
def test_of_each_file_all_rows_are_counted_as_landed_and_its_hash_is_on_record(world: World, source: str) -> None:
    (file,) = world.rows("select * from source_files where source = ?", source)
    assert (file["status"], file["rows_landed"], file["rows_quarantined"]) == ("landed", 4, 0), file["reason"]
    assert len(file["sha256"]) == 64
    assert isinstance(file["received_at"], datetime)


def test_what_a_sheet_cannot_say_is_quarantined_with_the_row_that_excel_shows_and_nothing_is_lost(tmp_path: Path) -> None:
    book = Workbook()
    for row in (
        ["supplier_id", "po_number", "sku", "quantity", "eta"],
        ["ACME", 450012, "00123", 5, date(2026, 3, 16)],
        [],
        ["ACME", "#REF!", "A", 5, date(2026, 3, 16)],
        ["ACME", 450013, "A", 5, "#N/A"],
        ["ACME", 450014, "A", "=2+3", None],
        ["ACME", 450015, "A", 2.5, 46097],
    ):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    world = World(tmp_path, (Source("acme", "supplier_etas", format="xlsx"), ORDERS, CUSTOMERS))
    world.put_bytes("acme", buffer.getvalue(), "etas.xlsx")
    world.put("orders", order("O1"))
    world.run(MONDAY)
    (file,) = world.rows("select * from source_files where source = 'acme'")
    assert (file["rows_landed"], file["rows_quarantined"]) == (2, 3)
    assert world.values("select po_number, sku, quantity, eta_latest_on from supplier_eta_history order by 1") == [
        ("450012", "00123", 5, date(2026, 3, 16)),
        ("450015", "A", Decimal("2.5"), date(2026, 3, 16)),
    ]
    quarantined = {row["row_number"]: row for row in world.rows("select * from quarantined_rows")}
    assert {number: row["raw"] for number, row in quarantined.items()} == {
        4: "ACME,#REF!,A,5,2026-03-16",
        5: "ACME,450013,A,5,#N/A",
        6: "ACME,450014,A,=2+3,",
    }
    assert "'#REF!'" in quarantined[4]["message"]
    assert "'#N/A'" in quarantined[5]["message"]
    assert "'=2+3'" in quarantined[6]["message"]


def test_encoding_delimiter_decimal_mark_headers_and_words_of_a_source_are_understood(world: World) -> None:
    assert world.values(
        "select po_number, sku, quantity, eta_latest_on, status from supplier_eta_history where source = 'german' order by 1"
    ) == [
        ("P1", "A", Decimal("1012.5"), date(2026, 3, 16), "open"),
        ("P2", "Bügel", Decimal(3), date(2026, 3, 22), "shipped"),
    ]


def test_a_sources_units_become_ours_and_an_unknown_unit_is_quarantined(world: World) -> None:
    assert world.values("select po_number, quantity from supplier_eta_history where source = 'units' order by 1") == [("P1", 24), ("P2", 2)]
    (row,) = world.rows("select * from quarantined_rows where source = 'units'")
    assert (row["row_number"], "PALLET" in row["message"], "CS" in row["message"]) == (4, True, True)


def test_date_formats_are_tried_in_order_and_iso_forms_are_always_understood(world: World) -> None:
    day, none = date(2026, 3, 16), None
    found = dict(world.values("select po_number, eta_latest_on from supplier_eta_history where source = 'dates'"))
    assert found == {"P1": day, "P2": day, "P3": day, "P4": none, "P6": none, "P7": date(2029, 3, 2), "P9": date(2024, 3, 2)}


def test_an_unreadable_eta_and_one_too_far_from_the_as_of_date_are_quarantined_by_name(world: World) -> None:
    found = dict(world.values("select row_number, rule from quarantined_rows where source = 'dates'"))
    assert found.keys() == {6, 9, 11}
    assert found[9] == found[11] != found[6]


def test_a_sources_own_unknown_words_take_the_place_of_the_usual_ones(world: World) -> None:
    assert _landed(world, "own_unknown_words") == [("P1", 1, None, None, "unknown")]


def test_constants_fill_columns_that_the_file_lacks(world: World) -> None:
    assert world.values(
        "select supplier_id, po_line, slice_no, quantity, eta_latest_on, status, warehouse_id from supplier_eta_history "
        "where source = 'constants'"
    ) == [("const", "A", 3, 7, date(2026, 3, 16), "shipped", "main")]


def test_whole_numbers_lose_leading_zeros_texts_their_white_space_and_defaults_are_filled_in(world: World) -> None:
    (line,) = world.rows("select * from order_line_history")
    assert (line["line_no"], line["sku"], line["quantity_open"]) == (10, "A", Decimal("1.000001"))
    assert (line["warehouse_id"], line["priority"], line["status"], line["partial_ok"]) == ("main", 100, "open", True)
    # A bare day is midnight in the warehouse's zone, kept in UTC.
    assert line["ordered_at"] == datetime(2026, 2, 19, 23)


def test_all_six_feeds_land(tmp_path: Path) -> None:
    extra = (Source("stock", "inventory"), Source("others", "alternatives"), Source("people", "staff"))
    world = World(tmp_path, (Source("acme", "supplier_etas"), ORDERS, CUSTOMERS, *extra))
    world.put("acme", po("P1", "2026-03-16"))
    world.put("orders", order("O1"))
    world.put("stock", {"sku": "B", "on_hand": "2.5"})
    world.put(
        "others", {"sku": "A", "alternative_sku": "B", "name": "Other", "url": "https://shop.example/B", "available_on": "2026-03-04"}
    )
    world.put("people", {"staff_id": "S1", "role": "sales", "email": "s1@shop.example"})
    assert world.run(MONDAY).landed == {"acme": 1, "orders": 1, "customers": 1, "stock": 1, "others": 1, "people": 1}
