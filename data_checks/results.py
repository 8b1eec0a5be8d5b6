"""What a check came to, as `check_results` keeps it (spec 7).

In: one expectation and what was counted. Out: a CheckResult.
"""

from __future__ import annotations

from dataclasses import dataclass

from data_checks.expectation import Severity


@dataclass(frozen=True)
class CheckResult:
    """One expectation on one table.

    `errored`: it could not be carried out, which says nothing about the data; `success` is then False and `failing_count` None.
    `failing_count`: rows or keys that break it; for a row count the rows that are missing or too many.
    `details`: empty on success. A `warning` only says how many rows, never their values: those stand in quarantine.
    """

    suite: str
    expectation: str
    severity: Severity
    success: bool
    errored: bool
    failing_count: int | None
    details: str
