"""The drills of docs/operations.md: their commands, carried out one after the other as a person does, and what they say.

In: an empty folder. Out: the sample world in `shop`, and of each command what the paper says and what was said.
`python -m tests.flows.drills` writes what was said into the paper.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from flows import pipeline
from flows.demo.world import DAYS, drop_day, write_world

_PAPER = Path(__file__).parents[2] / "docs" / "operations.md"
_BLOCK = re.compile(r"(?<=<!-- drill -->\n```console\n)(.*?)(?=```)", re.DOTALL)
# What differs from one time to the next: the random end of a run's id, the size of a file that DuckDB writes.
_CHANCE = ((r"(\d{8}T\d{6}Z)-[0-9a-f]{8}", r"\1-········"), (r"\d+\.\d MB", "·· MB"))


@dataclass(frozen=True)
class Step:
    """A command, and what the paper says that it says."""

    command: str
    says: str


def steps() -> list[Step]:
    """All commands, in the paper's order."""
    found: list[Step] = []
    for block in _BLOCK.findall(_PAPER.read_text(encoding="utf-8")):
        for part in re.split(r"(?m)^\$ ", block)[1:]:
            command, _, says = part.partition("\n")
            found.append(Step(command, says))
    return found


def set_up(root: Path) -> None:
    """The sample world after its two days, as `tellwhen demo shop` leaves it."""
    config = write_world(root / "shop")
    for number, as_of in enumerate(DAYS, start=1):
        drop_day(config.parent, number)
        pipeline.run(config, as_of, check_engine="sql")


def carry_out(step: Step, root: Path, environment: dict[str, str]) -> str:
    """What the command says on stdout; AssertionError when it is none that there is."""
    done = subprocess.run(
        ["bash", "-c", step.command],
        cwd=root,
        env={
            **environment,
            "PATH": f"{Path(sys.executable).parent}:{environment['PATH']}",
            "TELLWHEN_CONFIG": str(root / "shop" / "tellwhen.toml"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{step.command}: {done.stdout}{done.stderr}"
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def without_chance(said: str) -> str:
    """The words, with a dot for what differs from one time to the next."""
    for pattern, instead in _CHANCE:
        said = re.sub(pattern, instead, said)
    return said


def _write_anew(root: Path, environment: dict[str, str]) -> None:
    said = iter([carry_out(step, root, environment) for step in steps()])

    def fill(block: re.Match[str]) -> str:
        commands = re.findall(r"(?m)^\$ .*\n", block[0])
        return "".join(line + next(said) for line in commands)

    _PAPER.write_text(_BLOCK.sub(fill, _PAPER.read_text(encoding="utf-8")), encoding="utf-8")


def main() -> None:
    """Carry all of it out once, with a Prefect server of our own."""
    from prefect.settings import get_current_settings
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180), tempfile.TemporaryDirectory() as folder:
        set_up(Path(folder))
        _write_anew(Path(folder), {**os.environ, "PREFECT_API_URL": str(get_current_settings().api.url)})


if __name__ == "__main__":
    main()
