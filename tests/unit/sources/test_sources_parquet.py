"""Sources, Parquet: typed columns become text faithfully, then go the way of every format (spec 2)."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from tasks.errors import FileRejected
from tests.unit.sources.conftest import Read


def parquet(**columns: Any) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


def etas(**columns: Any) -> bytes:
    given = {"supplier_id": ["ACME"], "po_number": ["1"], "sku": ["A1"], "quantity": [5], "eta": ["2026-12-04"]} | columns
    return parquet(**given)


def test_typed_columns_are_read_without_loss(read: Read) -> None:
    frame = read(
        etas(
            po_number=pa.array([4711.0]),
            quantity=pa.array([Decimal("12.345678")], pa.decimal128(20, 6)),
            eta=pa.array([date(2026, 12, 4)]),
            stated_at=pa.array([datetime(2026, 12, 3, 23, 30, tzinfo=UTC)], pa.timestamp("us", "Europe/Berlin")),
        ),
        "etas.parquet",
        format="parquet",
    )
    row = frame.row(0, named=True)
    assert (row["po_number"], row["quantity"], row["eta_latest_on"]) == ("4711", Decimal("12.345678"), date(2026, 12, 4))
    assert (row["stated_at"], row["stated_at_text"]) == (datetime(2026, 12, 3, 23, 30), "2026-12-04T00:30:00+01:00")


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (pa.array([None, 4711.0]), "4711"),  # pandas' whole numbers with gaps
        (pa.array([None, 0.1], pa.float32()), "0.1"),
        (pa.array([None, 0.5], pa.float16()), "0.5"),
        (pa.array([None, 2**63 + 1], pa.uint64()), "9223372036854775809"),
        (pa.array([None, Decimal("1.50")], pa.decimal128(10, 2)), "1.50"),
        (pa.array([None, Decimal("1.50")], pa.decimal256(60, 2)), "1.50"),
        (pa.array([None, True]), "true"),
        (pa.array([None, date(201, 12, 4)]), "0201-12-04"),
        (pa.array([None, datetime(2026, 12, 4, 1, 2, 3)], pa.timestamp("ns")), "2026-12-04T01:02:03"),
        (pa.array([None, datetime(2026, 12, 4, 23, 30, tzinfo=UTC)], pa.timestamp("s", "+02:30")), "2026-12-05T02:00:00.000+0230"),
        (pa.array([None, "A1"]).dictionary_encode(), "A1"),
        (pa.array([None, b"A1"]), "A1"),
        (pa.array([None, b"\xff"]), "ff"),
        (pa.array([None, [1, 2]]), "[1,2]"),
        (pa.array([None, {"a": "x"}]), '{"a":"x"}'),
        (pa.nulls(2), None),
    ],
)
def test_each_type_becomes_the_text_that_people_would_write(read: Read, array: pa.Array, text: str | None) -> None:
    frame = read(parquet(sku=array, on_hand=[1, 2]), "stock.parquet", feed="inventory", format="parquet")
    assert frame["sku"].to_list() == [None, text]


def test_what_is_no_number_in_a_float_column_is_unreadable(read: Read) -> None:
    frame = read(parquet(sku=["a", "b"], on_hand=[float("nan"), float("inf")]), "stock.parquet", feed="inventory", format="parquet")
    assert frame["on_hand"].to_list() == [None, None]
    assert frame["on_hand_text"].to_list() == ["NaN", "inf"]


def test_rows_are_numbered_over_all_chunks_and_raw_is_compact_json(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.sources.parquet_files.CHUNK_ROWS", 2)
    frame = read(parquet(sku=["a", "李", "c"], on_hand=[1, 2, None]), "stock.parquet", feed="inventory", format="parquet")
    assert frame["row_number"].to_list() == [1, 2, 3]
    assert frame["raw"].to_list() == ['{"sku":"a","on_hand":1}', '{"sku":"李","on_hand":2}', '{"sku":"c","on_hand":null}']


def test_a_file_without_rows_is_a_frame_without_rows(read: Read) -> None:
    content = parquet(sku=pa.array([], pa.string()), on_hand=pa.array([], pa.int64()))
    assert read(content, "stock.parquet", feed="inventory", format="parquet").height == 0


def test_a_frame_of_polars_is_read(read: Read) -> None:
    target = io.BytesIO()
    pl.DataFrame({"sku": ["A1"], "on_hand": [Decimal("1.5")]}).write_parquet(target)
    assert read(target.getvalue(), "stock.parquet", feed="inventory", format="parquet")["on_hand"].to_list() == [Decimal("1.5")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"sku,on_hand\nA1,5\n", "expected a Parquet file, found bytes that do not begin with PAR1"),
        (b"<html></html>", "expected a Parquet file, found an HTML page"),
        (b"PAR1" + b"\x00" * 50, "expected a sound Parquet file, found one that cannot be read"),
        (etas()[:-30], "expected a sound Parquet file, found one that cannot be read"),
        (parquet(sku=["A1"], stock=[1]), "expected the column 'on_hand' in the Parquet file, found none"),
    ],
)
def test_what_is_no_parquet_file_is_rejected(read: Read, content: bytes, sentence: str) -> None:
    with pytest.raises(FileRejected) as refusal:
        read(content, "stock.parquet", feed="inventory", format="parquet")
    assert sentence in str(refusal.value)
