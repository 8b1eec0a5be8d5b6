"""The account of a run on Prefect's page: artifacts that a person can read without a terminal (spec 10).

In: the settings, a run id, and what the run raised. Out: a summary and four tables, under keys that stay the same from run to run.
Prefect's page is open to all who reach it: counts and ids, never names, addresses or the text of a supplier's row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect.artifacts import Artifact, MarkdownArtifact, TableArtifact
from prefect.logging import get_run_logger

from data_checks.suites import ROW_RULES
from flows.commands.showing import in_days, text_of, to_decide, without_addresses
from flows.summary import BASELINE, LATE_FEED, REJECTED, RunSummary, facts, status_in_words, summary_of
from tasks.dispatching import DispatchReport
from tasks.errors import NoticesUnsettled, TellwhenError
from tasks.settings import Settings
from tasks.warehouse import Warehouse, open_for_reading

# A table is for reading: what is beyond this is a matter for a command.
MOST_ROWS = 100

_MARKUP = re.compile(r"[*_<>|#\[\]]")
_WHY = {(feed, rule.name): rule.why for feed, rules in ROW_RULES.items() for rule in rules}


@dataclass(frozen=True)
class AccountTable:
    """One table of the account. `columns`: title on the page -> column of the statement."""

    key: str
    statement: str
    title: str
    hint: str
    empty: str
    all_rows: str
    columns: Mapping[str, str]


TABLES = (
    AccountTable(
        "tellwhen-told",
        "runs/account_told",
        "Lines whose customers were told in this run",
        "",
        "Nobody was told in this run.",
        "`tellwhen who`",
        {
            "customer": "customer_id",
            "order": "order_id",
            "line": "line_no",
            "change": "kind",
            "told before": "told_before_on",
            "told now": "told_on",
            "notice": "notice_state",
        },
    ),
    AccountTable(
        "tellwhen-to-call",
        "runs/account_to_call",
        "Lines that no message could settle",
        "Call the customer, then record it with `tellwhen told`.",
        "Nobody needs to be called.",
        "`tellwhen who`",
        {
            "customer": "customer_id",
            "order": "order_id",
            "line": "line_no",
            "change": "kind",
            "told": "told_on",
            "expected": "expected_on",
            "why no message": "decision",
            "since (UTC)": "since",
        },
    ),
    AccountTable(
        "tellwhen-quarantined",
        "runs/account_quarantined",
        "Rows refused in this run",
        "`tellwhen quarantine` shows the text of each, and what was expected.",
        "No row was refused in this run.",
        "`tellwhen quarantine`",
        {"source": "source", "file": "file", "row": "row_number", "rule": "rule", "why": "why"},
    ),
    AccountTable(
        "tellwhen-failed-checks",
        "runs/account_failed_checks",
        "Checks that failed in this run",
        "A warning puts rows into quarantine; a critical one rejects the file, or stops the run. "
        "`tellwhen report` shows the last runs side by side.",
        "No check failed in this run. `tellwhen report` shows the last runs side by side.",
        "`select * from check_results` on the published copy",
        {
            "severity": "severity",
            "check": "expectation",
            "source": "source",
            "file": "file",
            "failing": "failing_count",
            "details": "details",
            "suite": "suite",
        },
    ),
)


@contextmanager
def account_of(settings: Settings, run_id: str) -> Iterator[None]:
    """Leave the account of the run that the block carries out, however it ends."""
    try:
        yield
    except Exception as error:
        _leave(settings, run_id, error)
        raise
    _leave(settings, run_id, None)


def _leave(settings: Settings, run_id: str, error: Exception | None) -> None:
    try:
        for artifact in _artifacts(settings, run_id, error):
            artifact.create()
    except Exception as problem:
        # The run has ended as it has: an account that cannot be left must not turn a run that told its customers into a failed one.
        get_run_logger().warning("the account of run %s could not be left on Prefect's page (%s)", run_id, type(problem).__name__)


def _artifacts(settings: Settings, run_id: str, error: Exception | None) -> list[Artifact]:
    """The account of a run that was written down; of one that never began, why."""
    if not settings.warehouse.path.exists():
        return [_summary_artifact(_not_begun(run_id, error))]
    warehouse, _ = open_for_reading(settings.warehouse)
    with warehouse:
        if warehouse.row("runs/one", run_id=run_id) is None:
            return [_summary_artifact(_not_begun(run_id, error))]
        if isinstance(error, NoticesUnsettled) and isinstance(error.summary, RunSummary):
            summary = error.summary
        else:
            summary = summary_of(warehouse, settings, run_id, DispatchReport())
        return [_summary_artifact(summary_in_markdown(summary, error)), *(_table_artifact(warehouse, run_id, table) for table in TABLES)]


def _summary_artifact(markdown: str) -> Artifact:
    description = "What this run did, and what needs a person."
    return MarkdownArtifact(key="tellwhen-summary", markdown=without_addresses(markdown), description=description)


def summary_in_markdown(summary: RunSummary, error: Exception | None) -> str:
    """The account as markdown: how the run ended, what needs a person, the counts."""
    # Why a file was rejected may quote its first row; its name and a command say where to look.
    counts = [(label, text) for label, text in facts(summary) if label not in (REJECTED, LATE_FEED)]
    lines = [f"## Run {summary.run_id}", "", f"As of {summary.as_of}: **{status_in_words(summary)}**."]
    if error is not None:
        lines += ["", _quoted(error)]
    if summary.is_baseline:
        lines += ["", BASELINE]
    lines += ["", "### What needs a person", "", *(_to_do(summary, error) or ["Nothing."])]
    lines += ["", "### What happened", "", *(f"- {label}: {text}" for label, text in counts)]
    return "\n".join(lines)


def _to_do(summary: RunSummary, error: Exception | None) -> list[str]:
    """What a person should see to, most pressing first, each with where to go on from here."""
    count = summary.notices.get
    items = {
        "the run broke off: mend what is said above, then run it again": error is not None and not isinstance(error, NoticesUnsettled),
        "the dispatch stopped and left its notices pending: mend what is said above, then run again": bool(summary.stopped),
        f"notices uncertain: {count('uncertain')}; `tellwhen notices --state uncertain`": count("uncertain"),
        f"notices failed: {count('failed')}; `tellwhen notices --state failed`": count("failed"),
        f"notices held by a guard: {count('held')}; `tellwhen notices --state held` lists them": count("held"),
        f"they are held because: {summary.held_because}; {_to_decide(summary)}": summary.held_because,
        f"files rejected: {_rejected(summary)}; `tellwhen sources` says why": bool(summary.rejected),
        f"feeds are old: {', '.join(summary.late_feeds)}; ask whoever puts their files there": bool(summary.late_feeds),
        f"lines to call about: {summary.to_call}; the artifact tellwhen-to-call": summary.to_call,
    }
    return [f"- {text}" for text, is_due in items.items() if is_due]


def _to_decide(summary: RunSummary) -> str:
    return f"{to_decide(summary.run_id)}, and so does the deployment `release-notices` with this run_id"


def _rejected(summary: RunSummary) -> str:
    return ", ".join(f"{len(reasons)} of {source}" for source, reasons in summary.rejected.items())


def _not_begun(run_id: str, error: Exception | None) -> str:
    """The account of a run that could not even be written down: a busy warehouse, a configuration that cannot be used."""
    return f"## Run {run_id}\n\n**It did not begin, and nothing was done.**\n\n{_quoted(error)}"


def _quoted(error: Exception | None) -> str:
    """An error as a quotation. Only ours are written to be read by anybody; another's text may quote data."""
    if not isinstance(error, TellwhenError):
        return f"> An error that Tellwhen does not know ({type(error).__name__}); the log of this flow run has it."
    text = _MARKUP.sub(lambda sign: f"\\{sign[0]}", without_addresses(str(error)))
    return "\n".join(f"> {line.strip()}  " for line in text.splitlines())


def _table_artifact(warehouse: Warehouse, run_id: str, table: AccountTable) -> Artifact:
    rows = warehouse.rows(table.statement, run_id=run_id, most_rows=MOST_ROWS)
    if not rows:
        return MarkdownArtifact(key=table.key, markdown=table.empty, description=table.title)
    in_all = rows[0]["rows_in_all"]
    cut = f"These are the first {len(rows)}; {table.all_rows} shows the other {in_all - len(rows)}, too." if in_all > len(rows) else ""
    description = " ".join(filter(None, (f"{table.title}: {in_all}.", cut, table.hint)))
    shown = [{title: without_addresses(text_of(row[column])) for title, column in table.columns.items()} for row in _in_words(rows)]
    return TableArtifact(key=table.key, table=shown, description=description)


def _in_words(rows: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows with what a reader of the page needs: the file's name, why the rule is there, words where a day is missing."""
    for row in rows:
        words = dict(row)
        if "path" in row:
            words["file"] = Path(row["path"]).name if row["path"] else None
        if "feed" in row:
            words["why"] = _WHY.get((row["feed"], row["rule"]))
        if "told_on" in row:
            words = in_days({"expected_on": None, "is_told": True, "was_told_before": None, "told_before_on": None, **words})
        yield words
