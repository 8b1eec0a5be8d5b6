"""Do the feeds come: files in their places, taken lately, whole?

In: what stands in each source's place, and what the warehouse knows of it. Out: findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flows.doctor.finding import Finding, counted, in_words, ok, problem, warning
from tasks.settings import SourceSettings

CHECK = "sources"
# Without these a run stops (spec 2), unless `required = false` says otherwise.
NEEDED_FEEDS = ("supplier_etas", "order_lines")


@dataclass(frozen=True)
class SourceFacts:
    """`file_count` is of files in its place now; `state` the source's row of `reading/sources`, if it has one."""

    source: SourceSettings
    file_count: int
    state: Mapping[str, Any] | None

    @property
    def last_accepted_at(self) -> datetime | None:
        return self.state["last_accepted_at"] if self.state else None

    @property
    def last_rejection(self) -> str | None:
        return self.state["last_rejection"] if self.state else None

    @property
    def stops_runs(self) -> bool:
        """A run stops while it was never accepted."""
        return self.source.required and self.source.feed in NEEDED_FEEDS


def findings(facts: SourceFacts, now: datetime, has_runs: bool) -> list[Finding]:
    """What is to be said of one source; `now` is naive UTC as in the warehouse, `has_runs` false before the first run."""
    seen = [*_taken(facts, now, has_runs), *_refused(facts)]
    return seen or [ok(CHECK, f"{facts.source.name}: last accepted {in_words(now - _known(facts.last_accepted_at))} ago")]


def _taken(facts: SourceFacts, now: datetime, has_runs: bool) -> Iterator[Finding]:
    name, location = facts.source.name, facts.source.location
    tell = problem if facts.stops_runs else warning
    if facts.last_accepted_at is None:
        if not facts.file_count:
            found = f"{name}: no file stands in {location}, and none was ever accepted"
            yield tell(CHECK, found, f"put its first file there, or correct the location of source {name}")
        elif not facts.last_rejection and has_runs:
            found = f"{name}: was never accepted; {counted(facts.file_count, 'file')} in {location}"
            yield warning(CHECK, found, "the next run takes it; `tellwhen run --dry-run` shows how")
        elif not facts.last_rejection:
            yield ok(CHECK, f"{name}: {counted(facts.file_count, 'file')} in {location} for the first run")
    elif facts.source.max_age_hours and now - facts.last_accepted_at > timedelta(hours=facts.source.max_age_hours):
        found = f"{name}: last accepted {in_words(now - facts.last_accepted_at)} ago; expected every {facts.source.max_age_hours:g} hours"
        yield warning(CHECK, found, f"ask whoever puts its files into {location}")


def _refused(facts: SourceFacts) -> Iterator[Finding]:
    state, name = facts.state, facts.source.name
    if state is None:
        return
    if facts.last_rejection:
        is_first = facts.last_accepted_at is None
        kept = "it was never accepted" if is_first else "what it said before stands"
        yield (problem if is_first and facts.stops_runs else warning)(
            CHECK,
            f"{name}: its last file was rejected, {kept}: {facts.last_rejection}",
            f"have the file corrected or the settings of source {name}; "
            f"if it lost rows or dates for good reason: `tellwhen sources accept {name} FILE --by WHO`",
        )
    if state["rows_quarantined"]:
        found = f"{name}: {counted(state['rows_quarantined'], 'row')} of its last file refused; the last good statement of each stands"
        yield warning(CHECK, found, f"`tellwhen quarantine --source {name}` says why, in words for the supplier")


def _known(moment: datetime | None) -> datetime:
    assert moment is not None, "a source that was never accepted has a finding of its own"
    return moment
