"""A dispatch is killed before and after each of its durable effects, and in the middle of them (faults 2 to 5, 7 and 52).

Then it is started again, the warehouse is held against the provider's books, what is uncertain is settled by them, and in the end
each customer was told once what was to be told.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.judgement import not_all_told, settle_by, violations
from tests.faults.killing_ground import KILLED, Ended, KillingGround
from tests.faults.outbox_world import OutboxWorld
from tests.provider.behaviour import ACCEPT, Behaviour
from tests.provider.loopback import API_KEY, Books, Provider

NOTICES, MOST_OPEN = 7, 3


class Shop:
    """A shop with a provider and a killing ground, made again for each death."""

    def __init__(self, provider: Provider, ground: KillingGround, world: OutboxWorld, most_open: int) -> None:
        self.provider, self.ground, self.world, self.most_open = provider, ground, world, most_open
        self.warehouse = world.settings.warehouse.path

    def die(self, **fate: Any) -> Ended:
        """A dispatch in the shop as it was made, against new books."""
        self.provider.books = Books()
        ended = self.ground.dispatch(self.world.again(), **fate)
        while self.provider.books.open_now:
            time.sleep(0.001)
        return ended

    def wrong(self) -> list[str]:
        return violations(self.warehouse, self.world.notice_ids, self.provider.books, self.most_open)

    def found_after(self, **fate: Any) -> list[str]:
        """What is wrong after the restart, after settling and after the dispatch that sends the rest."""
        found = []
        for settles in (False, True):
            if settles:
                settle_by(self.provider.books, self.warehouse)
            ended = self.ground.dispatch(self.world.config, **fate)
            found += self.wrong()
            riddles = self.world.states()["uncertain"]
            if ended.code != (5 if riddles and not settles else 0):
                found.append(f"the dispatch ended with {ended.code}, {riddles} uncertain: {ended.err}")
        return found + not_all_told(self.warehouse, self.world.notice_ids, self.provider.books)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with Provider() as provider:
        world = OutboxWorld(tmp_path, provider.base_url, NOTICES, dispatch=f"concurrency = {MOST_OPEN}")
        with KillingGround(world.config, SENDGRID_API_KEY=API_KEY) as ground:
            yield Shop(provider, ground, world, MOST_OPEN)


def test_killed_between_any_two_durable_effects_nobody_is_told_twice_and_nobody_is_forgotten(shop: Shop) -> None:
    """Faults 2, 3, 4, 5 and 7: before and after each commit, each raise of the mark, each request, and the rename that publishes."""
    died_at: list[str] = []

    def die(where: int | str) -> Ended:
        ended = shop.die(die_at=where)
        if ended.code == KILLED:
            died_at.append(ended.points[-1])
            assert shop.wrong() == [], f"killed {died_at[-1]}"
            assert shop.found_after() == [], f"killed {died_at[-1]}"
        return ended

    while (ended := die(len(died_at) + 1)).code == KILLED:
        pass
    assert (ended.code, ended.out) == (0, f"{NOTICES} accepted\n"), ended.err
    # How answers fall into groups is a matter of microseconds: a number may have missed what stands at another one the next time.
    for effect in (
        "a commit: Write down the intent before the requests leave.",
        "a commit: Move notices by the outcomes of their requests; the outcome of any other request",
        "a commit: The requests of a dispatch that ended in the middle.",
        "the mark",
        "a request",
        "closing the warehouse",
        "a commit: checkpoint",
        "a rename",
    ):
        for point in (f"before {effect}", f"after {effect}"):
            assert point in died_at or die(point).code == KILLED, f"a dispatch never came to: {point}"


def test_killed_while_a_request_is_under_way_its_notice_is_uncertain_and_settled_by_the_books(shop: Shop) -> None:
    """Faults 3 and 4, from the provider's side: it has the request, taken or not, and the answer finds nobody."""
    for number in range(1, NOTICES + 1):
        for takes in (True, False):

            def script(count: int, _body: dict[str, Any], number: int = number, takes: bool = takes) -> Behaviour:
                if count != number:
                    return ACCEPT
                os.kill(shop.ground.pid, signal.SIGKILL)
                return Behaviour(takes=takes, fault="close")

            shop.provider.script = script
            shop.provider.restart_count()
            assert shop.die().code == KILLED
            shop.provider.script = lambda _count, _body: ACCEPT
            assert shop.wrong() == []
            assert shop.found_after() == []


def test_killed_in_the_middle_of_a_write_the_warehouse_opens_with_what_was_committed(shop: Shop) -> None:
    """Fault 5: the kernel ends the process at a byte of the log, in a commit, or of the file, in a checkpoint."""
    chance = random.Random(5)
    in_doubt = 0
    for _ in range(24):
        ended = shop.die(largest_file=chance.randint(60, 26_000), dies_of_it=True)
        assert ended.code == -signal.SIGXFSZ, ended
        assert shop.wrong() == []
        in_doubt += shop.world.states()["sending"]
        assert shop.found_after() == []
    assert in_doubt, "some of the deaths come after requests left"


def test_killed_at_any_time_from_outside_with_many_requests_open(tmp_path: Path) -> None:
    """Fault 5 with 16 requests open and a provider that takes its time."""
    chance = random.Random(20)
    with Provider(latency_s=0.02) as provider:
        world = OutboxWorld(tmp_path, provider.base_url, 150, dispatch="concurrency = 16")
        with KillingGround(world.config, SENDGRID_API_KEY=API_KEY) as ground:
            shop = Shop(provider, ground, world, most_open=16)
            deaths = 0
            for _ in range(20):
                at_request, wait_s = chance.randint(1, 150), chance.uniform(0, 0.03)

                def script(count: int, _body: dict[str, Any], at: int = at_request, wait: float = wait_s) -> Behaviour:
                    if count == at:
                        provider.call_later(wait, lambda: os.kill(ground.pid, signal.SIGKILL))
                    return ACCEPT

                provider.script = script
                provider.restart_count()
                deaths += shop.die().code == KILLED
                provider.script = lambda _count, _body: ACCEPT
                assert shop.wrong() == []
                assert shop.found_after() == []
    assert deaths > 10


@pytest.mark.parametrize("mutant", ["records only after sending", "sends again on a guess"])
def test_a_wrong_build_is_found_out(shop: Shop, mutant: str) -> None:
    """Fault 52: without the intent written ahead, or with a guess after a crash, these very tests would fail."""
    twice: list[str] = []
    died = shop.die(mutant=mutant).points.index("before a request")
    while not twice and shop.die(die_at=died + 1, mutant=mutant).code == KILLED:
        died += 1
        twice = [sentence for sentence in (*shop.wrong(), *shop.found_after(mutant=mutant)) if "taken 2 times" in sentence]
    assert twice
