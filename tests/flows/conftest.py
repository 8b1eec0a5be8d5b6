"""One Prefect server for all flow tests of a session: starting one takes longer than all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.demo.world import drop_day, write_world
from tasks.settings import default_environment

# Here, since the tests' modules import Prefect, which reads it then; what else it is told stands in tests/conftest.py.
default_environment({"PREFECT_LOGGING_LEVEL": "ERROR"})


@pytest.fixture(scope="session")
def prefect_api_url() -> Iterator[str]:
    """The address of a server of our own on loopback, with a database of its own."""
    from prefect.settings import get_current_settings
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        url = get_current_settings().api.url
        assert url
        yield url


@dataclass(frozen=True)
class World:
    """A sample world of its own, with the files of day 1 in its inbox."""

    folder: Path
    config: Path

    def environment(self, prefect_api_url: str) -> dict[str, str]:
        """What a process of ours is started with."""
        return {**os.environ, "PREFECT_API_URL": prefect_api_url, "NO_PROXY": "127.0.0.1"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    config = write_world(tmp_path)
    drop_day(tmp_path, 1)
    return World(tmp_path, config)
