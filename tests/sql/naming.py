"""What a statement of `sql/` says of itself in its header, and what it really names.

In: the text of a statement and the tables and views of a migrated warehouse. Out: its `Header`, and the names it reads and writes.
DuckDB parses only selects into trees, so the names are read from the words that stand before them: `from`, `join`, `into`, `update` …
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_COMMENT = re.compile(r"--[^\n]*")
_TEXT = re.compile(r"'(?:[^']|'')*'")
_CTE = re.compile(r"\b(?:with(?:\s+recursive)?|,|\))\s*([a-z_]+)\s+as\s*\(")
_NAME = r"(?:[a-z_]+\.)?[a-z_]+"
_NO_ALIAS = r"(?!(?:on|where|join|left|inner|cross|full|asof|group|order|using|limit)\b)"
_REFERENCE = rf"{_NAME}(?!\s*\.)(?:\s+(?:as\s+)?{_NO_ALIAS}[a-z_]+)?"
_READ = re.compile(rf"\b(?:from|join)\s+({_REFERENCE}(?:\s*,\s*{_REFERENCE})*)")
_CALLED = re.compile(r"\bfrom\s+([a-z_]+)\s*\(")
_WRITTEN = re.compile(
    rf"\b(?:insert\s+into|update|delete\s+from|create\s+(?:or\s+replace\s+)?(?:table|view|macro)|alter\s+table)\s+({_NAME})"
)
_DELETED = re.compile(r"\bdelete\s+from\b")
_NAMES_HELD = {"grain", "reads", "writes", "params"}


@dataclass(frozen=True)
class Header:
    """The comment at the top of a file: one sentence, then grain, reads, writes, params."""

    sentence: str
    grain: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    params: tuple[str, ...]


def header(text: str) -> Header:
    """Read the header; raises ValueError where it has not the form of style.md."""
    lines: list[str] = []
    for line in text.splitlines():
        if not line.startswith("-- "):
            break
        if line.startswith("--   "):  # a list that goes on
            lines[-1] += " " + line[5:].strip()
        else:
            lines.append(line[3:].strip())
    if len(lines) != 1 + len(_NAMES_HELD):
        raise ValueError(f"expected one sentence, grain, reads, writes and params; found {lines}")
    fields = dict(line.split(": ", 1) for line in lines[1:])
    if list(fields) != ["grain", "reads", "writes", "params"]:
        raise ValueError(f"expected grain, reads, writes and params, in this order; found {list(fields)}")
    return Header(lines[0], fields["grain"], *(_listed(fields[key]) for key in ("reads", "writes", "params")))


def reads(text: str, known: Collection[str]) -> set[str]:
    """The tables and views of the warehouse in a `from` or a `join`; the target of an update or delete is not read by that alone."""
    bare = _DELETED.sub("delete", _bare(text))
    ctes = set(_CTE.findall(bare))
    references = [part for match in _READ.findall(bare) for part in match.split(",")]
    names = {reference.split()[0] for reference in references} | set(_CALLED.findall(bare))
    return {name for name in names - ctes if name in known}


def writes(text: str) -> set[str]:
    """The tables and views that the statement fills, changes or makes."""
    return set(_WRITTEN.findall(_bare(text)))


def _bare(text: str) -> str:
    return _TEXT.sub("''", _COMMENT.sub("", text))


def _listed(value: str) -> tuple[str, ...]:
    return () if value == "-" else tuple(name.strip() for name in value.split(","))
