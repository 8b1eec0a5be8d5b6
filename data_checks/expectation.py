"""One expectation as data, and the SQL that follows from it.

In: the rules of `suites`. Out: predicates and messages for the quarantine and for both runners.
One datum gives both runners what they count, so that they cannot drift apart (design: a row rule is data).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any, Literal, get_args

from data_checks.quoting import Facts, filled, identifier, literal

RowKind = Literal["not_null", "in_set", "between", "rows"]
Kind = Literal[RowKind, "row_count_between", "no_rows"]
Severity = Literal["warning", "critical"]

ROW_KINDS: tuple[RowKind, ...] = get_args(RowKind)


@dataclass(frozen=True)
class Expectation:
    """What a table must be like.

    | kind | arguments | broken by |
    | --- | --- | --- |
    | `not_null` | | each row whose column is null |
    | `in_set` | values | each row whose column is another value; null passes |
    | `between` | minimum, maximum (either may be left out) | each row whose column lies outside; null passes |
    | `rows` | bad: a SQL predicate with {fact} places | each row of which it is true |
    | `row_count_between` | minimum, maximum: numbers or "{fact}" | a table with fewer or more rows |
    | `no_rows` | query: the name of a query | each row that the query gives: a failing key |

    `columns` names every column that the rule reads, in its predicate or in its message. `message` is a sentence with {column} and
    {fact} places; `row_count_between` also knows {row_count}. Severity: `warning` sends rows to quarantine, `critical` rejects a file or
    stops a run. `why` says what would go wrong without the rule.
    """

    name: str
    kind: Kind
    columns: tuple[str, ...]
    arguments: Mapping[str, Any]
    severity: Severity
    message: str
    why: str

    @property
    def is_about_rows(self) -> bool:
        """Whether single rows break it, so that `violation` can be asked for."""
        return self.kind in ROW_KINDS

    def violation(self, facts: Facts) -> str:
        """Give the SQL predicate that is true for a bad row and false, never null, for any other.

        Raises KeyError for a fact that is missing and ValueError for a kind that is not about rows.
        """
        predicate = _PREDICATES.get(self.kind)
        if predicate is None:
            raise ValueError(f"{self.name}: {self.kind} is not about single rows; expected any of {', '.join(ROW_KINDS)}")
        return f"coalesce({predicate(self, facts)}, false)"

    def message_sql(self, facts: Facts) -> str:
        """Give the SQL expression (text) that renders `message` for a row; raises KeyError for a place that nothing fills."""
        pieces = []
        for text, place, _, _ in Formatter().parse(self.message):
            if text:
                pieces.append(literal(text))
            if place is not None and place in self.columns:
                pieces.append(identifier(place))
            elif place is not None:
                pieces.append(literal(str(facts[place])))
        # concat turns values into text and leaves nulls out.
        return "concat(" + ", ".join(pieces) + ")"

    def bounds(self, facts: Facts) -> tuple[int, int]:
        """Give the fewest and the most rows that `row_count_between` allows; raises KeyError for a missing fact."""
        return _row_count(self.arguments["minimum"], facts), _row_count(self.arguments["maximum"], facts)

    def rows_amiss(self, row_count: int, facts: Facts) -> int:
        """Count the rows that are missing or too many for `row_count_between`."""
        fewest, most = self.bounds(facts)
        return max(fewest - row_count, row_count - most, 0)


def first_broken_rule(rules: Sequence[Expectation], facts: Facts) -> str:
    """Give the SQL expression (text) that names the first rule a row breaks; null for a good row."""
    return _first_that_breaks(rules, facts, lambda rule: literal(rule.name))


def first_message(rules: Sequence[Expectation], facts: Facts) -> str:
    """Give the SQL expression (text) of the message of the first rule a row breaks; null for a good row."""
    return _first_that_breaks(rules, facts, lambda rule: rule.message_sql(facts))


def _first_that_breaks(rules: Sequence[Expectation], facts: Facts, outcome: Callable[[Expectation], str]) -> str:
    branches = [f"when {rule.violation(facts)} then {outcome(rule)}" for rule in rules]
    return "\n".join(["case", *branches, "end"])


def _is_null(rule: Expectation, facts: Facts) -> str:
    return f"{identifier(rule.columns[0])} is null"


def _is_another_value(rule: Expectation, facts: Facts) -> str:
    values = ", ".join(literal(value) for value in rule.arguments["values"])
    return f"{identifier(rule.columns[0])} not in ({values})"


def _lies_outside(rule: Expectation, facts: Facts) -> str:
    column = identifier(rule.columns[0])
    sides = (("<", rule.arguments.get("minimum")), (">", rule.arguments.get("maximum")))
    return "(" + " or ".join(f"{column} {sign} {literal(bound)}" for sign, bound in sides if bound is not None) + ")"


def _is_bad(rule: Expectation, facts: Facts) -> str:
    return f"({filled(rule.arguments['bad'], facts)})"


_PREDICATES: dict[Kind, Callable[[Expectation, Facts], str]] = {
    "not_null": _is_null,
    "in_set": _is_another_value,
    "between": _lies_outside,
    "rows": _is_bad,
}


def _row_count(bound: int | str, facts: Facts) -> int:
    return bound if isinstance(bound, int) else int(bound.format_map(facts))
