"""The judgement from outside: the warehouse held against the provider's own books.

In: a shop whose dispatch died, and the books. Out: what must not be, a sentence each; empty if all is well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from pathlib import Path

import duckdb

from tests.provider.loopback import Books

# What tells a customer something, and what does not (spec 4).
TOLD = {"sending", "uncertain", "accepted", "delivered"}


def violations(warehouse: Path, notice_ids: Collection[str], books: Books, most_open: int) -> list[str]:
    """After a death, and after the restart: nobody told twice, nothing lost, nothing claimed that is not so, few riddles."""
    states, taken = _states(warehouse), books.times_taken()
    found = [f"{notice_id} was taken {times} times" for notice_id, times in taken.items() if times > 1]
    found += [f"{notice_id} is lost" for notice_id in notice_ids if notice_id not in states]
    for notice_id, state in states.items():
        if notice_id in taken and state not in TOLD:
            found.append(f"{notice_id} is {state}, and the provider took it")
        if notice_id not in taken and state == "accepted":
            found.append(f"{notice_id} is accepted, and the provider never took it")
    in_doubt = [notice_id for notice_id, state in states.items() if state in ("sending", "uncertain")]
    if len(in_doubt) > most_open:
        found.append(f"{len(in_doubt)} notices are in doubt, with {most_open} requests open at the most")
    return found


def settle_by(books: Books, warehouse: Path) -> Counter[str]:
    """Settle each uncertain notice by the provider's books: taken, or to be sent; returns how many of each."""
    taken = books.times_taken()
    settled: Counter[str] = Counter()
    with duckdb.connect(str(warehouse)) as connection:
        for (notice_id,) in connection.execute("select notice_id from notices where state = 'uncertain'").fetchall():
            state = "accepted" if notice_id in taken else "pending"
            connection.execute(
                "update notices set state = $state, told_at = case when $state = 'accepted' then told_at end where notice_id = $notice_id",
                {"state": state, "notice_id": notice_id},
            )
            settled[state] += 1
    return settled


def not_all_told(warehouse: Path, notice_ids: Collection[str], books: Books) -> list[str]:
    """When all is settled and sent: each notice was taken just once, and its customer's last told date is the one it says."""
    states, taken = _states(warehouse), books.times_taken()
    found = [f"{notice_id} is {states.get(notice_id)}, not accepted" for notice_id in notice_ids if states.get(notice_id) != "accepted"]
    found += [f"{notice_id} was taken {taken.get(notice_id, 0)} times" for notice_id in notice_ids if taken.get(notice_id) != 1]
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        wrong = connection.execute(
            "select l.order_id, l.line_no, l.expected_on, t.last_telling.told_on from notice_lines l "
            "join notices n using (notice_id) left join state.told t using (order_id, line_no, customer_id) "
            "where n.state <> 'superseded' and t.last_telling.told_on is distinct from l.expected_on"
        ).fetchall()
    return found + [f"order {order_id}, line {line_no}: told {told}, not {expected}" for order_id, line_no, expected, told in wrong]


def _states(warehouse: Path) -> dict[str, str]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return dict(connection.execute("select notice_id, state from notices").fetchall())
