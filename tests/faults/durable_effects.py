"""Durable effects of the real commands, counted, so that a process can die before or after each.

In: a process that has imported the product, and what is to happen to it. Out: the same product; a log of the points it passed;
a process that ends itself by SIGKILL at one of them, or is ended by the kernel in the middle of a write.
"""

from __future__ import annotations

import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from tasks import high_water, warehouse
from tasks.dispatching import sending
from tasks.transports.outbox import OutboxTransport
from tasks.transports.sendgrid import SendGridTransport

_WRITES = ("insert", "update", "delete", "create", "checkpoint")
# After this much of an order to die nothing of the process is left.
_FOR_EVER_S = 60.0


@dataclass(frozen=True)
class Fate:
    """What is to happen to a process.

    `die_at`: the point at which it ends itself, by number (from 1) or by name (the first of that name). `largest_file`: no file may grow
    beyond so many bytes: what writes more meets a full disk, or with `dies_of_it` is ended by the kernel within the write. `mutant`: a
    wrong build (`MUTANTS`).
    """

    die_at: int | str | None = None
    largest_file: int | None = None
    dies_of_it: bool = False
    mutant: str | None = None

    def befall(self, log: int) -> None:
        """Let it happen to this process, which notes each point that it passes in `log`, an open descriptor."""
        points = _Points(self.die_at, log)
        _watch_warehouse(points)
        for owner, method, name in (
            (high_water.HighWater, "raise_by", "the mark"),
            (SendGridTransport, "send", "a request"),
            (OutboxTransport, "send", "a message file"),
            (Path, "replace", "a rename"),
        ):
            _watch(owner, method, name, points)
        if self.mutant:
            MUTANTS[self.mutant]()
        if self.largest_file is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL if self.dies_of_it else signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.largest_file, self.largest_file))


class _Points:
    """The points that the process has passed."""

    def __init__(self, die_at: int | str | None, log: int) -> None:
        self._die_at, self._passed, self._lock, self._log = die_at, 0, threading.Lock(), log

    def pass_one(self, name: str) -> None:
        """Note that the process is here; end it if it is to end here."""
        with self._lock:
            self._passed += 1
            os.write(self._log, f"{name}\n".encode())
            if self._die_at in (self._passed, name):
                os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(_FOR_EVER_S)

    def around(self, name: str, effect: Callable[[], Any]) -> Any:
        self.pass_one(f"before {name}")
        result = effect()
        self.pass_one(f"after {name}")
        return result


class _WatchedConnection:
    """A connection to the warehouse: each commit, each writing statement by itself, and the close are durable effects."""

    def __init__(self, connection: Any, points: _Points) -> None:
        self._connection, self._points = connection, points
        self._is_open, self._last = False, ""
        # DuckDB looks for a frame by its name where it is called: here we stand in between.
        connection.execute("set python_scan_all_frames = true")

    def execute(self, text: str, values: Any = None) -> Any:
        name, verb = _name_and_verb(text)
        if verb == "commit" or (verb in _WRITES and not self._is_open):
            result = self._points.around(f"a commit: {self._last if verb == 'commit' else name}", lambda: self._really(text, values))
        else:
            result = self._really(text, values)
        self._is_open = verb == "begin" or (self._is_open and verb not in ("commit", "rollback"))
        self._last = name
        return result

    def close(self) -> None:
        self._points.around("closing the warehouse", self._connection.close)

    def _really(self, text: str, values: Any) -> Any:
        self._connection.execute(text, values)
        return self._connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def _name_and_verb(text: str) -> tuple[str, str]:
    """What a statement's first line says of it, and the word it begins with."""
    lines = text.splitlines()
    bare = next((line for line in lines if line.strip() and not line.startswith("--")), "")
    return lines[0].removeprefix("-- ")[:80], bare.split(maxsplit=1)[0].casefold() if bare else ""


def _watch_warehouse(points: _Points) -> None:
    connect: Any = warehouse._connect

    def watched(*arguments: Any, read_only: bool, **options: Any) -> Any:
        connection = connect(*arguments, read_only=read_only, **options)
        return connection if read_only else _WatchedConnection(connection, points)

    warehouse._connect = watched


def _watch(owner: type, method: str, name: str, points: _Points) -> None:
    really = getattr(owner, method)

    @wraps(really)
    def watched(*arguments: Any, **options: Any) -> Any:
        return points.around(name, lambda: really(*arguments, **options))

    setattr(owner, method, watched)


# --- wrong builds (fault 52) -----------------------------------------------------------------------------------------


def _records_only_after_sending() -> None:
    """No intent is written ahead: claims are committed, and the mark is raised, when the answers are there."""
    commit = sending._Dispatch._commit

    def commit_late(dispatch: Any, answers: Any, _requests: Any) -> None:
        if answers:
            commit(dispatch, [], answers)
            commit(dispatch, answers, [])

    sending._Dispatch._commit = commit_late  # type: ignore[method-assign]


def _sends_again_on_a_guess() -> None:
    """After a crash, what was `sending` is taken for not sent."""
    recover = sending.recover

    def recover_to_pending(dispatched: warehouse.Warehouse, clock: Any) -> int:
        left = recover(dispatched, clock)
        dispatched.execute("update notices set state = 'pending' where state = 'uncertain'")
        return left

    sending.recover = recover_to_pending


def _marks_nothing() -> None:
    """No mark is kept beside the warehouse: what a restored backup has forgotten nobody knows."""
    high_water.HighWater.raise_by = lambda *_: None  # type: ignore[method-assign]


MUTANTS: dict[str, Callable[[], None]] = {
    "records only after sending": _records_only_after_sending,
    "sends again on a guess": _sends_again_on_a_guess,
    "marks nothing": _marks_nothing,
}
