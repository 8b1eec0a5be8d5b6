"""Does the history hold what it always has to (spec 3 and 5), over all of it?

In: for each statement of `sql/integrity/`, the rows that it finds wrong. Out: findings, with the first of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.doctor.finding import Finding, counted, ok, problem

CHECK = "integrity"
_HOLDS = {
    "integrity/slices_add_up": "the slices of every promise add up to its open quantity",
    "integrity/one_promise_for_each_open_line": "every open order line has just one promise, of its open quantity",
    "integrity/versions_do_not_overlap": "of every line and promise one version holds at a time",
    "integrity/notices_and_their_lines": "every notice has its lines, each once",
    "integrity/notices_as_they_can_be": "every notice is in a state that there is, and holds the words that it was made with",
    "integrity/tellings_and_their_requests": "every telling has its request, and nobody was told a thing twice",
}
STATEMENTS = tuple(_HOLDS)
_TO_DO = (
    "no command of Tellwhen does this: stop the schedule, keep what is there (`tellwhen backup DIR`), and go back to the last backup "
    "of which doctor says nothing (docs/operations.md)"
)


def findings(wrong: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Finding]:
    """`wrong`: statement → its rows, `place` and `found`; of each statement the count and the first are said."""
    broken = [
        problem(
            CHECK, f"not so in {counted(len(rows), 'place')}: {_HOLDS[name]}; the first: {rows[0]['place']}: {rows[0]['found']}", _TO_DO
        )
        for name, rows in wrong.items()
        if rows
    ]
    return broken or [ok(CHECK, f"the whole history holds what it has to: {len(wrong)} invariants")]
