"""One process and all that it starts, measured: wall time, CPU time, memory at its fullest, and when it said what.

In: a command. Out: `Measured`; raises CalledProcessError when it fails. Reads /proc, so it needs Linux.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LOOKS_A_SECOND = 20
PAGE = os.sysconf("SC_PAGE_SIZE")
# pid (name) state parent …; the name may hold anything.
_STAT = re.compile(rb"^\d+ \(.*\) \S (\d+) ", re.DOTALL)


@dataclass(frozen=True)
class Measured:
    """What a process took.

    `peak_bytes`: resident memory of it and its children together. `said`: on stderr, seconds since the start and the line.
    """

    wall_s: float
    cpu_s: float
    peak_bytes: int
    output: str
    said: tuple[tuple[float, str], ...]
    begun_at: float


def measure(command: Sequence[str | Path], environment: Mapping[str, str], expected_codes: tuple[int, ...] = (0,)) -> Measured:
    """Run a command to its end and measure it."""
    begun, begun_at = time.perf_counter(), time.time()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    output: list[tuple[float, str]] = []
    said: list[tuple[float, str]] = []
    ended = threading.Event()
    peaks: list[int] = [0]
    watchers = [
        threading.Thread(target=_listen, args=(process.stdout, begun, output)),
        threading.Thread(target=_listen, args=(process.stderr, begun, said)),
        threading.Thread(target=_watch, args=(process.pid, ended, peaks)),
    ]
    for watcher in watchers:
        watcher.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        # Only a benchmark that is broken off leaves with its process alive.
        if process.returncode is None:
            process.kill()
        ended.set()
        for watcher in watchers:
            watcher.join()
    text = "\n".join(line for _, line in output)
    if process.returncode not in expected_codes:
        raise subprocess.CalledProcessError(process.returncode, [str(word) for word in command], text, "\n".join(line for _, line in said))
    # The kernel knows the peak of the largest process exactly; what several took together is looked at now and then.
    peak = max(peaks[0], usage.ru_maxrss * 1024)
    return Measured(wall_s, usage.ru_utime + usage.ru_stime, peak, text, tuple(said), begun_at)


def bytes_of(folder: Path) -> int:
    """What the files below a folder take on disk; a file with two names counts once."""
    found = {(stat.st_dev, stat.st_ino): stat.st_size for path in folder.rglob("*") if path.is_file() for stat in [path.stat()]}
    return sum(found.values())


def _listen(stream: object, begun: float, lines: list[tuple[float, str]]) -> None:
    for line in stream:  # type: ignore[attr-defined]
        lines.append((time.perf_counter() - begun, line.rstrip("\n")))


def _watch(pid: int, ended: threading.Event, peaks: list[int]) -> None:
    while not ended.wait(1 / LOOKS_A_SECOND):
        peaks[0] = max(peaks[0], sum(resident_bytes(member) for member in family(pid)))


def family(pid: int) -> set[int]:
    """A process and all that descend from it."""
    parents: dict[int, int] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                stat = _STAT.match(Path(entry.path, "stat").read_bytes())
            except OSError:
                continue
            if stat:
                parents[int(entry.name)] = int(stat[1])
    members = {pid}
    while more := {child for child, parent in parents.items() if parent in members} - members:
        members |= more
    return members


def resident_bytes(pid: int) -> int:
    """What a process has in memory; nothing when it has gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0
