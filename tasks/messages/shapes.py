"""Shapes: what two messages have in common when they differ in nothing but their values.

In: a recipient and tidy lines. Out: their values in one row, their shape, and the same news with other values in their places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from tasks.messages.news import LineNews, Recipient

# In the order in which the values stand in the row.
_OF_RECIPIENT = ("customer_id", "name", "locale")
_OF_LINE = ("order_id", "line_no", "sku", "description", "quantity", "told_on", "expected_on", "reason")
_OF_PART = ("quantity", "expected_on")
_OF_ALTERNATIVE = ("sku", "name", "url", "expected_on")
# Read as they are: they take few values, and decide which sentence is said.
_words_of_line = attrgetter("kind", "is_told", "precision")

_values_of_recipient, _values_of_line = attrgetter(*_OF_RECIPIENT), attrgetter(*_OF_LINE)
_values_of_part, _values_of_alternative = attrgetter(*_OF_PART), attrgetter(*_OF_ALTERNATIVE)

Substitute = Callable[[int, str, Any], Any]


def shape_and_values(customer: Recipient, lines: Sequence[LineNews]) -> tuple[tuple[Any, ...], list[Any]]:
    """Return the shape and the values of a message; two messages of one shape have the same values missing, in the same places."""
    values = list(_values_of_recipient(customer))
    shape: list[Any] = []
    for line in lines:
        values += _values_of_line(line)
        shape.append(_words_of_line(line))
        if line.parts or line.alternatives:
            shape.append((len(line.alternatives), *[part.precision for part in line.parts]))
            for part in line.parts:
                values += _values_of_part(part)
            for alternative in line.alternatives:
                values += _values_of_alternative(alternative)
    if len(lines) > 1:
        # Which lines are of the same order.
        orders = [line.order_id for line in lines]
        shape.append(tuple(map(orders.index, orders)))
    shape.append(tuple(map(bool, values)))
    return tuple(shape), values


def with_values(customer: Recipient, lines: Sequence[LineNews], substitute: Substitute) -> tuple[Recipient, list[LineNews]]:
    """The same news with `substitute(index, name, value)` for each value; what is missing stays so, and what was one order stays one."""
    index = -1
    orders: dict[str, Any] = {}

    def other(name: str, value: Any) -> Any:
        nonlocal index
        index += 1
        return value if value is None or value == "" else substitute(index, name, value)

    def others(thing: Any, names: Sequence[str]) -> dict[str, Any]:
        return {name: other(name, getattr(thing, name)) for name in names}

    recipient = replace(customer, **others(customer, _OF_RECIPIENT))
    changed = []
    for line in lines:
        values = others(line, _OF_LINE)
        values["order_id"] = orders.setdefault(line.order_id, values["order_id"])
        values["parts"] = tuple(replace(part, **others(part, _OF_PART)) for part in line.parts)
        values["alternatives"] = tuple(replace(alternative, **others(alternative, _OF_ALTERNATIVE)) for alternative in line.alternatives)
        changed.append(replace(line, **values))
    return recipient, changed
