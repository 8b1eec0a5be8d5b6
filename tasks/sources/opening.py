"""Opening: a file as it stands on the disk becomes its bytes, unpacked by its name.

In: a path, perhaps ending .gz, .zst or .zip. Out: a binary stream that can be read twice, whole and verified.
"""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

import zstandard

from tasks.errors import FileRejected
from tasks.sources.sentences import listed

# Beyond this an unpacked file lies on the disk instead of in memory.
IN_MEMORY_BYTES = 64 * 1024 * 1024
BLOCK_BYTES = 1024 * 1024


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked by its name (spec 2); a packed file is unpacked whole first, so that damage shows before any row.

    Raises FileRejected for 0 bytes, a damaged archive, and a zip that does not hold exactly one file.
    """
    unpack = UNPACKERS.get(path.suffix.lower())
    if path.stat().st_size == 0:
        raise FileRejected("expected rows, found a file of 0 bytes")
    if unpack is None:
        with path.open("rb") as file:
            yield file
        return
    with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as unpacked:
        try:
            unpack(path, unpacked)
        except (
            gzip.BadGzipFile,
            EOFError,
            RuntimeError,
            NotImplementedError,
            zlib.error,
            zipfile.BadZipFile,
            zstandard.ZstdError,
        ) as error:
            raise FileRejected(f"expected a sound {path.suffix} archive, found one that cannot be unpacked: {error}") from None
        if unpacked.tell() == 0:
            raise FileRejected("expected rows, found an archive that holds 0 bytes")
        unpacked.seek(0)
        yield unpacked


def _unpack_gzip(path: Path, target: IO[bytes]) -> None:
    with gzip.open(path) as packed:
        shutil.copyfileobj(packed, target, BLOCK_BYTES)


def _unpack_zstandard(path: Path, target: IO[bytes]) -> None:
    # Frame by frame: zstandard's own stream reader takes a file that was cut off for one that has ended.
    decompressor = zstandard.ZstdDecompressor()
    frame = decompressor.decompressobj()
    is_whole = False
    with path.open("rb") as packed:
        while block := packed.read(BLOCK_BYTES):
            while block:
                target.write(frame.decompress(block))
                is_whole, block = frame.eof, frame.unused_data
                if frame.eof:
                    frame = decompressor.decompressobj()
    if not is_whole:
        raise EOFError("it was cut off before its end")


def _unpack_zip(path: Path, target: IO[bytes]) -> None:
    with zipfile.ZipFile(path) as archive:
        # macOS puts its own notes beside each file.
        members = [member for member in archive.infolist() if not member.is_dir() and not member.filename.startswith("__MACOSX/")]
        if len(members) != 1:
            names = listed([member.filename for member in members], most=3) or "nothing in it"
            raise FileRejected(f"expected a zip with exactly one file, found {len(members)}: {names}")
        with archive.open(members[0]) as packed:
            shutil.copyfileobj(packed, target, BLOCK_BYTES)


UNPACKERS: dict[str, Callable[[Path, IO[bytes]], None]] = {".gz": _unpack_gzip, ".zst": _unpack_zstandard, ".zip": _unpack_zip}
