"""CSV: rows that are read at once, or picked by their lines, are those that the careful reader reads record by record (spec 2)."""

from __future__ import annotations

import io
from unittest.mock import patch

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.errors import FileRejected
from tasks.settings import SourceSettings
from tasks.sources import csv_files
from tasks.sources.cells import MustBeReadWhole, Request

SOURCE = SourceSettings(name="a", feed="inventory", format="csv", location="x", mode="snapshot")
HEADER = "sku,warehouse_id,on_hand,note"

CELL = st.one_of(
    st.sampled_from(["A1", "", " A1", "B 2 ", "7", '"a,b"', '"say ""so"""', '""', "é", "李", "\u00a0", "\ufeff"]),
    st.sampled_from(['a"b', '"open', ' "a"', '"a" ', '"two\nlines"', "sku", "ON_HAND ", "\x1c", "\0", '"a"b', "x\x85y"]),
)
PLAIN = st.sampled_from(["A1", "B2", " 7", '"a,b"', '"say ""so"""', '""', "é"])
ROW = st.one_of(
    st.lists(PLAIN, min_size=4, max_size=4).map(",".join),
    st.lists(PLAIN, min_size=4, max_size=4).map(",".join),
    st.lists(CELL, min_size=0, max_size=6).map(",".join),
    st.sampled_from([HEADER, HEADER.upper(), "Title", "sku,colour,on_hand,size", ",,,", "  ,, ,"]),
)


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    rows = draw(st.lists(ROW, max_size=12))
    before = draw(st.lists(st.sampled_from(["Stock of today", "", '"a\nb",c']), max_size=1))
    end = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    text = end.join([*before, HEADER, *rows]) + draw(st.sampled_from(["", end]))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.encode() + draw(st.sampled_from([b"", b"", b"", b"A\xff,b,c,d\n"]))


def read(content: bytes, request: Request) -> pl.DataFrame | str:
    """All rows, or the sentence of the refusal."""
    try:
        frames = list(csv_files.read_csv(io.BytesIO(content), SOURCE, request))
    except FileRejected as refusal:
        return str(refusal)
    rows = [frame for frame in frames if frame.height]
    if not rows:
        return "no rows"
    # The careful reader strips what follows a delimiter, and all cells are stripped when they are read.
    return pl.concat(rows).with_columns(pl.col("sku", "warehouse_id", "on_hand").str.strip_chars())


def carefully(content: bytes, request: Request) -> pl.DataFrame | str:
    with patch.object(csv_files, "lines_of", side_effect=MustBeReadWhole):
        return read(content, request)


def same(one: pl.DataFrame | str, other: pl.DataFrame | str) -> bool:
    return one.equals(other) if isinstance(one, pl.DataFrame) and isinstance(other, pl.DataFrame) else one is other or one == other


@given(content=contents(), block=st.sampled_from([7, 40, 100_000]))
@example(content=f"{HEADER}\nA1,main,3,x\n".encode(), block=7)
@settings(max_examples=400, deadline=None)
def test_a_file_that_is_read_in_blocks_has_the_rows_that_the_careful_reader_finds(content: bytes, block: int) -> None:
    with patch("tasks.sources.csv_lines.BLOCK_BYTES", block):
        found = read(content, Request(reading="r"))
    assert same(found, carefully(content, Request(reading="r"))), found


@given(content=contents(), data=st.data())
@settings(max_examples=200, deadline=None)
def test_rows_that_are_picked_are_those_of_the_whole_file_with_the_fingerprints_of_their_lines(content: bytes, data: st.DataObject) -> None:
    whole = carefully(content, Request(reading="r"))
    try:
        lines = pl.concat(csv_files.fingerprints_of_csv(io.BytesIO(content), SOURCE, Request(reading="r")))
        picked = read(content, Request(rows=lines["row_number"], reading="r"))
    except (MustBeReadWhole, FileRejected):
        return
    assert same(picked, whole)
    if isinstance(whole, pl.DataFrame):
        assert whole.select("row_number", "fingerprint").join(lines, on=["row_number", "fingerprint"]).height == whole.height


def test_plain_rows_are_read_at_once() -> None:
    content = f'{HEADER}\nA1,main,3,"a, ""b"""\nB2,,4,\n'.encode()
    with (
        patch.object(csv_files, "_records_of", side_effect=AssertionError),
        patch.object(csv_files, "_records_from", side_effect=AssertionError),
    ):
        found = read(content, Request(raw=False))
    assert isinstance(found, pl.DataFrame)
    assert found["sku"].to_list() == ["A1", "B2"]
    assert found["raw"].null_count() == 2
