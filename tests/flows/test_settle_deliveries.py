"""The flow that settles what left."""

from __future__ import annotations

import pytest
from prefect.client.schemas.objects import State

from flows.demo.world import DAYS
from flows.pipeline import run
from flows.settle_deliveries import settle_deliveries
from tasks.settings import load_settings
from tasks.settling import spool
from tasks.warehouse import open_published, writer_lock
from tests.flows.conftest import World
from tests.settling.events import event, payload

pytestmark = pytest.mark.usefixtures("prefect_api_url")


def settled(world: World) -> State[None]:
    state: State[None] = settle_deliveries(str(world.config), return_state=True)
    return state


def test_what_the_webhook_brought_is_taken_in_and_a_busy_warehouse_is_no_alarm(world: World) -> None:
    run(world.config, DAYS[0], announce=True, check_engine="sql")
    settings = load_settings(world.config).warehouse
    with open_published(settings) as warehouse:
        notice_id = warehouse.rows("reading/notices", notice_id=None)[0]["notice_id"]
    spool.put(settings.spool_path, "post-1", payload(event("delivered", notice_id)))
    with writer_lock(settings):
        pass
    state = settled(world)
    assert (state.is_completed(), state.message) == (True, "1 events taken, 0 notices uncertain")
    with open_published(settings) as warehouse:
        assert {row["state"] for row in warehouse.rows("reading/notices", notice_id=notice_id)} == {"delivered"}


def test_while_a_run_holds_the_warehouse_the_next_one_settles(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import settle_deliveries as module
    from tasks.errors import WarehouseBusy

    def busy(*_: object) -> None:
        raise WarehouseBusy("held")

    monkeypatch.setattr(module, "settle", busy)
    state = settled(world)
    assert state.is_completed()
    assert "the next run settles" in str(state.message)


def test_what_cannot_be_done_makes_the_run_fail_and_says_what(world: World) -> None:
    run(world.config, DAYS[0], check_engine="sql")
    spool.put(load_settings(world.config).warehouse.spool_path, "post-1", b"<html>")
    state = settled(world)
    assert state.is_failed()
    assert "is no JSON" in str(state.message)
