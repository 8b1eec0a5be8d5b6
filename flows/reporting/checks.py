"""The section about the checks of the last runs: what passed, what failed and on which keys, what could not be carried out.

In: an open warehouse. Out: a section: suites by run, and each check that did not pass.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.commands.showing import text_of
from flows.reporting.parts import Cell, Row, Section, Table, counted, first_of, table
from flows.reporting.today import MOST_ROWS
from tasks.warehouse import Warehouse

MOST_RUNS = 7
# What ended before its checks were all there.
_ENDED_EARLY = {"running": "still running", "failed": "broke off", "outdated": "older than the last: nothing computed"}


def checks(warehouse: Warehouse) -> Section:
    """How the checks ended."""
    counts = warehouse.rows("report/checks", most_runs=MOST_RUNS)
    failed = warehouse.rows("report/failed_checks", most_runs=MOST_RUNS, most_rows=MOST_ROWS)
    newest = max((row["as_of"] for row in counts), default=None)
    passed, broken, errored = (
        sum(row[column] for row in counts if row["as_of"] == newest) for column in ("passed_count", "failed_count", "errored_count")
    )
    says = (
        f"The newest run: {passed} checks passed, {broken} failed, {errored} could not be carried out. "
        "A warning puts rows into quarantine; a critical one rejects the file, or stops the run."
    )
    columns = {
        "run as of (UTC)": "as_of",
        "severity": "severity",
        "check": "check",
        "source": "source",
        "file": "file",
        "failing": "failing_count",
        "what it says": "details",
    }
    each = table(
        "Checks that did not pass, the newest run first",
        columns,
        [_in_words(row) for row in failed],
        "Every check passed.",
        first_of(failed, "`check_results`"),
    )
    return Section("checks", "Checks of the data", says, (_by_suite(counts), each), hint="`tellwhen quarantine` shows refused rows.")


def _by_suite(counts: list[dict[str, Any]]) -> Table:
    """Suites down, runs across, the newest run first."""
    runs = {row["run_id"]: row for row in reversed(counts)}
    suites = sorted({row["suite"] for row in counts if row["suite"]})
    found = {(row["suite"], row["run_id"]): row for row in counts}
    rows = [(Cell(suite.replace("_", " ")), *(Cell(_outcome(found.get((suite, run)))) for run in runs)) for suite in suites]
    ended = (Cell("the run"), *(Cell(_ENDED_EARLY.get(run["status"], run["status"])) for run in runs.values()))
    caption = f"Suites in the last {counted(len(runs), 'run')} (as of, UTC), the newest first"
    return Table(caption, ("suite", *(text_of(run["as_of"]) for run in runs.values())), (*rows, ended) if runs else (), "No run yet.")


def _outcome(row: Row | None) -> str:
    if row is None:
        return "not checked"
    bad = {"failed": row["failed_count"], "errored": row["errored_count"]}
    if not any(bad.values()):
        return f"{row['passed_count']} passed"
    return ", ".join([*(f"{count} {what}" for what, count in bad.items() if count), f"{row['passed_count']} passed"])


def _in_words(row: Row) -> dict[str, Any]:
    return {
        **row,
        "check": row["expectation"].replace("_", " "),
        "file": Path(row["path"]).name if row["path"] else None,
        "severity": f"{row['severity']}, errored" if row["is_error"] else row["severity"],
    }
