"""docs/history.md with the columns and answers of today: `python -m tests.docs.history_written` writes it anew.

In: the paper, and the sample world's published copy. Out: the paper, each `<!-- columns of VIEW -->` followed by the comments of the view,
each block of SQL or Python that an output follows, by what it gives.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from pathlib import Path

import duckdb

from flows.demo.world import DAYS, drop_day, write_world
from flows.pipeline import run

PAPER = Path(__file__).resolve().parents[2] / "docs" / "history.md"
PUBLISHED = Path("demo/var/published.duckdb")

_COLUMNS = re.compile(r"<!-- columns of (\w+) -->\n(?:\|.*\n)*")
_BLOCK = re.compile(r"```(sql|python)\n(.*?)```\n\n```text\n.*?```", re.DOTALL)


def make_sample_world(folder: Path) -> None:
    """The world of `make run`, in `folder`/demo, without Prefect."""
    config = write_world(folder / "demo")
    for number, as_of in enumerate(DAYS, start=1):
        drop_day(folder / "demo", number)
        run(config, as_of, check_engine="sql")


def written(paper: str, folder: Path) -> str:
    """The paper with the columns and answers that the world in `folder` gives."""
    with duckdb.connect(str(folder / PUBLISHED), read_only=True) as connection:
        paper = _COLUMNS.sub(lambda match: _columns(connection, match[1]), paper)
        return _BLOCK.sub(
            lambda match: f"```{match[1]}\n{match[2]}```\n\n```text\n{_output(connection, folder, *match.groups())}```", paper
        )


def _columns(connection: duckdb.DuckDBPyConnection, view: str) -> str:
    rows = connection.execute(
        "select column_name, comment from duckdb_columns() where schema_name = 'main' and table_name = ? order by column_index", [view]
    ).fetchall()
    return f"<!-- columns of {view} -->\n| column | is |\n| --- | --- |\n" + "".join(
        f"| `{name}` | {comment} |\n" for name, comment in rows
    )


def _output(connection: duckdb.DuckDBPyConnection, folder: Path, language: str, text: str) -> str:
    if language == "python":
        said, here = io.StringIO(), Path.cwd()
        os.chdir(folder)
        try:
            with contextlib.redirect_stdout(said):
                exec(compile(text, str(PAPER), "exec"), {})
        finally:
            os.chdir(here)
        return said.getvalue()
    result = connection.execute(text)
    names = [column[0] for column in result.description or []]
    lines = [names, *([("null" if value is None else str(value)) for value in row] for row in result.fetchall())]
    widths = [max(len(line[place]) for line in lines) for place in range(len(names))]
    return "".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        make_sample_world(Path(place))
        PAPER.write_text(written(PAPER.read_text(encoding="utf-8"), Path(place)), encoding="utf-8")
