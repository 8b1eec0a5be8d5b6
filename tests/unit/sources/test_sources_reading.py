"""Sources, reading: the door of the stage for landing."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from tasks.errors import FileRejected, TellwhenError
from tasks.feeds import FEEDS
from tasks.sources.reading import frame_schema, read_feed, source_problems
from tests.unit.sources.conftest import Read, Source


@pytest.mark.parametrize("feed", FEEDS)
def test_each_feed_can_be_read_from_a_header_with_its_own_names(read: Read, feed: str) -> None:
    columns = [column.name for column in FEEDS[feed]]
    frame = read(",".join(columns) + "\n" + "," * (len(columns) - 1) + "x\n", feed=feed)
    assert dict(frame.schema) == frame_schema(feed)
    assert frame.height == 1


def test_the_schema_says_which_text_stands_beside_which_column() -> None:
    schema = frame_schema("inventory")
    assert schema == {
        "row_number": pl.Int64(),
        "raw": pl.String(),
        "row_problem": pl.String(),
        "fingerprint": pl.UInt64(),
        "sku": pl.String(),
        "warehouse_id": pl.String(),
        "on_hand": pl.Decimal(18, 6),
        "on_hand_text": pl.String(),
    }


def test_all_chunks_of_a_file_have_the_same_columns(tmp_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.sources.csv_lines.BLOCK_BYTES", 22)
    path = tmp_path / "stock.csv"
    path.write_text("sku,on_hand\n" + "A1,\n" * 4 + "A1,5\n")
    frames = list(read_feed(source(feed="inventory"), path, ZoneInfo("UTC")))
    assert [frame.height for frame in frames] == [2, 3]
    assert {tuple(frame.schema.items()) for frame in frames} == {tuple(frame_schema("inventory").items())}


def test_damage_far_into_a_file_is_found_after_the_first_frames(tmp_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.sources.csv_files.CHUNK_ROWS", 1000)
    path = tmp_path / "stock.csv"
    path.write_bytes(b"sku,on_hand\n" + b"A1,5\n" * 5000 + b"\xf8,5\n")
    frames = read_feed(source(feed="inventory"), path, ZoneInfo("UTC"))
    assert next(frames).height == 1000
    with pytest.raises(FileRejected, match=r"byte 0xF8 at position 25013, row 5002"):
        list(frames)


def test_a_file_that_is_gone_is_not_called_rejected(tmp_path: Path, source: Source) -> None:
    with pytest.raises(TellwhenError, match=r"source acme: .*gone\.csv cannot be read: No such file") as error:
        list(read_feed(source(), tmp_path / "gone.csv", ZoneInfo("UTC")))
    assert not isinstance(error.value, FileRejected)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"location": "https://supplier.example/etas.csv"}, "is a URL"),
        ({"file_date": "etas"}, "file_date 'etas' cannot be used"),
        ({"date_format": "%d.%m."}, "date_format '%d.%m.' gives no day, week or month of a year"),
        ({"units": {"CS": 0}}, "units 'CS' is 0"),
        ({"delimiter": '"'}, "delimiter '\"' cannot divide cells"),
        ({"values": {"status": {"offen": "opened"}}}, "values.status turns 'offen' into 'opened'; expected one of open, shipped"),
    ],
)
def test_settings_that_cannot_be_used_are_told_before_any_file(source: Source, settings: dict[str, Any], problem: str) -> None:
    (sentence,) = source_problems(source(**settings))
    assert problem in sentence


def test_usual_settings_have_no_problem(source: Source) -> None:
    assert source_problems(source(values={"status": {"x": ""}, "eta": {"bald": "TBD"}}, units={"CS": 12}, date_format="%d.%m.%Y")) == []
