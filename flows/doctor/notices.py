"""Do notices sit where no run moves them on?

In: notices by state, how many and since when. Out: findings; each names the command that moves them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from flows.doctor.finding import Finding, counted, in_words, ok, problem, warning

CHECK = "notices"


def findings(waiting: Sequence[Mapping[str, Any]], now: datetime, is_being_written: bool) -> list[Finding]:
    """`waiting` are rows of `reading/notices_waiting`; `now` is naive UTC. `sending` without a living writer is `uncertain` (spec 8)."""
    return list(_findings(waiting, now, is_being_written)) or [ok(CHECK, "no notice waits for anybody")]


def _findings(waiting: Sequence[Mapping[str, Any]], now: datetime, is_being_written: bool) -> Iterator[Finding]:
    for row in waiting:
        notices, since = counted(row["notices"], "notice"), f"for up to {in_words(now - row['since'])}"
        match row["state"]:
            case "pending" | "sending" if is_being_written:
                yield ok(CHECK, f"{notices} on the way: a process is writing")
            case "pending":
                yield warning(CHECK, f"{notices} pending {since}", "`tellwhen dispatch` sends them, and so does the next run")
            case "held":
                runs = ", ".join(row["run_ids"])
                yield warning(
                    CHECK,
                    f"{notices} held by a guard {since} (run {runs})",
                    "look at them (`tellwhen notices --state held`), then `tellwhen notices release RUN` or `tellwhen notices discard RUN`",
                )
            case "sending" | "uncertain":
                yield problem(
                    CHECK,
                    f"{notices} uncertain {since}: nobody knows whether they went out, so they are not sent again",
                    "find each (`tellwhen notices --state uncertain`) in the provider's log, then `tellwhen notices resolve`",
                )
            case "failed":
                yield problem(
                    CHECK,
                    f"{notices} failed {since}, and nothing has told these customers since",
                    "`tellwhen notices --state failed` says why; mend it, then `tellwhen notices retry`, or call and `tellwhen told`",
                )
