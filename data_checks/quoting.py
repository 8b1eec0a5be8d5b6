"""Text that can stand in a SQL statement: identifiers, literals, and templates filled with them.

In: names, values and templates with {places}. Out: SQL text in which no value can end its own quotes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

FactValue = str | int | float | bool | Decimal | date
Facts = Mapping[str, FactValue]


def identifier(name: str) -> str:
    """Quote one name."""
    return '"' + name.replace('"', '""') + '"'


def table_name(name: str) -> str:
    """Quote a table's name, part by part: `staging.order_lines`."""
    return ".".join(identifier(part) for part in name.split("."))


def literal(value: FactValue) -> str:
    """Write a value as SQL; a date becomes its ISO text, to be cast where it is used."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, float):
        return f"cast({literal(repr(value))} as double)"
    return "'" + str(value).replace("'", "''") + "'"


def filled(template: str, facts: Facts) -> str:
    """Fill the {places} of a SQL template with literals of the facts; raises KeyError for a place without a fact."""
    return template.format_map({name: literal(value) for name, value in facts.items()})
