"""SQL statements by name: `sql/` holds one statement a file, each with a header that says what it reads and writes.

In: a name such as `promise/pairings` and parameters. Out: the statement's text and the parameters it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

SQL_FOLDER = Path(__file__).parent.parent / "sql"

_COMMENT = re.compile(r"--[^\n]*")
_TEXT = re.compile(r"'(?:[^']|'')*'")
_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")


@cache
def statement(name: str) -> str:
    """The text of `sql/<name>.sql`."""
    return (SQL_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


@cache
def parameters(name: str) -> frozenset[str]:
    """The names of the parameters that the statement really uses."""
    bare = _TEXT.sub("''", _COMMENT.sub("", statement(name)))
    return frozenset(_PARAMETER.findall(bare))


def bind(name: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The statement and those of `values` that it names; raises KeyError for one that is missing."""
    return statement(name), {key: values[key] for key in parameters(name)}


@cache
def folder(name: str) -> tuple[str, ...]:
    """The names of all statements in a folder of `sql/`, in order of file name."""
    return tuple(f"{name}/{path.stem}" for path in sorted((SQL_FOLDER / name).glob("*.sql")))
