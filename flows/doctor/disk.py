"""Is there room: for the warehouse and its copy, for messages, for dry runs?

In: free space by place, and the size of the warehouse. Out: findings.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from flows.doctor.finding import Finding, ok, problem, warning

CHECK = "disk"
# The file grows while a run writes, the copy is written beside the old one, and both are kept until it is whole.
TIMES = 3
# What a small warehouse needs to grow in.
AT_LEAST = 100_000_000


@dataclass(frozen=True)
class Place:
    """A folder that is written to, with the bytes that are free there."""

    what: str
    folder: Path
    free: int


def place(what: str, folder: Path) -> Place:
    """Look at a folder, or at the first folder above it that exists."""
    there = next(path for path in (folder, *folder.parents) if path.is_dir())
    return Place(what, folder, shutil.disk_usage(there).free)


def findings(places: list[Place], warehouse_size: int) -> list[Finding]:
    """One finding for each place that is short of room."""
    wanted = max(TIMES * warehouse_size, AT_LEAST)
    short = [
        (problem if one.free < max(warehouse_size, AT_LEAST // TIMES) else warning)(
            CHECK,
            f"{one.folder} ({one.what}): {_size(one.free)} free; expected {_size(wanted)}, {TIMES} times the warehouse or more",
            "make room there, or name another place",
        )
        for one in places
        if one.free < wanted
    ]
    least = min(places, key=lambda one: one.free)
    return short or [ok(CHECK, f"{_size(least.free)} free where there is least ({least.what}); the warehouse has {_size(warehouse_size)}")]


def _size(count: int) -> str:
    for unit, length in (("GB", 1_000_000_000), ("MB", 1_000_000)):
        if count >= length:
            return f"{count / length:.1f} {unit}"
    return f"{count / 1000:.0f} kB"
