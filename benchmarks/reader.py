"""One analyst: asks the published copy again and again whether it shows a whole run, from a process of its own.

In: `python -m benchmarks.reader PUBLISHED once|held`: open it anew for each question, or hold it open for several. Out: when stdin is
closed, one line of JSON on stdout: what was found.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

QUESTIONS_WHILE_HELD = 5
SECONDS_AFTER_AN_ERROR = 0.2
# One statement sees one state: each open line has one promise, its slices add up to its quantity, and the newest run says just that.
QUESTION = """
with newest as (
    select run_id, as_of, open_lines from runs where status = 'committed' order by as_of desc, started_at desc limit 1
),
open_lines as (
    select order_id, line_no, quantity_open from order_line_history
    where valid_to is null and status = 'open' and quantity_open > 0
),
promised as (
    select order_id, line_no, count(*) as promises, max(quantity_open) as quantity_open from current_promises group by order_id, line_no
),
sliced as (
    select order_id, line_no, sum(quantity) as quantity from promise_slices group by order_id, line_no
)
select
    (select run_id from newest) as run_id,
    (select open_lines from newest) - (select count(*) from open_lines) as lines_too_many,
    count(*) filter (o.order_id is null or p.promises is distinct from 1 or p.quantity_open <> o.quantity_open) as promises_wrong,
    count(*) filter (s.quantity is distinct from o.quantity_open) as slices_wrong,
    (select count(*) from promise_history where valid_from > (select as_of from newest)) as from_another_run
from open_lines as o
full join promised as p on o.order_id = p.order_id and o.line_no = p.line_no
full join sliced as s on o.order_id = s.order_id and o.line_no = s.line_no
"""


@dataclass
class Findings:
    """What a reader found. `moved_while_held`: whoever holds a copy open keeps it, whatever is published meanwhile."""

    questions: int = 0
    half_runs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    moved_while_held: int = 0
    slowest_s: float = 0.0
    runs: list[str] = field(default_factory=list)


def main(published: Path, questions_at_once: int) -> None:
    """Ask until stdin is closed."""
    done = threading.Event()
    threading.Thread(target=_end_with_stdin, args=(done,), daemon=True).start()
    found = Findings()
    while not done.is_set():
        try:
            with duckdb.connect(str(published), read_only=True, config={"threads": 1, "memory_limit": "1GB"}) as connection:
                seen = {ask(connection, found) for _ in range(questions_at_once) if not done.is_set()}
            found.moved_while_held += len(seen) > 1
        except duckdb.Error as error:
            found.errors.append(str(error)[:300])
            time.sleep(SECONDS_AFTER_AN_ERROR)
    print(json.dumps(asdict(found)), flush=True)


def _end_with_stdin(done: threading.Event) -> None:
    sys.stdin.read()
    done.set()


def ask(connection: duckdb.DuckDBPyConnection, found: Findings) -> str:
    begun = time.perf_counter()
    row = connection.execute(QUESTION).fetchone()
    found.slowest_s = max(found.slowest_s, round(time.perf_counter() - begun, 2))
    found.questions += 1
    assert row is not None
    run_id, *faults = row
    if run_id is None or any(faults):
        found.half_runs.append(f"{run_id}: {faults}")
    if run_id not in found.runs:
        found.runs.append(run_id)
    return str(run_id)


if __name__ == "__main__":
    main(Path(sys.argv[1]), QUESTIONS_WHILE_HELD if sys.argv[2] == "held" else 1)
