"""Progress on Prefect's page: log lines, and for a run that takes longer than five seconds an artifact that says how far it is.

In: the steps as the run reports them, and the plan they follow. Out: the artifact `tellwhen-progress`, kept up to date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.logging import get_run_logger

from flows.progress import EVERY_S, Lines, Progress

KEY = "tellwhen-progress"


class _Artifact:
    """The artifact, made when there is something to say."""

    def __init__(self) -> None:
        self._id: UUID | None = None

    def show(self, percent: float, description: str) -> None:
        if self._id is None:
            self._id = cast(UUID, create_progress_artifact(percent, key=KEY, description=description))
        else:
            update_progress_artifact(self._id, percent, description=description)

    def complete(self) -> None:
        if self._id is not None:
            update_progress_artifact(self._id, 100.0, description="done")


def percent_of(plan: Sequence[str], step: str) -> float:
    """How much of the plan lies before the step: 0 for what is not in it."""
    position = next((number for number, planned in enumerate(plan) if step.startswith(planned)), 0)
    return 100.0 * position / len(plan)


@contextmanager
def shown_on_page(plan: Sequence[str], also: Progress, every_s: float = EVERY_S) -> Iterator[Progress]:
    """Progress for Prefect's page and for `also`. What cannot be shown there stops no run."""
    logger, artifact = get_run_logger(), _Artifact()

    def say_again(step: str, line: str) -> None:
        logger.info(line)
        quietly(lambda: artifact.show(percent_of(plan, step), line))

    def quietly(show: Callable[[], None]) -> None:
        try:
            show()
        except Exception as problem:
            logger.warning("progress could not be shown on Prefect's page (%s)", type(problem).__name__)

    with Lines(logger.info, every_s, say_again) as lines:

        def progress(step: str, count: str = "", /) -> None:
            also(step, count)
            lines(step, count)

        yield progress
    quietly(artifact.complete)
