"""A file that cannot be the truth is rejected whole, with a sentence; the last accepted truth stays in force (spec 2)."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from tests.pipeline.command_line import tellwhen
from tests.pipeline.worlds import (
    CUSTOMERS,
    ORDERS,
    ORDERS_OF_ANY_AGE,
    STOCK,
    TUESDAY,
    WEDNESDAY,
    Source,
    World,
    at_customer,
    csv_text,
    day,
    order,
    po,
)

HEADER = b"supplier_id,po_number,sku,quantity,eta\n"
HTML = b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1>po_number, eta</body></html>\n"
# source: format, file name, bytes, words that the reason must hold
BROKEN: dict[str, tuple[str, str, bytes, tuple[str, ...]]] = {
    "zero_bytes": ("csv", "a.csv", b"", ("0 bytes",)),
    "blank": ("csv", "a.csv", b"\n\n \n", ("header",)),
    "html_page": ("csv", "a.csv", HTML, ("HTML",)),
    "no_header": ("csv", "a.csv", b"ACME,P1,A,1,2026-03-16\nACME,P2,A,1,2026-03-16\n", ("header",)),
    "no_column": ("csv", "a.csv", b"supplier_id,po_number,sku,quantity\nACME,P1,A,1\n", ("eta",)),
    "header_only": ("csv", "a.csv", HEADER, ("no rows", "may_be_empty")),
    "column_twice": ("csv", "a.csv", b"supplier_id,po_number,sku,quantity,eta,eta\nACME,P1,A,1,2026-03-16,2026-03-17\n", ("eta",)),
    "wrong_delimiter": ("csv", "a.csv", HEADER.replace(b",", b";") + b"ACME;P1;A;1;2026-03-16\n", (";",)),
    "wrong_encoding": ("csv", "a.csv", HEADER + "ACME,P1,Bügel,1,2026-03-16\n".encode("cp1252"), ("utf-8",)),
    "cut_gz": ("csv", "a.csv.gz", gzip.compress(HEADER * 1000)[:-20], (".gz",)),
    "no_gz": ("csv", "a.csv.gz", HEADER + b"ACME,P1,A,1,2026-03-16\n", (".gz",)),
    "no_zip": ("csv", "a.zip", b"PK\x03\x04 not really", (".zip",)),
    "no_parquet": ("parquet", "a.parquet", HEADER + b"ACME,P1,A,1,2026-03-16\n", ("Parquet",)),
    "no_json": ("json", "a.json", b'[{"supplier_id": "ACME", ', ("JSON",)),
    "json_page": ("json", "a.json", HTML, ("JSON",)),
    "json_empty": ("json", "a.json", b"[]", ("rows",)),
    "no_xlsx": ("xlsx", "a.xlsx", HEADER + b"ACME,P1,A,1,2026-03-16\n", ("Excel", "csv")),
    "xlsx_page": ("xlsx", "a.xlsx", HTML, ("Excel", "HTML")),
    "cut_xlsx": ("xlsx", "a.xlsx", b"PK\x03\x04 not really", ("Excel", "cut off")),
    "jsonl_page": ("jsonl", "a.jsonl", HTML, ("JSON",)),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A file broken in every way that there is, each of a source of its own, beside one good source of each feed."""
    sources = [Source(name, "supplier_etas", format=kind, keys="required = false") for name, (kind, *_) in BROKEN.items()]
    sources += [Source("empty_is_right", "supplier_etas", keys="may_be_empty = true")]
    world = World(tmp_path_factory.mktemp("broken"), (Source("acme", "supplier_etas"), *sources, ORDERS, CUSTOMERS))
    for name, (_, file, content, _) in BROKEN.items():
        world.put_bytes(name, content, file)
    world.put_bytes("empty_is_right", HEADER)
    world.put("acme", po("P1", "2026-03-16"))
    world.put("orders", order("O1"))
    world.run(day(1))
    return world


@pytest.mark.parametrize("source", BROKEN)
def test_a_broken_file_is_rejected_whole_with_a_sentence_that_says_what_was_expected_and_found(broken: World, source: str) -> None:
    (file,) = broken.rows("select * from source_files where source = ?", source)
    assert (file["status"], file["rows_landed"], file["rows_quarantined"]) == ("rejected", 0, 0)
    assert all(word.casefold() in file["reason"].casefold() for word in BROKEN[source][3]), file["reason"]
    assert "expected" in file["reason"], file["reason"]
    assert not broken.values("select 1 from supplier_eta_history where source = ?", source)


def test_the_good_feeds_proceed_beside_rejected_ones(broken: World) -> None:
    assert broken.expected() == {"O1": at_customer("2026-03-16")}


def test_an_empty_list_lands_where_it_may_be_empty(broken: World) -> None:
    assert broken.values("select status from source_files where source = 'empty_is_right'") == ["landed"]


def test_a_rejected_file_is_passed_over_until_the_settings_of_its_source_change_or_the_file_is_written_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put_bytes("acme", csv_text([po("P1", "16.03.2026")], delimiter=";").encode())
    path = world.folder / "inbox" / "acme" / "1.csv"
    world.put("orders", order("O1"))
    sources = (Source("acme", "supplier_etas", keys="required = false"), ORDERS, CUSTOMERS)
    world.configure(sources=sources)
    assert world.run(day(1)).rejected.keys() == {"acme"}
    assert world.run(day(2)).rejected == {}, "the same file under the same settings is passed over"
    os.utime(path, (1, 1))
    assert world.run(day(2)).rejected.keys() == {"acme"}, "another modification time is another file"
    world.configure(settings="[promise]\nhandling_days = 2")
    assert world.run(day(2)).rejected == {}, "another section's settings are not the source's"
    world.configure(sources=(Source("acme", "supplier_etas", keys='delimiter = ";"\ndate_format = "%d.%m.%Y"'), ORDERS, CUSTOMERS))
    assert world.run(day(3)).landed["acme"] == 1
    world.configure(sources=sources)
    assert world.run(day(4)).rejected == {}, "a landed file is passed over whatever the settings"
    assert world.values("select status from source_files where source = 'acme' order by file_id") == ["rejected", "rejected", "landed"]


def test_a_landed_file_is_passed_over_by_path_time_and_hash(tmp_path: Path) -> None:
    world = World(tmp_path)
    path = world.put("acme", po("P1", "2026-03-16"))
    world.put("orders", order("O1"))
    assert world.run(day(1)).landed["acme"] == 1
    assert world.run(day(2)).landed == {"acme": 0, "orders": 0, "customers": 0}
    stamp = path.stat().st_mtime_ns
    path.write_text(csv_text([po("P1", "2026-03-17")]))
    os.utime(path, ns=(stamp, stamp))
    assert world.run(day(3)).landed["acme"] == 1, "the same path and time, but other bytes"
    path.rename(path.with_name("2.csv"))
    assert world.run(day(4)).landed["acme"] == 1, "the same bytes and time at another path"
    os.utime(path.with_name("2.csv"), ns=(stamp + 1_000_000_000, stamp + 1_000_000_000))
    assert world.run(day(5)).landed["acme"] == 1, "the same path and bytes at another time"
    assert world.run(day(5)).landed["acme"] == 0


def _etas(count: int, undated: int = 0) -> list[dict[str, object]]:
    return [po(f"P{n:03}", None if n < undated else "2026-03-16") for n in range(count)]


def _status(world: World, source: str = "acme") -> list[str]:
    return world.values("select status from source_files where source = ? order by file_id", source)


def test_a_snapshot_with_more_than_half_of_its_good_rows_gone_is_rejected_until_somebody_accepts_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put("acme", *_etas(40))
    world.put("orders", order("O1", po_number="P039"))
    world.run(day(1))
    world.put("acme", *_etas(20))
    assert world.run(day(2)).landed["acme"] == 20, "just half is not more than half"
    assert world.supply()["P039"] == "open"
    lost = world.put("acme", *_etas(9))
    summary = world.run(day(3))
    assert summary.landed["acme"] == 0
    assert {"20", "9"} <= set("".join(c if c.isalnum() else " " for c in summary.rejected["acme"][0]).split())
    assert "sources accept" in summary.rejected["acme"][0]
    assert tellwhen(world, "sources", "accept", "acme", str(lost), "--by", "Ann").code == 0
    assert world.run(day(3)).landed["acme"] == 9
    assert _status(world) == ["landed", "landed", "rejected", "landed"]
    world.put("acme", *_etas(4))
    assert world.run(day(4)).landed["acme"] == 4, "with fewer than 20 rows before, any loss is believed"


def test_a_snapshot_in_which_more_than_half_of_the_dates_are_lost_is_rejected_until_somebody_accepts_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put("acme", *_etas(20))
    world.put("orders", order("O1"))
    world.run(day(1))
    lost = world.put("acme", *_etas(20, undated=11))
    summary = world.run(day(2))
    assert summary.landed["acme"] == 0
    assert "max_date_loss" in summary.rejected["acme"][0]
    assert summary.changes == {}
    assert tellwhen(world, "sources", "accept", "acme", str(lost), "--by", "Ann").code == 0
    assert world.run(day(2)).landed["acme"] == 20


def test_half_of_the_dates_may_be_lost_and_so_may_all_of_fewer_than_twenty(tmp_path: Path) -> None:
    world = World(tmp_path, (Source("acme", "supplier_etas"), Source("small", "supplier_etas"), ORDERS, CUSTOMERS))
    small = [{**row, "supplier_id": "SMALL"} for row in _etas(19)]
    world.put("acme", *_etas(20))
    world.put("small", *small)
    world.put("orders", order("O1"))
    world.run(day(1))
    world.put("acme", *_etas(20, undated=10))
    world.put("small", *({**row, "eta": ""} for row in small))
    assert world.run(day(2)).rejected == {}


def test_a_delta_may_be_as_short_as_it_likes(tmp_path: Path) -> None:
    world = World(tmp_path, (Source("acme", "supplier_etas", "delta"), ORDERS, CUSTOMERS))
    world.put("acme", *_etas(40))
    world.put("orders", order("O1"))
    world.run(day(1))
    world.put("acme", po("P000", "2026-03-17"))
    assert world.run(day(2)).landed["acme"] == 1
    assert set(world.supply().values()) == {"open"}


def test_rejected_feeds_of_every_kind_leave_the_last_truth_in_force(tmp_path: Path) -> None:
    world = World(tmp_path, (Source("acme", "supplier_etas"), ORDERS, CUSTOMERS, STOCK), ORDERS_OF_ANY_AGE)
    world.put("acme", po("P1", "2026-03-16"))
    world.put("orders", order("O1", "2026-03-30", quantity_open=3), order("O2", "2026-03-30", sku="B"))
    world.put("stock", {"sku": "B", "on_hand": 5})
    world.run(day(1))
    before = world.expected()
    for source in ("acme", "orders", "customers", "stock"):
        world.put_bytes(source, HTML)
    summary = world.run(TUESDAY)
    assert summary.rejected.keys() == {"acme", "orders", "customers", "stock"}
    assert summary.open_lines == 2
    assert world.expected() == before
    world.put("acme", po("P1", "2026-04-16"))
    assert world.run(WEDNESDAY).notices == {"accepted": 1}, "the customers of before are still known"


def test_all_files_of_a_snapshot_in_parts_are_the_truth_together(tmp_path: Path) -> None:
    world = World(tmp_path, (Source("acme", "supplier_etas", keys="parts = true"), ORDERS, CUSTOMERS))
    world.put("acme", po("P1", "2026-03-16"))
    world.put("acme", po("P2", "2026-03-17"))
    world.put("orders", order("O1"))
    world.run(day(1))
    world.put("acme", po("P1", "2026-03-18"))
    world.put("acme", po("P2", "2026-03-19"))
    world.run(day(2))
    assert world.supply() == {"P1": "open", "P2": "open"}
    assert not world.values("select 1 from supplier_eta_history where status <> 'open'")
    world.put("acme", po("P1", "2026-03-18"))
    world.put_bytes("acme", HTML)
    world.run(day(3))
    assert set(_status(world)[-2:]) == {"rejected"}, "parts are landed together or not at all"


def test_an_older_snapshot_by_its_file_date_is_history_only(tmp_path: Path) -> None:
    world = World(tmp_path, (Source("acme", "supplier_etas", keys='file_date = "etas_(%Y%m%d)"'), ORDERS, CUSTOMERS))
    world.put_bytes("acme", csv_text([po("P1", "2026-03-16")]).encode(), "b_etas_20260301.csv")
    world.put_bytes("acme", csv_text([po("P1", "2026-03-18")]).encode(), "a_etas_20260302.csv")
    world.put("orders", order("O1"))
    world.run(day(1))
    assert world.expected() == {"O1": at_customer("2026-03-18")}, "the later date in the name rules, not the order of the names"
    world.put_bytes("acme", csv_text([po("P1", "2026-05-18"), po("P2", "2026-05-18")]).encode(), "etas_20260228.csv")
    summary = world.run(day(2))
    assert summary.rejected == {}
    assert (summary.changes, world.expected(), world.supply()) == ({}, {"O1": at_customer("2026-03-18")}, {"P1": "open"})
    assert _status(world) == ["landed"] * 3
    world.put_bytes("acme", csv_text([po("P1", "2026-05-18")]).encode(), "latest.csv")
    assert "file_date" in world.run(day(3)).rejected["acme"][0]


def test_without_file_date_files_are_taken_in_natural_order_of_their_paths(tmp_path: Path) -> None:
    world = World(tmp_path)
    for name, eta in (("etas_10.csv", "2026-03-18"), ("etas_9.csv", "2026-03-16")):
        world.put_bytes("acme", csv_text([po("P1", eta)]).encode(), name)
    world.put("orders", order("O1"))
    world.run(day(1))
    assert world.expected() == {"O1": at_customer("2026-03-18")}
    assert [Path(path).name for path in world.values("select path from source_files where source = 'acme' order by file_id")] == [
        "etas_9.csv",
        "etas_10.csv",
    ]
