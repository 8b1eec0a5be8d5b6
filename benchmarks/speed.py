"""Speed: Tellwhen and what a user would pick instead, on the same files, in turns; one table.

In: `python -m benchmarks.speed [--sizes 100k 1M 10M] [--runs N] [--only NAME…]`. Out: the table, and that all agree on every day's dates;
kept in build/bench/. Three days: the first, one on which 3 % of the supply lines have moved, one on which nothing has.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.agreement import agree
from benchmarks.contenders import Contender, Datacompy, Dbt, Pandas, Tellwhen, versions
from benchmarks.measuring import Measured, bytes_of, measure
from benchmarks.prefect_server import prefect_server
from benchmarks.table import HEADER, RESULTS, Entry, Skipped, machine, markdown, rows, write
from benchmarks.world import World

DAYS = {1: "first", 2: "3 % moved", 3: "unchanged"}
MOVED_SHARE = 0.03
OURS = "Tellwhen, Parquet"
# A generous guess: a million lines took 0.94 GB on the first day, and on later ones yesterday's file comes on top.
PANDAS_BYTES_A_LINE = 1_500
WARM_UP_LINES = 3_000
# Notices that a guard holds are a result, too.
CODES = (0, 4)


@dataclass
class Found:
    """What was measured so far, kept after every day: a run that is broken off has told what it had to tell."""

    runs: int
    entries: list[Entry] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    profiles: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    path: Path = RESULTS / "speed.md"
    is_warm_up: bool = False

    @property
    def text(self) -> str:
        """The table, and what it is to be read with."""
        return "\n".join(
            [
                markdown(HEADER, rows(self.entries, OURS)),
                "",
                *(f"{skip.who} at {skip.order_lines:,} lines: {skip.why}" for skip in self.skipped),
                f"Medians of {self.runs} runs, on {machine()}; the ratios are over {OURS}: above 1 it took longer.",
                f"{versions()}.",
            ]
        )

    def keep(self) -> None:
        """Write it down."""
        write(self.path.stem, self.text, self.entries, versions=versions(), where_the_time_goes=self.profiles)


def main() -> None:
    """Measure, and say what came of it."""
    options = _options()
    found = Found(options.runs)
    with (
        tempfile.TemporaryDirectory(prefix="tellwhen-bench-", dir=options.folder) as name,
        prefect_server(Path(name) / "prefect") as api_url,
    ):
        folder = Path(name)
        # Whoever goes first would pay for compiled modules, and a first run on the server.
        _measure_world(folder, WARM_UP_LINES, api_url, options, Found(1, is_warm_up=True))
        for size in options.sizes:
            _measure_world(folder, size, api_url, options, found)
    print(f"\n{found.text}\n\nwritten to {found.path}, with every run and where Tellwhen's time went in {found.path.with_suffix('.json')}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Tellwhen and what a user would pick instead, on the same files.")
    parser.add_argument("--sizes", type=lines_of, nargs="+", default=[100_000], help="order lines, such as 100k 1M 10M")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=[], help="who runs: parquet, csv, dbt, pandas, datacompy; all without it")
    parser.add_argument("--folder", type=Path, default=None, help="where the files are made; else the system's temporary folder")
    return parser.parse_args()


def lines_of(size: str) -> int:
    """100k, 1M, 10M, or a plain number."""
    units = {"k": 1_000, "M": 1_000_000}
    return int(float(size[:-1]) * units[size[-1]]) if size[-1:] in units else int(size)


def _measure_world(folder: Path, size: int, api_url: str, options: argparse.Namespace, found: Found) -> None:
    world = World(folder / f"world-{size}", size)
    begun = time.perf_counter()
    world.make_first_day()
    world.make_next_day(2, MOVED_SHARE)
    world.make_next_day(3, 0)
    _say(f"{world.order_lines:,} order lines, {world.supply_lines:,} supply lines, made in {time.perf_counter() - begun:.0f} s")
    for run in range(found.runs):
        place = folder / f"run-{size}-{run}"
        contenders = _contenders(place, api_url, size, options.only, found.skipped if run == 0 else [])
        for number, day in DAYS.items():
            for contender, measured in _measure_day(contenders, world, number):
                found.entries.append(
                    Entry(
                        world.order_lines,
                        day,
                        contender.name,
                        measured.wall_s,
                        measured.cpu_s,
                        measured.peak_bytes,
                        bytes_of(contender.kept),
                    )
                )
                if isinstance(contender, Tellwhen):
                    stages = stages_of(measured)
                    found.profiles[f"{world.order_lines:,}, {day}, {contender.name}, run {run + 1}"] = stages
                    _say("      " + "; ".join(f"{seconds:.1f} s {text}" for text, seconds in stages))
            if not found.is_warm_up:
                found.keep()
            if run == 0:
                alike = [contender for contender in contenders if isinstance(contender, Tellwhen | Dbt | Pandas)]
                agreed = agree(alike, number)
                _say(f"  day {number}: {agreed}" + (f"; all {len(alike)} agree" if len(alike) > 1 else ""))
        shutil.rmtree(place)
    shutil.rmtree(world.folder)


def _contenders(place: Path, api_url: str, size: int, only: list[str], skipped: list[Skipped]) -> list[Contender]:
    pandas = Pandas(place / "pandas")
    everybody: dict[str, Contender] = {
        "parquet": Tellwhen(place / "parquet", api_url),
        "csv": Tellwhen(place / "csv", api_url, "csv"),
        "dbt": Dbt(place / "dbt"),
        "pandas": pandas,
        "datacompy": Datacompy(place / "datacompy", pandas),
    }
    chosen = {name: contender for name, contender in everybody.items() if not only or name in only}
    free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    if size * PANDAS_BYTES_A_LINE > free and "pandas" in chosen:
        why = f"skipped; it would need about {size * PANDAS_BYTES_A_LINE / 1e9:.0f} GB of memory, and {free / 1e9:.0f} are free"
        for name in ("pandas", "datacompy"):
            if chosen.pop(name, None):
                skipped.append(Skipped(size, everybody[name].name, why))
    return list(chosen.values())


def _measure_day(contenders: list[Contender], world: World, number: int) -> Iterator[tuple[Contender, Measured]]:
    for contender in contenders:
        if isinstance(contender, Datacompy) and number == 1:
            continue
        contender.give(world, number)
        measured = measure(contender.command(world, number), contender.environment(world, number), CODES)
        _say(f"    {contender.name}: {measured.wall_s:.1f} s, {measured.cpu_s:.1f} s of CPU, {measured.peak_bytes / 1e9:.2f} GB")
        yield contender, measured


def stages_of(measured: Measured) -> list[tuple[str, float]]:
    """How long each thing took that Tellwhen said it was doing."""
    begins = [(0.0, "start"), *measured.said]
    ends = [moment for moment, _ in begins[1:]] + [measured.wall_s]
    return [(text, round(end - begin, 2)) for (begin, text), end in zip(begins, ends, strict=True)]


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
