"""Workbook parts: what stands in the XML of an .xlsx and fastexcel does not tell.

In: the bytes of a packed workbook. Out: its date system, how far a sheet spans, and which formulas were never calculated.
A packed workbook of another build (.xlsb, .ods) has none of these parts: then nothing is known, and nothing is wrong.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import cached_property
from xml.etree import ElementTree

from tasks.errors import FileRejected

HEAD_BYTES = 4096  # far beyond where a sheet's dimension stands

BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"

DIMENSION = re.compile(rb'<(?:\w+:)?dimension\s[^>]*?ref="([A-Z]+[0-9]+:([A-Z]+)([0-9]+))"')
# A formula's cell keeps its last value in <v>. A program that writes formulas without calculating them leaves none there. An empty text
# (t="str") is a value.
UNCALCULATED = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*?\br="([A-Z]+)([0-9]+)")(?![^>]*?\bt="str")[^>]*>'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>([^<]*)</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


class Parts:
    """The XML parts of a packed workbook."""

    def __init__(self, content: bytes) -> None:
        """Raises FileRejected when the archive is cut off, or any part of it is damaged: known before any row."""
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(content))
            damaged = self.archive.testzip()
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise _damaged(error) from None
        if damaged:
            raise _damaged(damaged)

    @cached_property
    def is_1904(self) -> bool:
        """Whether days are counted from 1904 (once the Macintosh's way) instead of 1900."""
        properties = next(self._elements(BOOK, "workbookPr"), {})
        return properties.get("date1904") in ("1", "true")

    def span(self, sheet: str) -> tuple[str, int]:
        """The range of cells of a sheet as it is written ("A1:F17"), and how many cells that is; ("", 0) when it is not known."""
        found = DIMENSION.search(self._read(self._paths.get(sheet), HEAD_BYTES))
        return (found[1].decode(), column_number(found[2]) * int(found[3])) if found else ("", 0)

    def uncalculated(self, sheet: str) -> dict[tuple[int, int], str]:
        """(row, column), both from 0 -> the formula, where it has no value."""
        content = self._read(self._paths.get(sheet))
        return {
            (int(row) - 1, column_number(column) - 1): "=" + html.unescape(formula.decode("utf-8", "replace"))
            # The cheap look first: most sheets have no formulas.
            for column, row, formula in (UNCALCULATED.findall(content) if b"<f" in content or b":f" in content else ())
        }

    @cached_property
    def _paths(self) -> dict[str, str]:
        """Sheet -> its part."""
        # A part is named from the folder of the book, or in full.
        relations = self._elements(RELATIONS, "Relationship")
        paths = {relation.get("Id"): posixpath.join("/xl", relation.get("Target", "")).removeprefix("/") for relation in relations}
        return {sheet.get("name", ""): paths.get(sheet.get("id"), "") for sheet in self._elements(BOOK, "sheet")}

    def _elements(self, part: str, name: str) -> Iterator[dict[str, str]]:
        """The attributes of a part's elements of this name, without their namespaces (there are two sets of them)."""
        try:
            root = ElementTree.fromstring(self._read(part) or b"<nothing/>")
        except (ElementTree.ParseError, LookupError, ValueError) as error:  # no XML, or of an encoding that is none
            raise _damaged(error) from None
        for element in root.iter():
            if _local(element.tag) == name:
                yield {_local(key): value for key, value in element.attrib.items()}

    def _read(self, part: str | None, size: int = -1) -> bytes:
        """The bytes of a part (at most `size`), none if there is no such part."""
        if part not in self.archive.namelist():
            return b""
        with self.archive.open(part) as file:
            return file.read(size)


def column_number(letters: bytes) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _damaged(what: object) -> FileRejected:
    return FileRejected(f"expected a sound Excel workbook, found one that is damaged or cut off: {what}")


def _local(name: str) -> str:
    return name.rpartition("}")[2]
