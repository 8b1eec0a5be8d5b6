"""Proof that all contenders did the same job: the same day for each order line, the same lines changed, as many customers to tell.

In: what each has left after a day. Out: what they agree on; raises Disagreement with the first lines on which they do not.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from benchmarks.contenders import Dbt, Pandas, Tellwhen, as_of_on


class Disagreement(Exception):
    """Two contenders say different things: one of them is wrong, and the benchmark is worth nothing."""


@dataclass(frozen=True)
class Agreed:
    """What all say of a day."""

    lines: int
    dated: int
    changed: int
    to_tell: int

    def __str__(self) -> str:
        share = self.dated / max(self.lines, 1)
        return f"{self.lines:,} lines, {share:.0%} with a date, {self.changed:,} changed, {self.to_tell:,} customers to tell"


PROMISES = {
    Tellwhen: "select order_id, line_no, expected_on from it.current_promises",
    Dbt: "select order_id, line_no, expected_on from it.promises",
    Pandas: "select order_id, line_no, expected_on::date as expected_on from '{file}'",
}
# Lines that have another date than the day before: on the first day none has.
CHANGED = {
    Tellwhen: """
        select count(*) from it.promise_history as now join it.promise_history as before using (order_id, line_no)
        where now.valid_from::date = '{today}' and before.valid_to = now.valid_from and now.expected_on is distinct from before.expected_on
    """,
    Dbt: "select count(*) from it.promise_changes where not is_new",
    Pandas: "select count(*) from '{changes}' where not is_new",
}
TO_TELL = {
    Tellwhen: "select count(*) from it.notices where run_id = (select run_id from it.runs where as_of::date = '{today}')",
    Dbt: "select count(*) from it.notices",
    Pandas: "select count(*) from read_csv('{notices}')",
}


def agree(contenders: list[Tellwhen | Dbt | Pandas], number: int) -> Agreed:
    """Hold what the contenders say of a day against each other."""
    with duckdb.connect() as connection:
        said = [_said_by(connection, contender, number, place) for place, contender in enumerate(contenders)]
        first = contenders[0]
        for place, contender in enumerate(contenders[1:], start=1):
            differing = connection.execute(
                f"""
                select * from said_0 as a full outer join said_{place} as b using (order_id, line_no)
                where a.expected_on is distinct from b.expected_on or a.is_there is distinct from b.is_there limit 5
                """
            ).fetchall()
            if differing or said[place] != said[0]:
                raise Disagreement(f"day {number}: {first.name}: {said[0]}; {contender.name}: {said[place]}; lines: {differing}")
        return said[0]


def _said_by(connection: duckdb.DuckDBPyConnection, contender: Tellwhen | Dbt | Pandas, number: int, place: int) -> Agreed:
    kind, names = type(contender), {"today": str(as_of_on(number))}
    if isinstance(contender, Pandas):
        names |= {
            "file": str(contender.promises),
            "changes": str(contender.kept / "changes.parquet"),
            "notices": str(contender.kept / "notices.csv"),
        }
    else:
        file = contender.published if isinstance(contender, Tellwhen) else contender.warehouse
        connection.execute(f"attach '{file}' as it (read_only)")
        connection.execute("use it")
    ask = {
        what: text.format(**names) for what, text in (("promises", PROMISES[kind]), ("changed", CHANGED[kind]), ("to_tell", TO_TELL[kind]))
    }
    connection.execute(f"create table memory.said_{place} as select *, true as is_there from ({ask['promises']})")
    changed, to_tell = (connection.execute(ask[what]).fetchone() for what in ("changed", "to_tell"))
    connection.execute("use memory")
    connection.execute("detach database if exists it")
    counts = connection.execute(f"select count(*), count(expected_on) from said_{place}").fetchone()
    assert changed and to_tell and counts
    return Agreed(counts[0], counts[1], changed[0], to_tell[0])
