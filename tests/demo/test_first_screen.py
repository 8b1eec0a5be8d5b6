"""The README's first screen: the account that it shows is the one that `make run` prints, but for ids."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

import flows.demo.story
from flows.commands.context import Context
from flows.pipeline import RunSummary, run

README = Path(__file__).parents[2] / "README.md"
SHOWN = re.compile(r"<!-- output of make run: begin -->\n```text\n(.*?)```", re.DOTALL)


def plain(text: str) -> list[str]:
    """Lines without what differs from run to run, and without the blanks that fill a table."""
    return re.sub(r"(?<=Z)-[0-9a-f]{8}\b", "", "\n".join(line.rstrip() for line in text.strip().splitlines())).splitlines()


def test_what_the_readme_shows_is_what_make_run_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prefect and Great Expectations are left out here: they say nothing on stdout."""

    def run_plain(context: Context, as_of: datetime) -> RunSummary:
        assert context.config
        return run(context.config, as_of, check_engine="sql")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(flows.demo.story, "run_flow", run_plain)
    flows.demo.story.tell_story(Path("demo"), Context(None))
    shown = SHOWN.search(README.read_text(encoding="utf-8"))
    assert shown
    assert plain(capsys.readouterr().out) == plain(shown[1])
