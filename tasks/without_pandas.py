"""Without pandas: what DuckDB does to each parameter is done without importing pandas, which takes longer than any reading command.

In: a block that runs statements. Out: the same results. DuckDB imports pandas only to see whether a parameter is pandas' own NaT or NA.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_pandas() -> Iterator[None]:
    """Keep pandas from being imported within the block; where it is loaded already, nothing changes.

    Only for a process that imports pandas in no other thread meanwhile: it would not find it either.
    """
    if "pandas" in sys.modules:
        yield
        return
    # What stands there as None cannot be imported, and DuckDB then knows that no parameter is of pandas.
    sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["pandas"]
