"""The table of a benchmark: medians, spread, and how each compares with Tellwhen on the same day of the same world.

In: what was measured. Out: Markdown for people and for docs/performance.md, JSON for programs.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

HEADER = ("order lines", "day", "who", "wall s", "spread", "CPU s", "memory GB", "disk MB", "wall ratio", "CPU ratio")
RESULTS = Path(__file__).parents[1] / "build" / "bench"


@dataclass(frozen=True)
class Entry:
    """One contender's one run on one day."""

    order_lines: int
    day: str
    who: str
    wall_s: float
    cpu_s: float
    peak_bytes: int
    disk_bytes: int


@dataclass(frozen=True)
class Skipped:
    """One who was not measured, and why."""

    order_lines: int
    who: str
    why: str


def rows(entries: Iterable[Entry], reference: str) -> list[tuple[str, ...]]:
    """One row a contender and day, in the order in which they first came; the ratios are over the reference's."""
    groups: dict[tuple[int, str, str], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.order_lines, entry.day, entry.who), []).append(entry)
    found: list[tuple[str, ...]] = []
    for (order_lines, day, who), runs in groups.items():
        walls, cpus = [run.wall_s for run in runs], [run.cpu_s for run in runs]
        ours = groups.get((order_lines, day, reference), [])
        found.append(
            (
                f"{order_lines:,}",
                day,
                who,
                f"{statistics.median(walls):.1f}",
                f"{min(walls):.1f} to {max(walls):.1f}",
                f"{statistics.median(cpus):.1f}",
                f"{statistics.median(run.peak_bytes for run in runs) / 1e9:.2f}",
                f"{statistics.median(run.disk_bytes for run in runs) / 1e6:.1f}",
                _ratio(walls, [run.wall_s for run in ours]),
                _ratio(cpus, [run.cpu_s for run in ours]),
            )
        )
    return found


def _ratio(theirs: list[float], ours: list[float]) -> str:
    return f"{statistics.median(theirs) / statistics.median(ours):.2f}" if ours else "-"


def markdown(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table that can be read as it stands, too; numbers on the right."""
    widths = [max(len(line[place]) for line in [header, *lines]) for place in range(len(header))]
    is_number = [all(_is_number(line[place]) for line in lines) for place in range(len(header))]

    def row(cells: Sequence[str]) -> str:
        padded = [cell.rjust(width) if right else cell.ljust(width) for cell, width, right in zip(cells, widths, is_number, strict=True)]
        return f"| {' | '.join(padded)} |"

    rule = [f"{'-' * (width - 1)}{':' if right else '-'}" for width, right in zip(widths, is_number, strict=True)]
    return "\n".join([row(header), row(rule), *map(row, lines)])


def machine() -> str:
    """Where it was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, load {os.getloadavg()[0]:.1f}"


def write(name: str, text: str, entries: Iterable[Entry], **more: object) -> Path:
    """Keep the table and what it was made of; returns the table's path."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.md"
    path.write_text(text + "\n")
    path.with_suffix(".json").write_text(
        json.dumps({"machine": machine(), "entries": [asdict(entry) for entry in entries], **more}, indent=1)
    )
    return path


def _is_number(cell: str) -> bool:
    return cell == "-" or cell.removesuffix("%").replace(",", "").replace(".", "", 1).isdigit()
