"""Encoding: bytes become text, or a sentence that says why they cannot.

In: a binary stream and the encoding that the source names. Out: text as it stands in the file, line ends untouched.
"""

from __future__ import annotations

import codecs
import csv
import io
from typing import IO

from tasks.errors import FileRejected

HEAD_BYTES = 4096

# How a file of another kind begins, and what to call it.
SIGNATURES = {
    b"PAR1": "a Parquet file",
    b"PK\x03\x04": "a zip archive or an Excel workbook (.xlsx)",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"\x1f\x8b": "gzip's packed bytes",
    b"\x28\xb5\x2f\xfd": "Zstandard's packed bytes",
    b"%PDF": "a PDF document",
}
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def refuse_other_kinds(stream: IO[bytes], expected: str) -> None:
    """Raise FileRejected when the stream's first bytes are those of another kind of file (`expected`: such as "CSV text")."""
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    for signature, kind in SIGNATURES.items():
        if head.startswith(signature):
            raise FileRejected(f"expected {expected}, found {kind}")
    start = head.decode("latin-1").removeprefix("ï»¿").lstrip().casefold()
    if start.startswith(("<!doctype html", "<html")) or (start.startswith("<") and "<html" in start):
        raise FileRejected(f"expected {expected}, found an HTML page (is it a login or an error page saved as a file?)")


def text_encoding(stream: IO[bytes], encoding: str) -> str:
    """The encoding to decode the stream with: the source's, unless the file's own byte-order mark says UTF-8.

    Raises FileRejected for what is UTF-16 by its mark or its zero bytes, while the source names another encoding.
    """
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    name = codecs.lookup(encoding).name
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if not name.startswith(("utf-16", "utf-32")):
        if head.startswith(UTF_16_MARKS):
            raise FileRejected(f'expected {encoding} text, found the byte-order mark of UTF-16; set encoding = "utf-16" if it is meant')
        if head.count(0) * 4 > len(head):
            raise FileRejected(f'expected {encoding} text, found zero bytes between the letters; set encoding = "utf-16-le" if it is meant')
    return name


def decoding_problem(stream: IO[bytes], encoding: str, delimiter: str | None = None) -> FileRejected:
    """Say which byte of the stream is not of the encoding, in which row (of a CSV with `delimiter`, else in which line).

    Reads the stream a second time, from its start: only a file that is refused pays for it.
    """
    stream.seek(0)
    content = stream.read()
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, errors="replace")
        place = f"row {_rows(before, delimiter)}" if delimiter else f"line {before.count(chr(10)) + 1}"
        byte = content[error.start]
        hint = ""
        if encoding.startswith("utf-8"):
            letter = bytes([byte]).decode("cp1252", errors="replace")
            hint = f'; in cp1252 it is {letter!r}: set encoding = "cp1252" if that is meant'
        return FileRejected(f"expected {encoding} text, found byte 0x{byte:02X} at position {error.start + 1}, {place}{hint}")
    return FileRejected(f"expected {encoding} text, found bytes that are not")


def whole_text(stream: IO[bytes], encoding: str) -> str:
    """All of the stream as text, without a byte-order mark. Raises FileRejected with the first byte that is not of the encoding."""
    name = text_encoding(stream, encoding)
    try:
        return stream.read().decode(name).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise decoding_problem(stream, name) from None


def _rows(text: str, delimiter: str) -> int:
    """The number of the record that the end of `text` stands in, from 1."""
    records = csv.reader(io.StringIO(text + "x", newline=""), delimiter=delimiter)
    count = 0
    try:
        for _ in records:
            count += 1
    except csv.Error:
        count += 1
    return max(count, 1)
