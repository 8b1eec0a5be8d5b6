"""docs/going-live.md, done as it stands there: its files are written, its commands run one after the other on the sample world.

It lies here for the Prefect server that these tests share.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from flows.demo.world import drop_day
from tasks.settings_dispatch import Transport
from tasks.settings_schema import Settings
from tests.flows.conftest import World

PAPER = (Path(__file__).resolve().parents[2] / "docs" / "going-live.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Block:
    """A block of the paper, with the remark that stands before it: a file's name, or why it is not run."""

    remark: str
    language: str
    text: str


BLOCKS = [Block(*found) for found in re.findall(r"(?ms)(?:^<!-- (.*?) -->\n)?^```(\w+)\n(.*?)^```", PAPER)]
COMMANDS = [block for block in BLOCKS if block.language == "sh" and not block.remark.startswith("not run: ")]
FILES = {block.remark.removeprefix("file: "): block.text for block in BLOCKS if block.remark.startswith("file: ")}
INSTEAD = [block for block in BLOCKS if block.remark.startswith("instead of: ")]


def test_every_block_is_run_written_validated_or_says_why_not() -> None:
    assert {block.language for block in BLOCKS} == {"sh", "toml"}
    assert len(COMMANDS) >= 8
    assert all(block.remark for block in BLOCKS if block.language == "toml")
    assert all(len(block.remark) > len("not run: ") for block in BLOCKS if block.language == "sh" and block.remark)


def test_every_command_works_in_this_order(tmp_path: Path, prefect_api_url: str) -> None:
    world = World(tmp_path / "demo", tmp_path / "demo" / "tellwhen.toml")
    for number in (1, 2):
        drop_day(world.folder, number)
    bin_folder = Path(sys.executable).parent
    (tmp_path / ".venv").symlink_to(bin_folder.parent)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    said: dict[str, subprocess.CompletedProcess[str]] = {}
    surroundings = ""
    for block in COMMANDS:
        # Of an earlier block only what it exported stays.
        script = f"set -e\n{surroundings}\n{block.text}"
        environment = world.environment(prefect_api_url)
        done = subprocess.run(
            ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        # doctor finds what is to be found in these surroundings: the sample's days are not today, and nothing is deployed.
        allowed = (0, 1) if block.text.rstrip().endswith("tellwhen doctor") else (0,)
        assert done.returncode in allowed, f"{block.text}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        said[block.text] = done
        surroundings += "".join(line + "\n" for line in block.text.splitlines() if line.startswith(("export ", ". ")))
    outputs = {text: done.stdout for text, done in said.items()}
    baseline = next(out for text, out in outputs.items() if text.startswith("tellwhen run --as-of"))
    assert "the baseline" in baseline
    first_doctor = next(out for text, out in outputs.items() if text.startswith("export TELLWHEN_CONFIG"))
    assert "no warehouse yet" in first_doctor
    assert "rheinwerk" in next(out for text, out in outputs.items() if "Termine_2026-11-25" in text)
    assert list((tmp_path / "shop" / "var" / "outbox").glob("*.eml")), "the second day's messages"
    assert (tmp_path / "backup" / "history.duckdb").stat().st_size == (tmp_path / "shop" / "var" / "history.duckdb").stat().st_size


@pytest.mark.parametrize("block", INSTEAD, ids=lambda block: str(tomllib.loads(block.text)["dispatch"]["transport"]))
def test_what_stands_for_another_way_out_can_be_used(block: Block, tmp_path: Path) -> None:
    (text,) = FILES.values()
    instead: dict[str, Any] = tomllib.loads(block.text)
    if instead["dispatch"]["transport"] not in get_args(Transport):
        pytest.skip("this version has no such transport")
    Settings.model_validate({**tomllib.loads(text), **instead, "folder": tmp_path})
