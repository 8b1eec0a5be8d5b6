"""Migrating: brings a warehouse to this version by the numbered files of `sql/schema`, and its views by `sql/views`.

In: a warehouse that is open for writing. Out: the same, with every table, view and macro of this version.
"""

from __future__ import annotations

import hashlib

from tasks.errors import TellwhenError
from tasks.queries import folder, statement
from tasks.warehouse import Warehouse


def migrations() -> dict[int, str]:
    """The migrations that this version knows: number -> name of the statement."""
    return {int(name.split("/")[1].split("_")[0]): name for name in folder("schema")}


def migrate(warehouse: Warehouse) -> None:
    """Bring the warehouse to this version: each numbered file of `sql/schema` once, in its own transaction; then the views.

    Raises TellwhenError when the warehouse was written by a newer Tellwhen.
    """
    foreign = warehouse.execute("select count(*) from duckdb_tables() where schema_name = 'main'").fetchone()
    ours = warehouse.execute("select count(*) from duckdb_tables() where schema_name = 'state' and table_name = 'migrations'").fetchone()
    if foreign != (0,) and ours == (0,):
        raise TellwhenError("the file in [warehouse] path is somebody else's DuckDB file: it has tables that are not ours; name another")
    warehouse.execute("create schema if not exists state")
    warehouse.execute("create table if not exists state.migrations (number integer, name varchar)")
    done = {number for (number,) in warehouse.execute("select number from state.migrations").fetchall()}
    known = migrations()
    if newer := sorted(done - set(known)):
        raise TellwhenError(
            f"the warehouse was written by a newer Tellwhen (migration {newer[-1]}); install that version or restore a backup"
        )
    pending = sorted(set(known) - done)
    for number in pending:
        with warehouse.transaction():
            warehouse.execute(statement(known[number]))
            warehouse.execute("insert into state.migrations values (?, ?)", [number, known[number].split("/")[1]])
    if pending or _views_are_old(warehouse):
        with warehouse.transaction():
            for name in folder("views"):
                warehouse.execute(statement(name))
            warehouse.execute("create or replace table state.views as select ? as fingerprint", [_views_fingerprint()])


def _views_fingerprint() -> str:
    return hashlib.sha256("\0".join(statement(name) for name in folder("views")).encode()).hexdigest()[:16]


def _views_are_old(warehouse: Warehouse) -> bool:
    known = warehouse.execute("select count(*) from duckdb_tables() where schema_name = 'state' and table_name = 'views'").fetchone()
    if known == (0,):
        return True
    return warehouse.execute("select fingerprint from state.views").fetchone() != (_views_fingerprint(),)
