"""Progress: what a run is doing while it does it, and how far it is. Names of sources and files, and counts; nothing personal.

In: a step, and what there is to count of it. Out: a live display on a terminal, elsewhere lines: one a step, and one more every five
seconds while a step takes long.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Protocol, Self

from flows.commands.showing import text_of

EVERY_S = 5.0


class Progress(Protocol):
    """Takes a step and its count. The same step again means that it has come further."""

    def __call__(self, step: str, count: str = "", /) -> None: ...


def silent(step: str, count: str = "", /) -> None:
    """Show no progress."""


class Lines:
    """Progress as lines of text, handed to `say`: each step once, then every `every_s` seconds with count and time."""

    def __init__(self, say: Callable[[str], None], every_s: float = EVERY_S, say_again: Callable[[str, str], None] | None = None) -> None:
        """`say_again` is handed the step, too."""
        self._say = say
        self._say_again = say_again or (lambda _step, line: say(line))
        self._every_s = every_s
        self._step, self._count, self._since = "", "", time.monotonic()
        self._was_said = True
        self._ended = threading.Event()
        # In the caller's context: Prefect knows by it which run is speaking.
        self._watch = threading.Thread(target=copy_context().run, args=(self._repeat,), daemon=True, name="progress")

    def __call__(self, step: str, count: str = "", /) -> None:
        is_new = step != self._step
        self._step, self._count = step, count
        if is_new:
            self._since, self._was_said = time.monotonic(), True
            self._say(_line(step, count))

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watch.join()

    def _repeat(self) -> None:
        while not self._ended.wait(self._every_s):
            if not self._was_said and self._step:
                self._say_again(self._step, f"{_line(self._step, self._count)} ({time.monotonic() - self._since:.0f} s)")
            self._was_said = False


@contextmanager
def shown(say: Callable[[str], None]) -> Iterator[Progress]:
    """Progress for whoever started the command: live where stderr is a terminal, else lines by `say`."""
    with _live() if sys.stderr.isatty() else Lines(say) as progress:
        yield progress


@contextmanager
def _live() -> Iterator[Progress]:
    """A line a step, the one at work with a turning sign and its time."""
    from rich.console import Console
    from rich.progress import Progress as Display
    from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(finished_text=" "), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    at_work: list[tuple[str, TaskID]] = []
    with Display(*columns, console=Console(stderr=True)) as display:

        def end() -> None:
            if at_work:
                display.update(at_work.pop()[1], total=1, completed=1)

        def show(step: str, count: str = "", /) -> None:
            if not at_work or at_work[0][0] != step:
                end()
                at_work.append((step, display.add_task("", total=None)))
            display.update(at_work[0][1], description=_line(step, count))

        yield show
        end()


def _line(step: str, count: str) -> str:
    return text_of(f"{step}: {count}" if count else step)


def counted(number: int, one: str, many: str) -> str:
    """`1 row`, `1,000 rows`."""
    return f"{number:,} {one if number == 1 else many}"
