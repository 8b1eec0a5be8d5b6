"""Spool: posts of events that wait on disk until the warehouse can take them, since a run may hold it for long.

In: the body of a post. Out: a file of its own in a folder beside the warehouse, on the disk before `put` returns.
"""

from __future__ import annotations

import os
from pathlib import Path

_ENDING, _UNFINISHED, _REFUSED = ".json", ".tmp", "refused"


def put(folder: Path, name: str, body: bytes) -> None:
    """Keep a post under a name that was never given before; names sort by when they were given. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = folder / f"{name}{_UNFINISHED}"
    try:
        with unfinished.open("xb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(folder / f"{name}{_ENDING}")
        _fsync(folder)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def waiting(folder: Path) -> list[Path]:
    """The posts that wait, oldest first."""
    return sorted(folder.glob(f"*{_ENDING}"))


def done(post: Path) -> None:
    """Forget a post: its events are committed."""
    post.unlink(missing_ok=True)


def refuse(post: Path) -> Path:
    """Put a post aside that holds no JSON, so that a person can look at it; returns where it is now."""
    aside = post.parent / _REFUSED
    aside.mkdir(exist_ok=True)
    return post.rename(aside / post.name)


def sweep(folder: Path) -> None:
    """Remove what a process that ended had not written whole: nobody was told that it was taken. Only before posts come in."""
    for unfinished in folder.glob(f"*{_UNFINISHED}"):
        unfinished.unlink(missing_ok=True)


def _fsync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
