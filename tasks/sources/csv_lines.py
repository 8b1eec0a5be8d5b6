"""CSV lines: a CSV file in blocks of whole lines, for all that can be told of a row from its line alone.

In: a binary stream and its encoding. Out: blocks of lines as UTF-8, or MustBeReadWhole where a record need not be a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import IO

import numpy as np
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]

from tasks.sources.cells import MustBeReadWhole

BLOCK_BYTES = 16 * 1024 * 1024
MARK = "\ufeff".encode()

# Encodings in which a byte of 10 ends a line and nothing else, and which can be decoded from any line on.
LINE_BY_LINE = re.compile(r"utf-8(-sig)?|ascii|cp\d+|iso8859-\d+|latin-1|koi8-[rtu]|mac-\w+")
SEVERAL_BYTES = {"cp932", "cp936", "cp949", "cp950", "cp1361"}


@dataclass(frozen=True)
class Lines:
    """Whole lines of UTF-8, each with its line end.

    `first`: the number of the first one in the file, from 1; `start`: the place of its block among the file's bytes.
    """

    data: bytes
    first: int
    start: int

    @cached_property
    def ends(self) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        """Where lines end: one place more than there are lines, beginning with 0."""
        found = np.flatnonzero(np.frombuffer(self.data, np.uint8) == ord("\n"))
        ends = np.zeros(len(found) + 1, np.int32)
        ends[1:] = found + 1
        return ends

    def __len__(self) -> int:
        return len(self.ends) - 1

    @property
    def series(self) -> pl.Series:
        """The lines as bytes."""
        buffers = [None, pa.py_buffer(self.ends), pa.py_buffer(self.data)]
        return pl.Series(pl.from_arrow(pa.Array.from_buffers(pa.binary(), len(self), buffers)))

    def after(self, number: int) -> Lines:
        """The lines after the one with this number."""
        return self if number < self.first else Lines(self.data[self.ends[number - self.first + 1] :], number + 1, self.start)

    def texts(self, numbers: list[int]) -> list[str]:
        """The lines with these numbers. Raises MustBeReadWhole where bytes are no text."""
        try:
            return [self.data[self.ends[n - self.first] : self.ends[n - self.first + 1]].decode() for n in numbers]
        except UnicodeDecodeError:
            raise MustBeReadWhole from None


def lines_of(stream: IO[bytes], encoding: str) -> Iterator[Lines]:
    """The file's lines, block by block. Raises MustBeReadWhole for an encoding or a line end that cannot be told byte by byte.

    The stream may be moved between two blocks.
    """
    if not LINE_BY_LINE.fullmatch(encoding) or encoding in SEVERAL_BYTES:
        raise MustBeReadWhole
    first, start, rest = 1, 0, b""
    place = 0
    while block := _read(stream, place):
        place += len(block)
        whole, end, rest = (rest + block).rpartition(b"\n")
        if end:
            lines = Lines(_in_utf_8(whole + end, encoding, first), first, start)
            yield lines
            first += len(lines)
            start += len(whole) + 1
    if rest:
        yield Lines(_in_utf_8(rest + b"\n", encoding, first), first, start)


def _read(stream: IO[bytes], place: int) -> bytes:
    stream.seek(place)
    return stream.read(BLOCK_BYTES)


def _in_utf_8(data: bytes, encoding: str, first: int) -> bytes:
    if not encoding.startswith(("utf-8", "ascii")):
        try:
            data = data.decode(encoding).encode()
        except UnicodeDecodeError:
            raise MustBeReadWhole from None
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
        if b"\r" in data:
            raise MustBeReadWhole
    return data.removeprefix(MARK) if first == 1 else data
