"""What the tests of the sources stage share: a source with few words, and a file read as one frame."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from tasks.settings import SourceSettings
from tasks.sources.reading import read_feed

Source = Callable[..., SourceSettings]
Read = Callable[..., pl.DataFrame]


@pytest.fixture
def source() -> Source:
    """A source of supplier ETAs in CSV, but for what is given."""

    def make(**settings: Any) -> SourceSettings:
        return SourceSettings(
            **{"name": "acme", "feed": "supplier_etas", "format": "csv", "location": "inbox/*", "mode": "snapshot"} | settings
        )

    return make


@pytest.fixture
def read(tmp_path: Path, source: Source) -> Read:
    """A file with this content, read as one frame."""

    def make(content: str | bytes, name: str = "etas.csv", zone: str = "UTC", **settings: Any) -> pl.DataFrame:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return pl.concat(read_feed(source(**settings), path, ZoneInfo(zone)))

    return make
