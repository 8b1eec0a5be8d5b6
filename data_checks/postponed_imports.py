"""Imports of other packages' imports, postponed: a module that is only named until something of it is used.

In: names of modules. Out: a block within which importing them costs nothing. Nothing is left out: the first use loads the real module.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class _Postponed(ModuleType):
    """Stands for a module; asked for anything, it loads that module and hands on what it has."""

    def __getattr__(self, name: str) -> Any:
        # The import system and `inspect` look at every module that is loaded: this one is not.
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} is not loaded yet and has no {name!r}")
        _forget(self)
        return getattr(importlib.import_module(self.__name__), name)


@contextmanager
def postponed(*names: str) -> Iterator[None]:
    """Let what the block imports have these modules without their being loaded; who imports them after the block loads them."""
    standing_in = [_Postponed(name) for name in names if name not in sys.modules]
    for module in standing_in:
        sys.modules[module.__name__] = module
    try:
        yield
    finally:
        for module in standing_in:
            _forget(module)


def _forget(module: ModuleType) -> None:
    if sys.modules.get(module.__name__) is module:
        del sys.modules[module.__name__]
