"""Sources, on data that nobody here made up (../shared/data beside the project; skipped where it is absent)."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from tasks.settings import SourceSettings
from tasks.sources.places import find_files
from tasks.sources.reading import read_feed
from tests.unit.sources.conftest import Source

DATA = Path(__file__).parents[4] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data is not here: {DATA}")


def read_first(source: SourceSettings) -> pl.DataFrame:
    return pl.concat(read_feed(source, find_files(source)[0].path, ZoneInfo("UTC")))


@pytest.fixture
def shortages(source: Source) -> SourceSettings:
    return source(
        location=str(DATA / "drug-shortages" / "*.csv.gz"),
        file_date="%Y-%m-%d",
        constants={"quantity": 1},
        columns={
            "supplier_id": "Company Name",
            "po_number": "Report ID",
            "sku": "DIN",
            "eta": "Estimated Shortage End Date",
            "status": "Shortage Status",
            "reason": "Reason",
        },
        values={
            "status": {
                "active_confirmed": "open",
                "anticipated_shortage": "open",
                "avoided_shortage": "cancelled",
                "resolved": "received",
            }
        },
    )


def test_shortage_snapshots_come_by_the_date_in_their_names(shortages: SourceSettings) -> None:
    days = [str(file.file_date) for file in find_files(shortages)]
    assert (len(days), days[0], days[-1]) == (10, "2018-01-02", "2018-01-12")
    assert days == sorted(days)


def test_the_table_of_shortages_ends_where_that_of_discontinuations_begins(shortages: SourceSettings) -> None:
    frame = read_first(shortages)
    # Row 1 is a title, row 2 the header, row 3756 the next table's title.
    assert frame["row_number"].to_list() == list(range(3, 3756))
    assert frame["row_problem"].null_count() == frame.height
    assert frame["raw"].str.contains(",Shortage,", literal=True).all()


def test_every_shortage_is_readable_and_a_missing_end_date_is_unknown(shortages: SourceSettings) -> None:
    for file in find_files(shortages):
        frame = pl.concat(read_feed(shortages, file.path, ZoneInfo("UTC")))
        assert frame["status"].null_count() == 0
        assert set(frame["eta_precision"]) == {"day", "unknown"}
        assert frame.filter(pl.col("eta_precision") == "unknown")["eta_text"].null_count() == frame["eta_text"].null_count()


def test_a_year_such_as_0201_is_a_date_that_a_later_rule_refuses(shortages: SourceSettings) -> None:
    columns = shortages.columns | {"eta": "Shortage Start Date"}
    frame = read_first(shortages.model_copy(update={"columns": columns}))
    assert frame["eta_earliest_on"].dt.year().min() == 201


def test_deliveries_with_cr_line_ends_and_two_date_formats_are_read_whole(source: Source) -> None:
    frame = read_first(
        source(
            location=str(DATA / "scms" / "*.csv.gz"),
            date_format=["%d-%b-%y", "%m/%d/%y"],
            unknown_words=["Date Not Captured", "N/A - From RDC"],
            columns={
                "supplier_id": "Vendor",
                "po_number": "PO / SO #",
                "po_line": "ID",
                "sku": "item description",
                "quantity": "Line Item Quantity",
                "eta": "PO Sent to Vendor Date",
                "stated_at": "Scheduled Delivery Date",
            },
        )
    )
    assert frame["row_number"].to_list() == list(range(2, 10_326))
    assert frame["row_problem"].null_count() == frame.height
    assert frame["quantity"].null_count() == frame["stated_at"].null_count() == frame["eta_precision"].null_count() == 0
    assert frame.filter(pl.col("eta_precision") == "unknown").height == 5404 + 328
