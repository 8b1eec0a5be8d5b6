"""Blanks: what templates are given instead of values, so that what comes out can be filled in for any values.

In: where a value will stand. Out: pieces of text and the slots between them; or `ValueSeen`, where a template asks what stands in a blank.
A blank can be passed on, written out, and put through the filters that write days and numbers; whatever else is done to it raises. So
what is rendered to its end is the same for all values, and only they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

from markupsafe import escape

from tasks.messages.news import LineNews
from tasks.messages.shapes import KNOWN_OF_ALL


class ValueSeen(Exception):
    """A template looked at a value: what it makes of one says nothing about another."""


def seen(*_: Any, **__: Any) -> NoReturn:
    """Stand for what cannot be done without looking."""
    raise ValueSeen


class Blank:
    """Stands for the value at a row and column, put through `steps`, each a function and what it is given beside the value.

    `truth`: whether the value counts as true, None where that is not known. `is_told_apart`: no other such blank holds the same value.
    """

    __slots__ = ("_is_told_apart", "_place", "_steps", "_truth")

    def __init__(self, place: tuple[int, int], truth: bool | None, steps: tuple[Step, ...] = (), *, is_told_apart: bool = False) -> None:
        self._place, self._truth, self._steps, self._is_told_apart = place, truth, steps, is_told_apart

    def __bool__(self) -> bool:
        return seen() if self._truth is None else self._truth

    # Python looks these up on the class, and takes a default for some that are missing: all are named.
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = seen
    __str__ = __repr__ = __format__ = __len__ = __iter__ = __contains__ = __getitem__ = seen


Step = tuple[Callable[..., Any], tuple[Any, ...]]


@dataclass(frozen=True)
class Slot:
    """A blank as it is written out: escaped in HTML."""

    place: tuple[int, int]
    steps: tuple[Step, ...]
    is_escaped: bool


@dataclass(frozen=True)
class Edge:
    """Where what a loop writes about the line of a row begins, or ends."""

    row: int
    is_begin: bool


Piece = str | Slot | Edge


@dataclass(frozen=True, eq=False, repr=False)
class Text:
    """What came out: pieces of text with slots between them."""

    pieces: tuple[Piece, ...]

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = seen
    __str__ = __repr__ = __format__ = __len__ = __iter__ = __contains__ = __getitem__ = seen
    # A slot may be filled with nothing.
    __bool__ = seen


def pieces_of(rendered: str | Text) -> tuple[Piece, ...]:
    """The pieces of what was rendered, with or without slots."""
    return rendered.pieces if isinstance(rendered, Text) else (str(rendered),)


@lru_cache(maxsize=256)
def words_for(steps: tuple[Step, ...], is_escaped: bool) -> Callable[[Any], str]:
    """The function that writes a value into a slot with these steps."""
    last: Callable[[Any], str] = escape if is_escaped else str
    if not steps:
        return last

    # Days and quantities repeat.
    @lru_cache(maxsize=16384)
    def words(value: Any) -> str:
        for function, arguments in steps:
            value = function(value, *arguments)
        return str(last(value))

    return words


class Reading:
    """Which line a loop is telling of, and whether all that was read of lines may be: anything of that line, and what is known of all."""

    def __init__(self) -> None:
        self.is_of_lines = True
        self._rows: dict[int, int] = {}
        self._told: list[int | None] = []

    def begin(self, lines: Sequence[LineNews]) -> None:
        """Begin with another message."""
        self.is_of_lines, self._told = True, []
        self._rows = {id(line): row for row, line in enumerate(lines, 1)}

    def enter(self, thing: Any) -> str | Text:
        """A loop goes on to `thing`."""
        row = self._rows.get(id(thing)) if not any(self._told) else None
        self._told.append(row)
        return Text((Edge(row, True),)) if row else ""

    def leave(self) -> str | Text:
        """A loop is done with its thing."""
        row = self._told.pop()
        return Text((Edge(row, False),)) if row else ""

    def note(self, thing: Any, attribute: Any) -> None:
        """Something of `thing` is read."""
        row = self._rows.get(id(thing))
        # Of the first line all is known.
        if row and row > 1 and row not in self._told and attribute not in KNOWN_OF_ALL:
            self.is_of_lines = False
