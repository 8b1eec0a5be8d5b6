"""Real purchase orders (USAID SCMS): byte-order mark, CR-only line ends, two date formats, texts for dates; landed by configuration alone.

Each row's fate is held against a plain-Python count of the file. `pytest -s` prints the table of where the rows went, and why.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.pipeline.worlds import CUSTOMERS, ORDERS, Source, World, order

FILE = Path(__file__).parents[3] / "shared" / "data" / "scms" / "SCMS_Delivery_History_Dataset.csv.gz"
AS_OF = date(2010, 6, 1)
# An ETA more than two years before or three years after the as-of date is a row for quarantine (spec 2).
FIRST, LAST = date(2008, 6, 1), date(2013, 6, 1)
NO_DATE = ("Date Not Captured", "N/A - From RDC")

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="needs ../shared/data/scms, which is not part of the project")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """The file as Python's own csv module reads it."""
    text = gzip.decompress(FILE.read_bytes()).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def landed(folder: Path, po_line: str, eta: str) -> tuple[World, dict[str, int]]:
    """One run on the file; returns the world and how many rows went where."""
    registry = Source(
        "registry",
        "supplier_etas",
        location=str(FILE),
        keys='date_format = ["%d-%b-%y", "%m/%d/%y"]\n'
        f"unknown_words = [{', '.join(map(repr, NO_DATE))}]\n"
        f'columns = {{ supplier_id = "Vendor", po_number = "PO / SO #", po_line = "{po_line}", sku = "Item Description", '
        f'quantity = "Line Item Quantity", eta = "{eta}" }}',
    )
    world = World(folder, (registry, ORDERS, CUSTOMERS))
    world.put("orders", order("O1"))
    world.run(AS_OF)
    (file,) = world.rows("select * from source_files where source = 'registry'")
    assert file["status"] == "landed", file["reason"]
    fates = {"landed": file["rows_landed"], **dict(world.values("select rule, count(*) from quarantined_rows group by 1"))}
    print(f"\npo_line = {po_line}, eta = {eta}, as of {AS_OF}")
    print("\n".join(f"  {count:>6}  {fate}" for fate, count in fates.items()))
    return world, fates


def scheduled(row: dict[str, str]) -> date:
    return datetime.strptime(row["Scheduled Delivery Date"], "%d-%b-%y").date()


def test_with_a_line_number_of_its_own_every_row_with_a_plausible_date_lands(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    world, fates = landed(tmp_path, "ID", "Scheduled Delivery Date")
    good = [row for row in rows if FIRST <= scheduled(row) <= LAST]
    assert fates == {"landed": len(good), "eta_is_plausible": len(rows) - len(good)}
    found = world.values("select supplier_id, po_number, po_line, sku, quantity, eta_latest_on from supplier_eta_history")
    assert sorted(found) == sorted(
        (row["Vendor"], row["PO / SO #"], row["ID"], row["Item Description"], int(row["Line Item Quantity"]), scheduled(row))
        for row in good
    )
    # The file's records are numbered as a spreadsheet shows them: the header is row 1.
    refused = set(world.values("select row_number from quarantined_rows"))
    assert refused == {number for number, row in enumerate(rows, 2) if not FIRST <= scheduled(row) <= LAST}


def test_by_item_a_pair_with_one_date_is_repeated_and_a_pair_with_several_has_slices(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    world, fates = landed(tmp_path, "Item Description", "Scheduled Delivery Date")
    pairs = Counter((row["PO / SO #"], row["Item Description"]) for row in rows)
    assert sum(count > 1 for count in pairs.values()) == 916
    good = [(row["Vendor"], row["PO / SO #"], row["Item Description"], scheduled(row)) for row in rows if FIRST <= scheduled(row) <= LAST]
    assert fates == {
        "landed": len(set(good)),
        "eta_is_plausible": len(rows) - len(good),
        "is_not_repeated": len(good) - len(set(good)),
    }
    # Where a row of the PO line was refused for its date, none of the file's rows rule; the others are all there, sliced in date order.
    refused = {(row["Vendor"], row["PO / SO #"], row["Item Description"]) for row in rows if not FIRST <= scheduled(row) <= LAST}
    expected = sorted(key for key in set(good) if key[:3] not in refused)
    found = world.values("select supplier_id, po_number, po_line, eta_latest_on from supplier_eta_history order by all")
    assert found == expected
    assert not world.values("select 1 from supplier_eta_history group by supplier_id, po_number, po_line having max(slice_no) <> count(*)")
    # Of repeated rows the last one's quantity counts.
    last = {(row["Vendor"], row["PO / SO #"], row["Item Description"], scheduled(row)): int(row["Line Item Quantity"]) for row in rows}
    quantities = world.values("select supplier_id, po_number, po_line, eta_latest_on, quantity from supplier_eta_history")
    assert all(last[tuple(row[:4])] == row[4] for row in quantities)


def test_the_other_date_column_with_its_other_format_and_its_texts_for_no_date_lands_too(
    tmp_path: Path, rows: list[dict[str, str]]
) -> None:
    world, fates = landed(tmp_path, "ID", "PO Sent to Vendor Date")
    texts = [row["PO Sent to Vendor Date"] for row in rows]
    undated = sum(text in NO_DATE for text in texts)
    days = [datetime.strptime(text, "%m/%d/%y").date() for text in texts if text not in NO_DATE]
    plausible = sum(FIRST <= found <= LAST for found in days)
    assert fates == {"landed": undated + plausible, "eta_is_plausible": len(days) - plausible}
    assert dict(world.values("select eta_precision, count(*) from supplier_eta_history group by 1")) == {
        "unknown": undated,
        "day": plausible,
    }
