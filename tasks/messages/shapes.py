"""Shapes: what two messages have in common when they differ in nothing but their values.

In: a recipient and tidy lines. Out: their values in rows, the shapes of recipient and lines, and the same news with other values in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from tasks.messages.news import LineNews, Recipient

# In the order in which they stand in a row: the recipient's is the first, then there is one for each line, with its parts and alternatives.
_OF_RECIPIENT = ("customer_id", "name", "locale")
_OF_LINE = ("order_id", "line_no", "sku", "description", "quantity", "told_on", "expected_on", "reason")
_OF_PART = ("quantity", "expected_on")
_OF_ALTERNATIVE = ("sku", "name", "url", "expected_on")

_values_of_recipient, _values_of_line = attrgetter(*_OF_RECIPIENT), attrgetter(*_OF_LINE)
_values_of_part, _values_of_alternative = attrgetter(*_OF_PART), attrgetter(*_OF_ALTERNATIVE)

Row = tuple[Any, ...]
Shape = tuple[Any, ...]
Substitute = Callable[[int, int, str, Any], Any]

# What may be known of a line wherever another one is told (see `outline`).
KNOWN_OF_ALL = frozenset({"kind", "order_id", "alternatives"})


def rows_of(customer: Recipient, lines: Sequence[LineNews]) -> list[Row]:
    """The values of a message."""
    return [_values_of_recipient(customer), *map(_row_of_line, lines)]


def _row_of_line(line: LineNews) -> Row:
    row: Row = _values_of_line(line)
    for part in line.parts:
        row += _values_of_part(part)
    for alternative in line.alternatives:
        row += _values_of_alternative(alternative)
    return row


def shapes_of(rows: Sequence[Row], lines: Sequence[LineNews]) -> list[Shape]:
    """One shape for each row: what is not a value, and which values there are."""
    recipient, *of_lines = rows
    return [tuple(map(bool, recipient)), *map(_shape_of_line, lines, of_lines)]


def _shape_of_line(line: LineNews, row: Row) -> Shape:
    parts = tuple([part.precision for part in line.parts]) if line.parts else ()
    return line.kind, len(line.alternatives), line.is_told, line.precision, parts, tuple(map(bool, row))


def whole_shape(shapes: Sequence[Shape], rows: Sequence[Row]) -> Shape:
    """The shape of a message: all shapes, and which lines are of the same order."""
    return (*shapes, _orders(rows))


def outline(shapes: Sequence[Shape], rows: Sequence[Row]) -> Shape:
    """Less than the shape: of the lines after the first only the kind, if they have no alternatives."""
    return shapes[0], shapes[1], tuple([shape if shape[1] else shape[0] for shape in shapes[2:]]), _orders(rows)


def _orders(rows: Sequence[Row]) -> Shape:
    """For each line the first one of its order; an order without a name is no value."""
    if len(rows) == 2:
        return ()
    orders = [row[0] for row in rows[1:]]
    return tuple([orders.index(order) if order else -1 for order in orders])


def with_values(customer: Recipient, lines: Sequence[LineNews], substitute: Substitute) -> tuple[Recipient, list[LineNews]]:
    """The same news with `substitute(row, column, name, value)` for each value; what is missing stays so, and what was one order is one."""
    orders: dict[str, Any] = {}

    def others(row: int, column: int, thing: Any, names: Sequence[str]) -> dict[str, Any]:
        values = {name: getattr(thing, name) for name in names}
        return {
            name: value if value is None or value == "" else substitute(row, column + number, name, value)
            for number, (name, value) in enumerate(values.items())
        }

    recipient = replace(customer, **others(0, 0, customer, _OF_RECIPIENT))
    changed = []
    for number, line in enumerate(lines):
        row, column = number + 1, len(_OF_LINE)
        values = others(row, 0, line, _OF_LINE)
        values["order_id"] = orders.setdefault(line.order_id, values["order_id"])
        for name, things, names in (("parts", line.parts, _OF_PART), ("alternatives", line.alternatives, _OF_ALTERNATIVE)):
            replaced = []
            for thing in things:
                replaced.append(replace(thing, **others(row, column, thing, names)))
                column += len(names)
            values[name] = tuple(replaced)
        changed.append(replace(line, **values))
    return recipient, changed
