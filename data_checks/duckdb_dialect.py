"""DuckDB for SQLAlchemy, with results that outlive their connection.

In: cursors of our own DuckDB connection. Out: a SQLAlchemy engine that Great Expectations can work with.
Great Expectations fetches rows after the connection went back to the pool, where DuckDB has dropped them: they are read at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb_sqlalchemy
from sqlalchemy.dialects import registry
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from data_checks.connection import Connection

URL = "duckdb+tellwhen://"

registry.register("duckdb.tellwhen", __name__, "BufferedDialect")


class _BufferedExecutionContext(duckdb_sqlalchemy.DuckDBExecutionContext):
    def post_exec(self) -> None:
        super().post_exec()  # type: ignore[no-untyped-call]
        if self.cursor.description and not (self.isinsert or self.isupdate or self.isdelete):
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(self.cursor, self.cursor.description, self.cursor.fetchall())


class BufferedDialect(duckdb_sqlalchemy.Dialect):
    """DuckDB's dialect that reads a result whole as soon as it is there."""

    execution_ctx_cls = _BufferedExecutionContext
    supports_statement_cache = False


def engine_arguments(connection: Connection) -> dict[str, Any]:
    """Arguments of `sqlalchemy.create_engine(URL, …)`.

    Each use takes a cursor of `connection` and closes it: a second connection to the file would be refused, a pool would hold it open.
    """
    return {"creator": lambda: duckdb_sqlalchemy.ConnectionWrapper(connection.cursor()), "poolclass": NullPool}  # type: ignore[arg-type]
