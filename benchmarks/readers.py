"""Readers: runs follow one another while many processes query the published copy; nobody may fail, wait for others, or see half a run.

In: `python -m benchmarks.readers [--size 1M] [--minutes 5] [--readers 20]`. Out: errors, half runs, blocked writers, and the share of a run
that publishing takes, with readers and without; kept in build/bench/. Its exit code is 1 when something was wrong.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.contenders import ROOT, Tellwhen, versions
from benchmarks.measuring import measure
from benchmarks.prefect_server import prefect_server
from benchmarks.speed import CODES, lines_of
from benchmarks.table import machine, write
from benchmarks.world import World

MOVED_SHARE = 0.01
RUNS_ALONE = 3
SECONDS_TO_END = 120


@dataclass
class Runs:
    """The runs of a while: how long each took and how long its publishing, and those that did not get through."""

    walls: list[float] = field(default_factory=list)
    publishing: list[float] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        shares = [part / wall for part, wall in zip(self.publishing, self.walls, strict=True)]
        return (
            f"{len(self.walls)} runs of {statistics.median(self.walls):.1f} s (median), "
            f"{statistics.median(self.publishing):.2f} s of it publishing, {statistics.median(shares):.1%} ({max(shares):.1%} at most)"
        )


def main() -> None:
    """Let runs and readers go on side by side, and say what came of it."""
    options = _options()
    with (
        tempfile.TemporaryDirectory(prefix="tellwhen-readers-", dir=options.folder) as name,
        prefect_server(Path(name) / "prefect") as api_url,
    ):
        folder = Path(name)
        world = World(folder / "world", options.size, formats=("parquet",))
        ours = Tellwhen(folder / "tellwhen", api_url)
        world.make_first_day()
        alone, beside = Runs(), Runs()
        _one_run(world, ours, 1, Runs())
        number = 1
        for _ in range(RUNS_ALONE):
            number += 1
            _one_run(world, ours, number, alone)
        with _reading(ours.published, options.readers) as found:
            end = time.monotonic() + options.minutes * 60
            while time.monotonic() < end:
                number += 1
                _one_run(world, ours, number, beside)
        size = ours.published.stat().st_size
    errors, half, moved = (
        [fault for reader in found for fault in _listed(reader[kind])] for kind in ("errors", "half_runs", "moved_while_held")
    )
    seen = {run for reader in found for run in reader["runs"]}
    text = "\n".join(
        [
            f"{world.order_lines:,} order lines, a published copy of {size / 1e6:.0f} MB; on {machine()}.",
            f"Alone:          {alone}.",
            f"With {len(found)} readers: {beside}.",
            f"{sum(reader['questions'] for reader in found):,} questions answered, from {len(seen)} runs; "
            f"the slowest took {max(reader['slowest_s'] for reader in found):.1f} s.",
            f"Errors: {len(errors)}. Half runs seen: {len(half)}. Copies that changed while held: {len(moved)}. "
            f"Blocked writers: {len(alone.blocked + beside.blocked)}.",
            *(str(fault) for fault in [*errors[:5], *half[:5], *beside.blocked[:5]]),
            f"{versions()}.",
        ]
    )
    path = write("readers", text, [], readers=found, alone=vars(alone), beside=vars(beside))
    print(f"\n{text}\n\nwritten to {path}")
    sys.exit(bool(errors or half or moved or alone.blocked or beside.blocked))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Readers of the published copy while runs follow one another.")
    parser.add_argument("--size", type=lines_of, default=1_000_000, help="order lines, such as 100k or 1M")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--folder", type=Path, default=None, help="where the files are made; else the system's temporary folder")
    return parser.parse_args()


def _one_run(world: World, ours: Tellwhen, number: int, runs: Runs) -> None:
    if number > 1:
        world.make_next_day(number, MOVED_SHARE)
    ours.give(world, number)
    try:
        measured = measure(ours.command(world, number), ours.environment(world, number), CODES)
    except subprocess.CalledProcessError as error:
        runs.blocked.append(f"run {number}: exit code {error.returncode}: {error.stderr[-500:]}")
        print(runs.blocked[-1], flush=True)
        return
    runs.walls.append(measured.wall_s)
    runs.publishing.append(ours.publish_s(measured))
    print(f"run {number}: {measured.wall_s:.1f} s, {runs.publishing[-1]:.2f} s of it publishing", flush=True)


@contextmanager
def _reading(published: Path, count: int) -> Iterator[list[dict[str, Any]]]:
    """So many readers while the block lasts; what they found is in the list after it. Every other one holds the copy open."""
    readers = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.reader", str(published), "held" if number % 2 else "once"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(count)
    ]  # fmt: skip
    found: list[dict[str, Any]] = []
    try:
        yield found
        for reader in readers:
            assert reader.stdin is not None
            reader.stdin.close()
        for reader in readers:
            assert reader.stdout is not None
            said = reader.stdout.read()
            found.append(json.loads(said) if said else _fallen(reader))
    finally:
        for reader in readers:
            if reader.poll() is None and not found:
                reader.kill()
            reader.wait(timeout=SECONDS_TO_END)


def _fallen(reader: subprocess.Popen[str]) -> dict[str, Any]:
    return {
        "questions": 0, "half_runs": [], "errors": [f"a reader ended with exit code {reader.wait()}"], "moved_while_held": 0,
        "slowest_s": 0.0, "runs": [],
    }  # fmt: skip


def _listed(faults: Any) -> list[Any]:
    return faults if isinstance(faults, list) else [None] * faults


if __name__ == "__main__":
    main()
