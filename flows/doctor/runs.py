"""Did the last run go well, how long ago, and do analysts see it?

In: the newest and the last committed run, and the published copy. Out: findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flows.doctor.finding import Finding, in_words, ok, problem, warning

CHECK, COPY_CHECK = "runs", "published copy"
# A long weekend. A shop that runs daily misses nothing by it.
LONG_SILENCE = timedelta(days=4)


@dataclass(frozen=True)
class Copy:
    """The published copy: the last committed run in it, and why it cannot be read."""

    path: Path
    exists: bool
    run_id: str | None
    refusal: str | None = None


@dataclass(frozen=True)
class RunFacts:
    """Rows of `runs`, None where there is none; `copy` is None where it is what was read, since another process writes."""

    newest: Mapping[str, Any] | None
    committed: Mapping[str, Any] | None
    copy: Copy | None


def findings(facts: RunFacts, now: datetime, is_being_written: bool) -> Iterator[Finding]:
    """`now` is naive UTC as in the warehouse."""
    newest, committed = facts.newest, facts.committed
    if newest is not None and newest != committed:
        yield from _unfinished(newest, is_being_written)
    if committed is None:
        yield warning(
            CHECK, "no run has been committed yet", "`tellwhen run --dry-run` shows what a first one would do; then `tellwhen run`"
        )
    else:
        yield from _committed(committed, now)
    if facts.copy is not None:
        yield from _published(facts.copy, committed)


def _unfinished(newest: Mapping[str, Any], is_being_written: bool) -> Iterator[Finding]:
    name, reason = f"run {newest['run_id']}", f": {newest['reason']}" if newest["reason"] else ""
    match newest["status"]:
        case "running" if is_being_written:
            yield ok(CHECK, f"{name} is going on")
        case "running":
            yield warning(CHECK, f"{name} ended without a word, as a process does that is killed", "run again: what was landed is kept")
        case "failed" | "stopped" as status:
            yield problem(CHECK, f"{name} {status}{reason}", "mend what it names, then `tellwhen run`: what was landed is kept")


def _committed(committed: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    ended_at = committed["finished_at"] or committed["started_at"]
    found = f"the last committed run {committed['run_id']} was {in_words(now - ended_at)} ago"
    if committed["as_of"] > now + timedelta(hours=1):
        found = f"the last committed run speaks of {committed['as_of']:%Y-%m-%d %H:%M} UTC: until then no run computes anything"
        yield problem(CHECK, found, "run without --as-of from then on; if it was a slip, put back the backup from before that run")
    elif now - ended_at > LONG_SILENCE:
        yield warning(CHECK, found, "see whether the schedule still runs (docs/operations.md)")
    else:
        yield ok(CHECK, found)


def _published(copy: Copy, committed: Mapping[str, Any] | None) -> Iterator[Finding]:
    again = "any run makes it again; `tellwhen run` now, or see to its folder"
    if copy.refusal:
        yield warning(COPY_CHECK, copy.refusal, again)
    elif not copy.exists:
        yield warning(COPY_CHECK, f"{copy.path}: analysts have no copy to read", again)
    elif committed is not None and copy.run_id != committed["run_id"]:
        found = f"{copy.path}: is older than the warehouse (run {copy.run_id or 'none'}; the warehouse has {committed['run_id']})"
        yield warning(COPY_CHECK, found, again)
    else:
        yield ok(COPY_CHECK, f"{copy.path}: has all that the warehouse has")
