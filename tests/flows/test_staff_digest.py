"""The flow that tells staff, once a day and after the customers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from prefect.artifacts import Artifact
from prefect.client.schemas.objects import State

from flows.demo.world import DAYS, drop_day
from flows.pipeline import run
from flows.staff_digest import staff_digest
from tests.flows.conftest import World

pytestmark = pytest.mark.usefixtures("prefect_api_url")


def told(world: World) -> State[Any]:
    state: State[Any] = staff_digest(str(world.config), DAYS[1] + timedelta(hours=2), return_state=True)
    return state


def test_it_sends_each_digest_once_and_leaves_counts_without_addresses(world: World) -> None:
    assert told(world).is_failed(), "there is nothing to report before the first run"
    run(world.config, DAYS[0], check_engine="sql")
    drop_day(world.folder, 2)
    run(world.config, DAYS[1], check_engine="sql")
    staff = world.folder / "var" / "outbox" / "staff"
    before = len(list(staff.iterdir()))
    state = told(world)
    assert (state.is_completed(), state.message) == (True, "5 accepted")
    account = Artifact.get("tellwhen-digest")
    assert account is not None
    assert str(account.data).splitlines() == [
        "- 5 accepted",
        "- digests with lines to call about: 2",
        "- digests with lines told: 2",
        "- digests with lines that moved with nothing to tell: 2",
    ]
    again = told(world)
    assert (again.is_completed(), len(list(staff.iterdir()))) == (True, before + 5)


def test_one_that_nobody_took_makes_the_run_fail_and_another_run_sends_it(world: World) -> None:
    run(world.config, DAYS[0], check_engine="sql")
    staff = world.folder / "var" / "outbox" / "staff"
    staff.parent.mkdir(parents=True)
    staff.write_text("in the way of a folder")
    state = told(world)
    assert state.is_failed()
    assert "not sent" in str(state.message)
    staff.unlink()
    assert told(world).is_completed()
    assert list(staff.iterdir())
