"""A postponed module costs nothing until it is used, and is then the real one."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_checks.postponed_imports import postponed

HEAVY = "heavy_package_of_a_test"


@pytest.fixture(autouse=True)
def heavy_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package that says when it is loaded."""
    folder = tmp_path / HEAVY
    folder.mkdir()
    (folder / "__init__.py").write_text("import sys\nsys.loaded_of_a_test = True\nanswer = 42\n", encoding="utf-8")
    (folder / "part.py").write_text("answer = 43\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delattr(sys, "loaded_of_a_test", raising=False)
    yield
    for name in (HEAVY, f"{HEAVY}.part"):
        sys.modules.pop(name, None)
    if is_loaded():
        del sys.loaded_of_a_test  # type: ignore[attr-defined]


def is_loaded() -> bool:
    return hasattr(sys, "loaded_of_a_test")


def test_a_postponed_module_can_be_imported_and_inspected_without_being_loaded() -> None:
    with postponed(HEAVY):
        importlib.import_module(HEAVY)
        importlib.import_module(HEAVY)
        inspect.getmodule(is_loaded)
    assert not is_loaded()


def test_its_first_use_loads_it_even_long_after_the_block() -> None:
    with postponed(HEAVY):
        module = importlib.import_module(HEAVY)
    assert module.answer == 42
    assert is_loaded()
    with pytest.raises(AttributeError):
        _ = module.no_such_thing


def test_a_use_within_the_block_loads_it_too() -> None:
    with postponed(HEAVY):
        assert importlib.import_module(HEAVY).answer == 42
        assert importlib.import_module(f"{HEAVY}.part").answer == 43


def test_who_imports_it_after_the_block_has_the_real_module_and_its_parts() -> None:
    with postponed(HEAVY):
        importlib.import_module(HEAVY)
    assert importlib.import_module(f"{HEAVY}.part").answer == 43
    assert is_loaded()


def test_what_is_loaded_already_is_left_alone() -> None:
    before = importlib.import_module(HEAVY)
    with postponed(HEAVY):
        assert importlib.import_module(HEAVY) is before
    assert importlib.import_module(HEAVY) is before
