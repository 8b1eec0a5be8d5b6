"""The disk is full (fault 37): in the commit, in the checkpoint, at the mark, at a message file. A file can only grow so far here.

Each time the command ends with a sentence, what was committed stands, and once there is room again everything goes out, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.judgement import not_all_told, settle_by, violations
from tests.faults.killing_ground import KillingGround
from tests.faults.outbox_world import OutboxWorld
from tests.provider.loopback import API_KEY, Books, Provider

NOTICES, MOST_OPEN = 12, 3


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider


def test_when_a_commit_finds_no_room_nothing_of_it_is_kept_and_nothing_is_told_twice(provider: Provider, tmp_path: Path) -> None:
    world = OutboxWorld(tmp_path, provider.base_url, NOTICES, dispatch=f"concurrency = {MOST_OPEN}")
    warehouse = world.settings.warehouse.path
    with KillingGround(world.config, SENDGRID_API_KEY=API_KEY) as ground:
        for room in (0, 20, 200, 2_000, 5_000, 9_000, 14_000, 20_000):
            provider.books = Books()
            full = ground.dispatch(world.again(), largest_file=room)
            assert full.code == 1
            assert full.err.startswith("tellwhen: ")
            assert "Traceback" not in full.err
            assert "customer.example" not in full.err
            assert violations(warehouse, world.notice_ids, provider.books, MOST_OPEN) == []
            again = ground.dispatch(world.config)
            assert again.code in (0, 5)
            assert settle_by(provider.books, warehouse)["accepted"] == 0 or again.code == 5
            ground.dispatch(world.config)
            assert not_all_told(warehouse, world.notice_ids, provider.books) == []


def test_when_a_message_file_finds_no_room_the_notice_stays_pending(tmp_path: Path) -> None:
    world = OutboxWorld(tmp_path, "http://127.0.0.1:1", 3)
    config = world.config.read_text().replace('transport = "sendgrid"', 'transport = "outbox"')
    world.config.write_text(config)
    with KillingGround(world.config) as ground:
        # A message needs more than the mark, and less than the warehouse.
        full = ground.dispatch(world.config, largest_file=150)
        assert full.code == 1
        assert "Traceback" not in full.err
        assert not list((tmp_path / "var" / "outbox").glob("*.eml"))
        assert ground.dispatch(world.config).code in (0, 5)
    assert len(list((tmp_path / "var" / "outbox").glob("*.eml"))) + world.states()["uncertain"] == 3
