"""A simulated year: random suppliers and orders, a provider that fails, processes that die, days without a run, restored backups.

In: `python -m tests.simulation.year`, with $SIMULATION_DAYS (365) and $SEED (1). Out: what was injected, and whether the books balance.
Everything is real but Prefect, Great Expectations and the provider: files, warehouse, transport, processes. What customers were told
is read in the provider's books, never in ours.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

PROPERTIES = str(Path(__file__).parents[1] / "properties")
if PROPERTIES not in sys.path:
    sys.path.append(PROPERTIES)

from oracle import Numbers  # noqa: E402
from replay import Replay  # noqa: E402
from worlds import Day, Inventor, World, _sources  # noqa: E402

from flows.doctor import integrity  # noqa: E402
from tasks.queries import statement  # noqa: E402
from tests.faults.judgement import settle_by, violations  # noqa: E402
from tests.faults.killing_ground import KILLED, KillingGround  # noqa: E402
from tests.provider.behaviour import ACCEPT, Behaviour, page, refuse  # noqa: E402
from tests.provider.loopback import API_KEY, Provider  # noqa: E402

MOST_OPEN = 4
SENDGRID = """transport = "sendgrid"
concurrency = {most_open}
give_up_after = 0.05
[dispatch.sendgrid]
base_url = "{base_url}"
read_timeout_seconds = 0.4
[dispatch]"""

# What a request may meet, with its share in a thousand; the rest are taken.
FAULTS: dict[str, tuple[int, Behaviour]] = {
    "429": (20, refuse(429)),
    "503": (15, refuse(503)),
    "400": (5, refuse(400, {"message": "refused for good", "field": "to"})),
    "500, taken": (8, Behaviour(500, takes=True)),
    "502, not taken": (8, page(502)),
    "reset, taken": (12, Behaviour(takes=True, fault="reset")),
    "reset, not taken": (8, Behaviour(fault="reset")),
    "closed, taken": (8, Behaviour(takes=True, fault="close")),
    "half a head, taken": (8, Behaviour(takes=True, fault="half_head")),
    "half a body, taken": (8, Behaviour(takes=True, fault="half_body")),
    "taken, answered after our time-out": (8, Behaviour(takes=True, delay_s=0.8)),
    "never answered": (4, Behaviour(fault="hang")),
}
A_PERSON = {"call", "no_contact", "opted_out", "suppressed", "unreachable", "baseline"}
ON_ITS_WAY = {"in_flight", "unconfirmed", "waiting"}


@dataclass
class Account:
    """What happened, and what should not have."""

    injected: Counter[str] = field(default_factory=Counter)
    balance: Counter[str] = field(default_factory=Counter)
    changes: int = 0
    wrong: list[str] = field(default_factory=list)

    def in_words(self) -> str:
        told, person = self.balance["told"], self.balance["for a person"]
        rest = {name: count for name, count in sorted(self.balance.items()) if name not in ("told", "for a person")}
        lines = ["injected:", *(f"  {count:5d}  {name}" for name, count in sorted(self.injected.items()))]
        lines += [
            f"changes: {self.changes} = {told} told + {person} for a person + " + " + ".join(f"{n} {name}" for name, n in rest.items())
        ]
        lines += ["the books balance" if not self.wrong else "WRONG:", *(f"  {sentence}" for sentence in self.wrong)]
        return "\n".join(lines)


class Simulation:
    """One shop, from its first day to its last."""

    def __init__(self, folder: Path, days: int, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        sources = _sources(self.chance)
        self.days = list(Inventor(self.chance, sources, small_worlds=2).days(days))
        self.account = Account()
        self.provider = Provider(script=self._meet)
        self.shop = Replay(World(sources, Numbers(max_supplier_share=1.0, max_order_age_hours=9999), "US", tuple(self.days)), folder)
        self.warehouse = folder / "var" / "history.duckdb"
        self.known: set[str] = set()
        self.is_calm = False

    def run(self) -> Account:
        """All days, and a calm one at the end, on which everything that is on its way goes out."""
        with self.provider:
            dispatch = SENDGRID.format(most_open=MOST_OPEN, base_url=self.provider.base_url)
            text = self.shop.config.read_text().replace('transport = "outbox"\n', "")
            sections = text.partition("[dispatch]\n")
            from_email, _, rest = sections[2].partition("\n")
            self.shop.config.write_text(f"{sections[0]}[dispatch]\n{from_email}\n{dispatch.removesuffix('[dispatch]')}\n{rest}")
            with KillingGround(self.shop.config, SENDGRID_API_KEY=API_KEY) as self.ground:
                for day in self.days:
                    self._live(day)
                self.is_calm = True
                last = max(day.as_of for day in self.days)
                for _ in range(2):
                    self._one_run(Day(last))
                    self._settle()
            self._close_the_books()
        return self.account

    def _meet(self, _number: int, _body: dict[str, Any]) -> Behaviour:
        """What the next request meets."""
        drawn = self.chance.randrange(1000)
        for name, (share, behaviour) in FAULTS.items():
            if not self.is_calm and drawn < share:
                self.account.injected[f"request: {name}"] += 1
                return behaviour
            drawn -= share
        return ACCEPT

    def _live(self, day: Day) -> None:
        for file in day.files:
            self.shop._drop(file)
        if self.chance.random() < 0.03:
            self.account.injected["a day without a run"] += 1
            return
        if self.chance.random() < 0.03:
            self._restore_a_backup(day)
        if self.chance.random() < 0.3:
            ended = self._one_run(day, die_at=self.chance.randint(1, 110))
            if ended == KILLED:
                self.account.injected["a run killed"] += 1
                self._judge(day)
                if self.chance.random() < 0.5:
                    self._one_run(day)
        else:
            self._one_run(day)
        self._judge(day)
        self._settle()

    def _one_run(self, day: Day, **fate: Any) -> int:
        ended = self.ground.run(self.shop.config, day.as_of, announce=day.announce, send=day.send, **fate)
        while self.provider.books.open_now:
            time.sleep(0.005)
        # A run may stop for want of files, and leave notices that failed or are uncertain; anything else is a fault.
        if ended.code not in (0, 3, 4, 5, KILLED):
            self._wrong(day, f"the run ended with {ended.code}: {ended.err}")
        return ended.code

    def _settle(self) -> None:
        if not self._has_begun():
            return
        for state, count in settle_by(self.provider.books, self.warehouse).items():
            self.account.injected[f"settled by the provider's books: {state}"] += count

    def _restore_a_backup(self, day: Day) -> None:
        """Put back a copy that has forgotten what was told since; nothing may be sent from it. Then it is put right."""
        backup, now = self.folder / "backup.duckdb", self.folder / "now.duckdb"
        if backup.exists() and self._has_begun():
            forgets = _requests(backup) < _requests(self.warehouse)
            shutil.copyfile(self.warehouse, now)
            shutil.copyfile(backup, self.warehouse)
            taken, code = len(self.provider.books.taken), self.ground.dispatch(self.shop.config).code
            if forgets:
                self.account.injected["a backup restored that has forgotten tellings"] += 1
                if code != 5 or len(self.provider.books.taken) > taken:
                    self._wrong(day, f"a restored backup was sent from (exit code {code})")
            shutil.copyfile(now, self.warehouse)
        if self._has_begun():
            shutil.copyfile(self.warehouse, backup)

    def _judge(self, day: Day) -> None:
        """The warehouse against the provider's books, at the end of a day or over a dead run."""
        if not self._has_begun():
            return
        for sentence in violations(self.warehouse, self.known, self.provider.books, MOST_OPEN):
            self._wrong(day, sentence)
        self.known |= {row[0] for row in _rows(self.warehouse, "select notice_id from notices")}

    def _has_begun(self) -> bool:
        """A run may die before there is a warehouse, or while its tables are made."""
        return self.warehouse.exists() and _is_set_up(self.warehouse)

    def _wrong(self, day: Day, sentence: str) -> None:
        self.account.wrong.append(f"{day.as_of:%Y-%m-%d %H:%M}: {sentence}")

    # --- at the end ------------------------------------------------------------------------------------------------------

    def _close_the_books(self) -> None:
        last = self.days[-1]
        self._judge(last)
        told = self._told(last)
        standing = dict(_pairs(self.warehouse, "select order_id, line_no, decision from state.standing_changes"))
        lines = _rows(self.warehouse, "select order_id, line_no, customer_id, promised_on, expected_on from current_promises")
        for order_id, line_no, customer_id, promised_on, expected_on in lines:
            statements = told.get((order_id, line_no, customer_id))
            is_true = statements[-1] == expected_on if statements else _is_no_news(promised_on, expected_on)
            if not is_true and standing.get((order_id, line_no)) not in A_PERSON | ON_ITS_WAY:
                self._wrong(last, f"order {order_id}, line {line_no}: told {statements}, expected {expected_on}")
        for name in integrity.STATEMENTS:
            for place, found in _rows(self.warehouse, statement(name)):
                self._wrong(last, f"{name}: {place}: {found}")
        self._balance(last)

    def _told(self, last: Day) -> dict[tuple[str, int, str], list[date | None]]:
        """What the provider's books say each customer was told of each line, in order; the same twice in a row is wrong."""
        said: dict[str, list[tuple[Any, ...]]] = {}
        for notice_id, *line in _rows(
            self.warehouse,
            "select notice_id, order_id, line_no, customer_id, expected_on from notice_lines join notices using (notice_id)",
        ):
            said.setdefault(notice_id, []).append(tuple(line))
        told: dict[tuple[str, int, str], list[date | None]] = {}
        for request in self.provider.books.taken:
            for order_id, line_no, customer_id, expected_on in said[request.notice_id]:
                statements = told.setdefault((order_id, line_no, customer_id), [])
                if statements and statements[-1] == expected_on:
                    self._wrong(last, f"order {order_id}, line {line_no}: {customer_id} was told {expected_on} twice")
                statements.append(expected_on)
        return told

    def _balance(self, last: Day) -> None:
        """Each change that ever arose came to one end."""
        taken = self.provider.books.times_taken()
        for _run, decision, notice_id, state in _rows(
            self.warehouse,
            "select c.run_id, c.decision, n.notice_id, n.state from changes c left join (notices n join notice_lines l using (notice_id)) "
            "on c.decision = 'notify' and n.run_id = c.run_id and l.order_id = c.order_id and l.line_no = c.line_no",
        ):
            self.account.changes += 1
            if decision in A_PERSON:
                self.account.balance["for a person"] += 1
            elif decision in ON_ITS_WAY:
                self.account.balance["in flight, told by another change"] += 1
            elif notice_id in taken:
                self.account.balance["told"] += 1
            elif state in ("pending", "held", "failed", "superseded"):
                self.account.balance[
                    {"superseded": "overtaken before they left", "failed": "refused for good"}.get(state, "in flight")
                ] += 1
            else:
                self._wrong(last, f"a change to be told has the notice {notice_id}, {state}, and the provider never took it")
        if sum(self.account.balance.values()) != self.account.changes:
            self._wrong(last, "the changes do not add up")


def _is_no_news(promised_on: date | None, expected_on: date | None) -> bool:
    """A line of which nothing was told needs no word while it comes by the day that was promised with the order."""
    return promised_on is not None and expected_on is not None and expected_on <= promised_on


def _rows(warehouse: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def _pairs(warehouse: Path, query: str) -> Iterator[tuple[tuple[str, int], str]]:
    for order_id, line_no, decision in _rows(warehouse, query):
        yield (order_id, line_no), decision


def _is_set_up(warehouse: Path) -> bool:
    return bool(_rows(warehouse, "select 1 from duckdb_tables() where table_name = 'decisions_by_person'"))


def _requests(warehouse: Path) -> int:
    return int(_rows(warehouse, "select count(*) from attempts")[0][0])


def main() -> None:
    """Live through the days, and say what happened."""
    days, seed = int(os.environ.get("SIMULATION_DAYS") or 365), int(os.environ.get("SEED") or 1)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tellwhen-simulation-") as folder:
        account = Simulation(Path(folder), days, seed).run()
    print(f"{days} days, seed {seed}, in {time.monotonic() - begun:.0f} s")
    print(account.in_words())
    sys.exit(bool(account.wrong))


if __name__ == "__main__":
    main()
