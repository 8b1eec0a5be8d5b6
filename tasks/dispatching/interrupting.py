"""Interrupting: a signal to end does not cut a dispatch off in the middle; it comes to its end first.

In: what to call when a signal comes. Out: the signal again, once the block is left, to whoever dealt with it before.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interrupts_put_off(interrupt: Callable[[], None]) -> Iterator[None]:
    """Within the block a signal to end only calls `interrupt`, which must be quick and take no lock.

    Python handles signals in its main thread alone; elsewhere nothing is put off, as nothing is cut off there.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def put_off(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        interrupt()

    before = {number: signal.signal(number, put_off) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])
