"""Whole files: written, made durable, and only then given their name. Who reads a folder never sees half of one, also after a power cut.

In: a path and its content. Out: the file under its name, on the disk.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

UNFINISHED = ".tmp"


def write_whole(target: Path, content: bytes) -> None:
    """Write a file, in place of one that has its name already. Raises OSError, and then leaves everything as it was."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}{UNFINISHED}")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
        raise
    _make_name_durable(target.parent)


def put_in_place(unfinished: Path, target: Path) -> None:
    """Make a file that is finished durable, and only then give it its name, in place of one that has it. Raises OSError."""
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(target)
    _make_name_durable(target.parent)


def _make_name_durable(folder: Path) -> None:
    """A rename is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
