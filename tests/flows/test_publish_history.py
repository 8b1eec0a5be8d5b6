"""The flow that publishes the history by itself."""

from __future__ import annotations

import threading

import pytest
from prefect.client.schemas.objects import State

import flows.publish_history
from flows.demo.world import DAYS
from flows.pipeline import run
from tasks.settings import load_settings
from tasks.warehouse import writer_lock
from tests.flows.conftest import World

pytestmark = pytest.mark.usefixtures("prefect_api_url")


def publish(world: World) -> State[None]:
    state: State[None] = flows.publish_history.publish_history(str(world.config), return_state=True)
    return state


def test_a_copy_that_was_lost_is_there_again(world: World) -> None:
    run(world.config, DAYS[0], check_engine="sql")
    published = load_settings(world.config).warehouse.published_path
    copy = published.read_bytes()
    published.unlink()
    assert publish(world).is_completed()
    assert len(published.read_bytes()) == len(copy)


def test_before_the_first_run_there_is_nothing_to_publish_and_no_warehouse_is_made(world: World) -> None:
    state = publish(world)
    assert state.is_failed()
    assert "there is no warehouse to publish yet" in str(state.message)
    assert not (world.folder / "var").exists()


def test_a_writer_that_is_at_work_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run(world.config, DAYS[0], check_engine="sql")
    settings = load_settings(world.config).warehouse
    settings.published_path.unlink()
    monkeypatch.setattr(flows.publish_history, "_publish", flows.publish_history._publish.with_options(retry_delay_seconds=1))
    with writer_lock(settings):
        other = threading.Thread(target=publish, args=(world,))
        other.start()
        other.join(timeout=4)
        assert other.is_alive()
        assert not settings.published_path.exists()
    other.join(timeout=60)
    assert settings.published_path.exists()
