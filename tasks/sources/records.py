"""Records: a CSV's text becomes numbered records, each with its cells and its text as it stands in the file.

In: a text stream (line ends untouched) and a delimiter. Out: one `Record` a record, blank ones included.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tasks.errors import FileRejected
from tasks.sources.sentences import start_of


class Record(NamedTuple):
    """A record: its number in the file from 1, its cells, its raw text without line end, and what is wrong with it (or None)."""

    number: int
    cells: list[str]
    raw: str
    problem: str | None


def records(lines: Iterable[str], delimiter: str, before: int = 0) -> Iterator[Record]:
    """Every record of the text, numbered after those `before` it.

    Raises FileRejected for a quote that never closes, or closes where no cell ends.

    A stray quote within one line spoils that record only. One that runs over several lines may have swallowed whole rows,
    which would then count as absent: the file is refused.
    """
    taken: list[str] = []
    reader = csv.reader(_noting(lines, taken), delimiter=delimiter, strict=True, skipinitialspace=True)
    number = before
    while True:
        number += 1
        taken.clear()
        problem = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = _quote_problem(number, taken, str(error))
            cells = next(csv.reader(taken, delimiter=delimiter, skipinitialspace=True))
        raw = taken[0] if len(taken) == 1 else "".join(taken)
        yield Record(number, cells, raw.rstrip("\r\n"), problem)


def _noting(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _quote_problem(number: int, taken: list[str], error: str) -> str:
    """The sentence for a record that csv refuses. Raises FileRejected when more than this record is spoiled."""
    line = taken[0].rstrip("\r\n") if taken else ""
    if "unexpected end of data" in error:
        raise FileRejected(f"expected every quotation mark to be closed, found one in row {number} that never is: {start_of(line)}")
    if "field larger" in error:
        raise FileRejected(
            f"expected cells of at most {csv.field_size_limit()} characters, found a longer one in row {number}; "
            f"is a quotation mark not closed? The row begins {start_of(line)}"
        )
    if len(taken) > 1:
        raise FileRejected(
            f"expected every quotation mark to be closed, found one in row {number} that runs over {len(taken)} lines "
            f"and closes inside a cell: {start_of(line)}"
        )
    return "a quotation mark closes before the cell ends; expected a quotation mark inside a quoted cell to be doubled"
