"""Is the configuration right: its schema, and that what it names can be used?

In: the file's path and every fault found. Out: a finding for each fault.
"""

from __future__ import annotations

from pathlib import Path

from flows.doctor.finding import Finding, ok, problem

CHECK = "configuration"


def findings(path: Path, problems: list[str]) -> list[Finding]:
    """One finding a fault."""
    if not problems:
        return [ok(CHECK, f"{path}: every key is known, and what it names can be used")]
    return [problem(CHECK, fault, "correct it; docs/configuration.md has every key and what it may be") for fault in problems]
