"""Some days of the simulated year, in the test command; `make simulate` lives through all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.year import Simulation


@pytest.mark.parametrize("seed", [3, 8])
def test_whatever_goes_wrong_the_books_balance(tmp_path: Path, seed: int) -> None:
    account = Simulation(tmp_path, days=10, seed=seed).run()
    assert account.wrong == []
    assert account.injected["a run killed"]
    assert account.balance["told"]
