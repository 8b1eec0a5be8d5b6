"""docs/edi.md: its configuration is one, its codes and messages are those of the code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tasks.settings import SourceSettings
from tasks.sources.edi.message_kinds import TAKEN

PAPER = (Path(__file__).resolve().parents[2] / "docs" / "edi.md").read_text(encoding="utf-8")


def test_the_configuration_of_the_paper_is_valid() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAPER, re.DOTALL)
    (source,) = tomllib.loads(example)["sources"]
    assert SourceSettings(**source).dates == "ship"


def test_the_paper_names_the_messages_that_are_taken_with_their_feeds() -> None:
    rows = re.findall(r"(?m)^\| (\w+) \| `(\w+)` \|", PAPER)
    assert dict(rows) == {kind: taken.feed for kind, taken in TAKEN.items()}
