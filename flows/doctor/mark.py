"""Does the warehouse know all that customers were told? A backup that was restored does not, and sends nothing.

In: what the warehouse has forgotten by the mark beside it, or why the mark cannot be read. Out: findings.
"""

from __future__ import annotations

from flows.doctor.finding import Finding, ok, problem

CHECK = "high-water mark"


def findings(forgotten: int, refusal: str | None) -> list[Finding]:
    """`forgotten`: requests and words of people to customers. `refusal`: why the mark cannot be read."""
    to_do = "look at `tellwhen notices --state pending`, then `tellwhen notices reconcile --by YOU` (docs/operations.md)"
    if refusal:
        return [problem(CHECK, f"nothing is sent: {refusal}", to_do)]
    if forgotten:
        found = (
            f"nothing is sent: the warehouse has forgotten {forgotten} requests and words of people to customers, as a restored backup has"
        )
        return [problem(CHECK, found, to_do)]
    return [ok(CHECK, "the warehouse knows all that customers were told")]
