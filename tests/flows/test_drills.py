"""The drills of docs/operations.md on the sample world: every command, in the paper's order, says what the paper says."""

from __future__ import annotations

import os
from pathlib import Path

from tests.flows.drills import carry_out, set_up, steps, without_chance


def test_every_command_of_a_drill_says_what_the_paper_says(tmp_path: Path, prefect_api_url: str) -> None:
    set_up(tmp_path)
    drills = steps()
    assert len(drills) > 10
    for step in drills:
        said = carry_out(step, tmp_path, {**os.environ, "PREFECT_API_URL": prefect_api_url})
        assert without_chance(said) == without_chance(step.says), step.command
