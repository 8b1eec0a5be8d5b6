"""Sources, places: which files are taken, and in what order (spec 2)."""

from __future__ import annotations

import hashlib
import os
from datetime import date, datetime
from pathlib import Path

import pytest

from tasks.errors import ConfigurationError
from tasks.sources.places import find_files
from tests.unit.sources.conftest import Source


def names(files: object) -> list[str]:
    return [file.path.name for file in files]  # type: ignore[attr-defined]


def put(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)


def test_files_come_in_natural_order_of_their_path(tmp_path: Path, source: Source) -> None:
    put(tmp_path, "etas_10.csv", "etas_9.csv", "etas_09b.csv", "Etas.csv")
    assert names(find_files(source(location=f"{tmp_path}/*.csv"))) == ["Etas.csv", "etas_9.csv", "etas_09b.csv", "etas_10.csv"]


def test_folders_are_ordered_before_the_names_in_them(tmp_path: Path, source: Source) -> None:
    put(tmp_path, "10/a.csv", "9/z.csv", "9/deep/b.csv")
    found = find_files(source(location=f"{tmp_path}/**/*.csv"))
    assert [str(file.path.relative_to(tmp_path)) for file in found] == ["9/deep/b.csv", "9/z.csv", "10/a.csv"]


def test_hidden_and_unfinished_files_are_no_files_yet(tmp_path: Path, source: Source) -> None:
    put(tmp_path, "a.csv", ".a.csv", "b.csv.part", "c.csv.TMP", ".hidden/d.csv", "folder.csv/e.txt")
    assert names(find_files(source(location=f"{tmp_path}/**/*"))) == ["a.csv", "e.txt"]
    assert names(find_files(source(location=f"{tmp_path}/*.csv"))) == ["a.csv"]


def test_a_path_without_a_glob_is_one_file(tmp_path: Path, source: Source) -> None:
    put(tmp_path, "orders.csv")
    assert names(find_files(source(location=f"{tmp_path}/orders.csv"))) == ["orders.csv"]


def test_a_folder_may_have_a_globs_characters_in_its_name(tmp_path: Path, source: Source) -> None:
    put(tmp_path, "in [new]/a[1].csv", "in [new]/b.csv")
    assert names(find_files(source(location=f"{tmp_path}/in [new]/*.csv"))) == ["a[1].csv", "b.csv"]
    assert names(find_files(source(location=f"{tmp_path}/in [new]/a[1].csv"))) == ["a[1].csv"]


def test_a_place_that_is_not_there_holds_no_files(tmp_path: Path, source: Source) -> None:
    assert find_files(source(location=f"{tmp_path}/nowhere/*.csv")) == []
    assert find_files(source(location=f"{tmp_path}/none.csv")) == []


def test_a_file_carries_its_fingerprint_and_its_time_in_utc(tmp_path: Path, source: Source) -> None:
    put(tmp_path, "a.csv.gz")
    os.utime(tmp_path / "a.csv.gz", ns=(0, 1_796_378_400_123_456_789))
    (file,) = find_files(source(location=f"{tmp_path}/a.csv.gz"))
    assert file.sha256 == hashlib.sha256(b"a.csv.gz").hexdigest()
    assert file.modified_at == datetime(2026, 12, 4, 10, 0, 0, 123456)


@pytest.mark.parametrize(
    ("pattern", "name", "day"),
    [
        ("etas_(%Y%m%d)", "etas_20261204.csv", date(2026, 12, 4)),
        ("etas_(%Y%m%d)", "ETAS_20261204_final.csv", date(2026, 12, 4)),
        ("etas_(%Y%m%d)", "orders_20261204.csv", None),
        ("etas_(%Y%m%d)", "etas_20261304.csv", None),
        ("%Y-%m-%d", "snapshot 2026-12-04.csv.gz", date(2026, 12, 4)),
        ("%Y%m%d", "12345678_20261204.csv", date(2026, 12, 4)),
        ("%Y%m%d", "202612045.csv", None),
        ("v2(%d.%m.%y)", "v204.12.26.csv", date(2026, 12, 4)),
        ("(%d%b%Y)", "stock-04Dec2026.csv", date(2026, 12, 4)),
        ("(%Y%m%d%H%M%S)", "20261204235959.csv", date(2026, 12, 4)),
        ("(%G-W%V-%u)", "2026-W49-5.csv", date(2026, 12, 4)),
        ("a+b (%Y-%m-%d)", "a+b 2026-12-04.csv", date(2026, 12, 4)),
    ],
)
def test_the_date_is_found_in_the_name(tmp_path: Path, source: Source, pattern: str, name: str, day: date | None) -> None:
    put(tmp_path, name)
    (file,) = find_files(source(location=f"{tmp_path}/*", file_date=pattern))
    assert file.file_date == day


def test_with_file_date_files_come_by_date_and_those_without_last(tmp_path: Path, source: Source) -> None:
    put(tmp_path, "a_31.12.2026.csv", "b_01.01.2027.csv", "a_1.csv", "c_31.12.2026.csv")
    found = find_files(source(location=f"{tmp_path}/*", file_date="_(%d.%m.%Y)"))
    assert names(found) == ["a_31.12.2026.csv", "c_31.12.2026.csv", "b_01.01.2027.csv", "a_1.csv"]


@pytest.mark.parametrize("pattern", ["etas", "etas_(%Y%m)", "(%Q%Y%m%d)", "(%d%m)"])
def test_a_file_date_that_gives_no_day_is_a_fault_of_the_configuration(tmp_path: Path, source: Source, pattern: str) -> None:
    with pytest.raises(ConfigurationError, match="source acme: file_date"):
        find_files(source(location=f"{tmp_path}/*", file_date=pattern))


def test_a_url_is_refused_in_words(source: Source) -> None:
    with pytest.raises(ConfigurationError, match="is a URL; expected a path"):
        find_files(source(location="https://supplier.example/etas.csv"))
