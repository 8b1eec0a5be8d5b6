"""Sources, opening: packed files are opened by their names, and damage is a rejection in words (spec 2)."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
import zstandard

from tasks.errors import FileRejected
from tests.unit.sources.conftest import Read

STOCK = b"sku,on_hand\n" + b"".join(b"SKU-%d,%d\n" % (n, n) for n in range(2000))


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


PACKED = {
    "stock.csv.gz": gzip.compress(STOCK),
    "stock.csv.GZ": gzip.compress(STOCK),
    "stock.csv.zst": zstandard.compress(STOCK),
    "two-frames.csv.zst": zstandard.compress(STOCK[:500]) + zstandard.compress(STOCK[500:]),
    "stock.csv.zip": zipped(**{"stock.csv": STOCK}),
    "from-a-mac.zip": zipped(**{"stock.csv": STOCK, "__MACOSX/._stock.csv": b"notes"}),
}


@pytest.mark.parametrize("name", PACKED)
def test_a_packed_file_is_read_like_the_plain_one(read: Read, name: str) -> None:
    assert read(PACKED[name], name, feed="inventory").equals(read(STOCK, "stock.csv", feed="inventory"))


@pytest.mark.parametrize("name", ["stock.csv.gz", "stock.csv.zst", "stock.csv.zip"])
def test_an_archive_that_was_cut_off_is_rejected(read: Read, name: str) -> None:
    with pytest.raises(FileRejected, match=rf"^{name}: expected a sound \.\w+ archive, found one that cannot be unpacked"):
        read(PACKED[name][:-20], name, feed="inventory")


@pytest.mark.parametrize("name", ["stock.csv.gz", "stock.csv.zst", "stock.csv.zip"])
def test_text_with_the_name_of_an_archive_is_rejected(read: Read, name: str) -> None:
    with pytest.raises(FileRejected, match="expected a sound"):
        read(STOCK, name, feed="inventory")


def test_a_zip_must_hold_exactly_one_file(read: Read) -> None:
    with pytest.raises(FileRejected, match=r"expected a zip with exactly one file, found 2: 'a\.csv', 'b\.csv'"):
        read(zipped(**{"a.csv": STOCK, "b.csv": STOCK}), "stock.zip", feed="inventory")
    with pytest.raises(FileRejected, match="expected a zip with exactly one file, found 0: nothing in it"):
        read(zipped(), "stock.zip", feed="inventory")


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", b""), ("a.csv.gz", gzip.compress(b"", mtime=0)), ("a.zip", zipped(**{"a.csv": b""}))]
)
def test_a_file_of_0_bytes_is_rejected(read: Read, name: str, content: bytes) -> None:
    with pytest.raises(FileRejected, match="0 bytes"):
        read(content, name, feed="inventory")
