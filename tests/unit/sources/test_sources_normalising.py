"""Sources, normalising: constants, values, units, defaults, and the text beside each typed cell (spec 2 and 9)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from tests.unit.sources.conftest import Read

HEADER = "supplier_id,po_number,sku,quantity,eta"
ORDERS = "order_id,line_no,customer_id,sku,quantity_open,ordered_at"


def test_an_empty_cell_means_the_default_and_has_no_text(read: Read) -> None:
    row = read(f"{HEADER},warehouse_id,status,slice_no\nACME,1,A1,5, , ,,\n").row(0, named=True)
    assert (row["warehouse_id"], row["status"], row["status_text"], row["slice_no"]) == ("main", "open", None, None)
    assert (row["eta_earliest_on"], row["eta_latest_on"], row["eta_precision"], row["eta_text"]) == (None, None, "unknown", None)


def test_a_missing_column_means_the_default(read: Read) -> None:
    row = read(f"{ORDERS}\nO1,00010,C1,A1,5,2026-12-04\n", feed="order_lines").row(0, named=True)
    assert (row["line_no"], row["priority"], row["partial_ok"], row["status"], row["warehouse_id"]) == (10, 100, True, "open", "main")
    assert (row["line_no_text"], row["priority_text"], row["promised_on"]) == ("00010", None, None)
    assert row["ordered_at"] == datetime(2026, 12, 4)


def test_what_cannot_be_read_is_null_beside_its_text_never_the_default(read: Read) -> None:
    row = read(f"{HEADER},status,slice_no,stated_at\nACME,1,A1,many,31.02.2026,perhaps,1.5,noon\n").row(0, named=True)
    assert (row["quantity"], row["eta_precision"], row["status"], row["slice_no"], row["stated_at"]) == (None,) * 5
    texts = [row[f"{name}_text"] for name in ("quantity", "eta", "status", "slice_no", "stated_at")]
    assert texts == ["many", "31.02.2026", "perhaps", "1.5", "noon"]


def test_the_words_of_the_file_become_ours_exactly_first_then_in_any_case(read: Read) -> None:
    frame = read(
        f"{HEADER},status\n"
        + "".join(f"ACME,1,A1,5,{eta},{status}\n" for eta, status in [("bald", "ERLEDIGT"), ("", "X"), ("", "x"), ("", "")]),
        values={"status": {"erledigt": "received", "X": "cancelled", "x": "shipped", "": "open"}, "eta": {"BALD": "TBD"}},
    )
    assert frame["status"].to_list() == ["received", "cancelled", "shipped", "open"]
    assert frame["status_text"].to_list() == ["ERLEDIGT", "X", "x", None]
    assert (frame["eta_precision"][0], frame["eta_text"][0]) == ("unknown", "bald")


def test_our_words_are_known_in_any_case(read: Read) -> None:
    assert read(f"{HEADER},status\nACME,1,A1,5,,Shipped\n")["status"].to_list() == ["shipped"]


def test_constants_of_every_type_are_cells(read: Read) -> None:
    frame = read(
        "sku,quantity_open\nA1,5\n",
        feed="order_lines",
        decimal=",",
        constants={
            "order_id": "O1",
            "line_no": 10,
            "customer_id": 4711,
            "ordered_at": datetime(2026, 12, 4, 10),
            "promised_on": date(2026, 12, 24),
            "partial_ok": False,
        },
    )
    row = frame.row(0, named=True)
    assert (row["order_id"], row["line_no"], row["customer_id"], row["partial_ok"]) == ("O1", 10, "4711", False)
    assert (row["ordered_at"], row["promised_on"]) == (datetime(2026, 12, 4, 10), date(2026, 12, 24))
    assert read("sku\nA1\n", feed="inventory", decimal=",", constants={"on_hand": 1.5})["on_hand"].to_list() == [Decimal("1.5")]


def test_a_constant_stands_even_where_the_file_has_the_column(read: Read) -> None:
    assert read(f"{HEADER},warehouse_id\nACME,1,A1,5,,east\n", constants={"warehouse_id": "west"})["warehouse_id"].to_list() == ["west"]


def test_quantities_are_turned_into_our_unit_exactly(read: Read) -> None:
    rows = [("1", "CS"), ("0.3333333", "tri"), ("2", ""), ("3", "PAL"), ("many", "CS"), ("0.1", "ea")]
    frame = read(
        f"{HEADER},unit\n" + "".join(f"ACME,1,A1,{quantity},,{unit}\n" for quantity, unit in rows),
        units={"CS": 12, "TRI": "3", "EA": 0.1},
    )
    # Rounded after it is multiplied: 0.3333333 thirds are 0.9999999 of ours.
    assert frame["quantity"].to_list() == [Decimal(12), Decimal(1), Decimal(2), Decimal(3), None, Decimal("0.01")]
    assert frame["quantity_text"].to_list() == [quantity for quantity, _ in rows]
    assert frame["unit_known"].to_list() == [True, True, True, False, True, True]


def test_a_unit_is_unknown_where_the_source_names_none(read: Read) -> None:
    assert read(f"{HEADER},unit\nACME,1,A1,5,,EA\nACME,2,A1,5,,\n")["unit_known"].to_list() == [False, True]


def test_flags_are_known_in_many_words(read: Read) -> None:
    words = ["TRUE", "yes", "Y", "1", "t", "False", "no", "N", "0", "f", "ja", ""]
    frame = read(f"{ORDERS},partial_ok\n" + "".join(f"O1,1,C1,A1,5,2026-12-04,{word}\n" for word in words), feed="order_lines")
    assert frame["partial_ok"].to_list() == [True] * 5 + [False] * 5 + [None, True]


def test_chunks_are_alike_whatever_stands_in_them(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    content = f"{HEADER}\n" + "".join(f"ACME,{n},A1,{n or ''},{'' if n % 2 else '2026-12'}\n" for n in range(7))
    whole = read(content)
    monkeypatch.setattr("tasks.sources.csv_files.CHUNK_ROWS", 1)
    assert isinstance(whole, pl.DataFrame)
    assert read(content).equals(whole)
