"""The account of a run: what was landed, what changed, what was decided, what became of the notices.

In: a run id. Out: a `RunSummary` for people (the terminal, Prefect's page: `flows.artifacts`) and for programs (`run --json`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from flows.commands.showing import to_decide
from tasks.dispatching import DispatchReport
from tasks.feed_ages import late_feeds
from tasks.settings import Settings
from tasks.warehouse import Warehouse, open_for_writing


@dataclass(frozen=True)
class RunSummary:
    """One run. Counts: rows by source, changes that arose by kind and by decision, notices that it made or moved by state.

    `stopped`: why the dispatch stopped; `held_because`: why guards hold the notices that the run made; `call_lists`: those sent to staff
    at its end, by state; `late_feeds`: those whose last accepted file was older than `max_age_hours` at its as-of.
    """

    run_id: str
    as_of: str
    status: str
    is_baseline: bool
    landed: dict[str, int]
    quarantined: dict[str, int]
    rejected: dict[str, list[str]]
    open_lines: int
    changes: dict[str, int]
    decisions: dict[str, int]
    notices: dict[str, int]
    to_call: int
    stopped: str | None
    held_because: str | None = None
    call_lists: dict[str, int] = field(default_factory=dict)
    late_feeds: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0, or 5 when notices failed, are uncertain or the dispatch stopped, or 4 when notices are held (spec 8)."""
        if self.stopped or self.notices.get("failed") or self.notices.get("uncertain"):
            return 5
        return 4 if self.notices.get("held") else 0

    def as_json(self) -> dict[str, Any]:
        """The last line of `run --json`."""
        return asdict(self)


def summarise(settings: Settings, run_id: str, report: DispatchReport) -> RunSummary:
    """Gather the account of a run that has ended."""
    with open_for_writing(settings.warehouse) as warehouse:
        return summary_of(warehouse, settings, run_id, report)


def summary_of(warehouse: Warehouse, settings: Settings, run_id: str, report: DispatchReport) -> RunSummary:
    """Gather the account of a run from an open warehouse."""
    row = warehouse.row("runs/one", run_id=run_id)
    assert row is not None, f"run {run_id} was written down"
    files = {file["source"]: file for file in warehouse.rows("runs/summary_files", run_id=run_id)}
    changes: Counter[str] = Counter()
    decisions: Counter[str] = Counter()
    for change in warehouse.rows("runs/summary_changes", run_id=run_id):
        changes[change["kind"]] += change["changes"]
        decisions[change["decision"]] += change["changes"]
    return RunSummary(
        run_id=run_id,
        as_of=row["as_of"].isoformat() + "Z",
        status=row["status"],
        is_baseline=row["is_baseline"],
        landed={source.name: files[source.name]["rows_landed"] if source.name in files else 0 for source in settings.sources},
        quarantined={name: file["rows_quarantined"] for name, file in files.items() if file["rows_quarantined"]},
        rejected={name: file["rejections"] for name, file in files.items() if file["rejections"]},
        open_lines=row["open_lines"] or 0,
        changes=dict(changes),
        decisions=dict(decisions),
        notices={notice["state"]: notice["notices"] for notice in warehouse.rows("runs/summary_notices", run_id=run_id)},
        to_call=warehouse.value("runs/count_to_call"),
        stopped=report.stopped,
        held_because=next((held["reason"] for held in warehouse.rows("reading/held", run_id=run_id)), None),
        call_lists={row["state"]: row["digests"] for row in warehouse.rows("runs/summary_digests", run_id=run_id)},
        late_feeds=[str(feed) for feed in late_feeds(warehouse, settings, row["as_of"])],
    )


def in_words(summary: RunSummary) -> str:
    """The account for people: a few short lines."""
    lines = [f"Run {summary.run_id}, as of {summary.as_of}: {status_in_words(summary)}"]
    lines += [f"  {label:<17}{text}" for label, text in facts(summary)]
    if summary.is_baseline:
        lines.append(f"  {BASELINE}")
    if summary.stopped:
        lines.append(f"  The dispatch stopped: {summary.stopped}")
    if summary.held_because:
        lines.append(f"  Held: {summary.held_because}")
        lines.append(f"  Look at `tellwhen notices --state held`; then {to_decide(summary.run_id)}")
    return "\n".join(lines)


def status_in_words(summary: RunSummary) -> str:
    """How the run ended."""
    return _STATUS.get(summary.status, summary.status)


def facts(summary: RunSummary) -> list[tuple[str, str]]:
    """What there is to say of the run, each with its label; `REJECTED` once for each file."""
    refused = sum(summary.quarantined.values())
    landed = ", ".join(f"{name} {rows}" for name, rows in summary.landed.items() if rows) or "nothing new"
    return [
        ("rows landed", f"{sum(summary.landed.values())} ({landed})"),
        ("rows refused", f"{refused}" + (f" ({_counts(summary.quarantined)}); see `tellwhen quarantine`" if refused else "")),
        *((REJECTED, reason) for reasons in summary.rejected.values() for reason in reasons),
        *((LATE_FEED, feed) for feed in summary.late_feeds),
        ("open lines", f"{summary.open_lines}"),
        ("dates changed", f"{sum(summary.changes.values())}" + (f" ({_counts(summary.changes)})" if summary.changes else "")),
        ("decided", _counts(summary.decisions) or "nothing to decide"),
        ("notices", _counts(summary.notices) or "none"),
        ("lines to call", f"{summary.to_call}" + ("; see `tellwhen who`" if summary.to_call else "")),
        *([("call lists", _counts(summary.call_lists))] if summary.call_lists else []),
    ]


REJECTED = "file rejected"
LATE_FEED = "old feed"
BASELINE = "This was the baseline: the first run of a warehouse tells nobody (--announce would have)."
_STATUS = {
    "committed": "committed",
    "stopped": "stopped by a check before anything could be sent",
    "failed": "failed",
    "outdated": "an as-of before the last committed run's: nothing was computed, what was pending was sent",
}


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
