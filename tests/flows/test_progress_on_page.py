"""A run that takes long says on Prefect's page how far it is."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.client.schemas.objects import Artifact
from prefect.runtime import flow_run

import flows.progress_on_page
from flows.pipeline import plan_of
from flows.progress import silent
from flows.progress_on_page import KEY, percent_of, shown_on_page
from flows.stages import COMPARING, PROMISING, PUBLISHING
from tasks.settings import load_settings
from tests.flows.conftest import World
from tests.flows.operations import eventually

PLAN = ("acme: ", "orders: ", PROMISING, COMPARING, PUBLISHING)

pytestmark = pytest.mark.usefixtures("prefect_api_url")


def artifacts_of(run: UUID) -> list[Artifact]:
    with get_client(sync_client=True) as client:
        return client.read_artifacts(artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run])))


def on_page(every_s: float, work: Callable[[UUID], None] = lambda _run: None) -> UUID:
    """A flow run that is in the middle of its promises, and does `work` there."""

    @flow
    def long_run() -> UUID:
        run = UUID(str(flow_run.id))
        with shown_on_page(PLAN, silent, every_s) as progress:
            progress("orders: a.csv", "10 rows read")
            progress(PROMISING, "checking 10 open lines")
            work(run)
        return run

    return long_run()


def test_a_long_run_has_an_artifact_that_says_how_far_it_is_and_is_complete_in_the_end() -> None:
    seen: list[Artifact] = []
    run = on_page(0.05, lambda run: seen.extend(eventually("the artifact", lambda: artifacts_of(run))))
    assert (seen[0].key, seen[0].data) == (KEY, 40.0)
    assert str(seen[0].description).startswith("working out promises: checking 10 open lines (")
    (at_last,) = artifacts_of(run)
    assert at_last.data == 100.0


def test_a_short_run_has_none() -> None:
    assert artifacts_of(on_page(3600)) == []


def test_what_cannot_be_shown_on_the_page_stops_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[float] = []

    def fail(percent: float, **_: object) -> None:
        tried.append(percent)
        raise OSError("no server")

    monkeypatch.setattr(flows.progress_on_page, "create_progress_artifact", fail)
    assert artifacts_of(on_page(0.01, lambda _run: eventually("an attempt", lambda: tried) and None)) == []


def test_the_plan_of_a_run_begins_with_its_sources_and_ends_with_publishing(world: World) -> None:
    plan = plan_of(load_settings(world.config), send=False)
    assert (plan[0], plan[-1]) == ("cascade: ", PUBLISHING)
    assert (percent_of(plan, "cascade: etas.csv"), percent_of(plan, "starting")) == (0.0, 0.0)
    assert 0 < percent_of(plan, PROMISING) < percent_of(plan, PUBLISHING) < 100
