"""Find the line of a TOML file that a key stands on, so that an error can name it.

In: the text and a path of keys (`("sources", 1, "mode")`). Out: a line number from 1, or None.
"""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\"'-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*[\"']?([\w-]+)[\"']?\s*(?:=|\.)")


def line_of(text: str, keys: tuple[str | int, ...]) -> int | None:
    """The line of the deepest part of `keys` that the text has: the key itself, else its section."""
    wanted = [key for key in keys if isinstance(key, str)]
    index = next((key for key in keys if isinstance(key, int)), None)
    best: tuple[int, int] | None = None
    section: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            section = header.group(2).replace('"', "").split(".")
            if header.group(1) == "[[":
                seen[header.group(2)] = seen.get(header.group(2), -1) + 1
            path = section
        elif key := _KEY.match(line):
            path = [*section, key.group(1)]
        else:
            continue
        if index is not None and seen.get(wanted[0]) != index:
            continue
        depth = len(path)
        if path == wanted[:depth] and (best is None or depth > best[0]):
            best = (depth, number)
    return best[1] if best else None
