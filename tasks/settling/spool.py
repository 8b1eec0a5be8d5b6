"""Spool: posts of events that wait on disk until the warehouse can take them, since a run may hold it for long.

In: the body of a post. Out: a file of its own in a folder beside the warehouse, on the disk before `put` returns.
"""

from __future__ import annotations

from pathlib import Path

from tasks.whole_files import UNFINISHED, write_whole

_ENDING, _REFUSED = ".json", "refused"


def put(folder: Path, name: str, body: bytes) -> None:
    """Keep a post under a name that was never given before; names sort by when they were given. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(folder / f"{name}{_ENDING}", body)


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
    for unfinished in folder.glob(f"*{UNFINISHED}"):
        unfinished.unlink(missing_ok=True)
