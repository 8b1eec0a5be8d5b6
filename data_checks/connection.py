"""What the runners need of a database connection.

In: the one DuckDB connection of this process. Out: cursors on it, which see what is committed.
DuckDB itself is not imported here: `tasks.warehouse` owns it.
"""

from __future__ import annotations

from typing import Any, Protocol


class Connection(Protocol):
    """A DuckDB connection, or a cursor, which is one more connection to the same database."""

    @property
    def description(self) -> Any: ...

    def cursor(self) -> Connection: ...

    def execute(self, query: str) -> Any: ...

    def fetchone(self) -> Any: ...

    def fetchmany(self, size: int) -> list[Any]: ...

    def close(self) -> None: ...
