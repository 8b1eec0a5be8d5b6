"""The warehouse: one DuckDB file, one writer, migrations that run by themselves. The only importer of duckdb.

In: a path. Out: a `Warehouse`, open for writing (behind a lock file of our own) or for reading.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import duckdb

from tasks.errors import TellwhenError, WarehouseBusy
from tasks.queries import bind
from tasks.settings import WarehouseSettings

if TYPE_CHECKING:
    import polars as pl

# A reading command of ours holds the file for moments only: worth waiting for. Anything longer is an error with a name.
_WAIT_FOR_READERS_S = 15.0

# The lock files that are held already where we are called: `tellwhen run` takes one before Prefect starts up, and the run again within it.
_held: ContextVar[frozenset[Path]] = ContextVar("held", default=frozenset())


# What a disk, the memory or DuckDB itself can do to a statement; anything else DuckDB raises is a fault of ours, with its traceback.
_TROUBLE: dict[type[duckdb.Error], str] = {
    duckdb.FatalException: "DuckDB broke off. What was committed is safe; this command ends here",
    duckdb.TransactionException: "nothing of this step was written",
    duckdb.IOException: "the file could not be read or written",
    duckdb.OutOfMemoryException: "the memory is not enough; what was committed is safe",
}
_NEXT_STEP = "See to the disk (space, permissions) and to [warehouse] memory_limit; the next run goes on from what was committed"


class Warehouse:
    """A connection to the warehouse that runs statements by name.

    All of its methods raise TellwhenError for what a full disk, too little memory or a broken file does to a statement.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self.connection = connection
        self.path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.connection.close()

    def run(self, name: str, **values: Any) -> None:
        """Carry out the statement `sql/<name>.sql` with those of `values` that it names."""
        self.execute(*bind(name, values))

    def rows(self, name: str, **values: Any) -> list[dict[str, Any]]:
        """The result of a statement: one dict a row, keyed by column."""
        return _dicts(self.execute(*bind(name, values)))

    def frame(self, name: str, **values: Any) -> pl.DataFrame:
        """The result of a statement as a frame, for results of many rows."""
        return self.execute(*bind(name, values)).pl()

    def row(self, name: str, **values: Any) -> dict[str, Any] | None:
        """The first row of a statement's result, or None."""
        rows = self.rows(name, **values)
        return rows[0] if rows else None

    def value(self, name: str, **values: Any) -> Any:
        """The first column of the first row of a statement's result, or None."""
        row = self.row(name, **values)
        return next(iter(row.values())) if row else None

    def append(self, table: str, frame: pl.DataFrame) -> None:
        """Add a frame's rows to a table, column by name."""
        # DuckDB finds `frame` here by its name; what is registered in a transaction is kept until the transaction ends.
        with self._told_of_trouble():
            self.connection.execute(f"insert into {table} by name select * from frame")

    def copy_to(self, path: Path) -> None:
        """Write all that is committed into a new file, without the room that what was deleted has left."""
        (name,) = self.execute("select current_database()").fetchall()[0]
        place = str(path).replace("'", "''")
        self.execute(f"attach '{place}' as fresh (read_write)")
        try:
            self.execute(f'copy from database "{name}" to fresh')
        finally:
            self.execute("detach fresh")

    @property
    def empty_share(self) -> float:
        """The share of the file that holds nothing: room of what was deleted, which only later rows fill."""
        total, used = self.execute("select sum(total_blocks), sum(used_blocks) from pragma_database_size()").fetchall()[0]
        return (total - used) / total if total else 0.0

    def clear(self, *tables: str) -> None:
        """Empty working tables."""
        for table in tables:
            self.execute(f"delete from {table}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self.execute("begin transaction")
        try:
            yield
        except BaseException:
            # Where DuckDB broke off there is nothing left to roll back.
            with suppress(duckdb.Error):
                self.connection.execute("rollback")
            raise
        self.execute("commit")

    def execute(self, text: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> duckdb.DuckDBPyConnection:
        """Carry out a statement that has no file of its own."""
        with self._told_of_trouble():
            return self.connection.execute(text, values or None)

    @contextmanager
    def _told_of_trouble(self) -> Iterator[None]:
        try:
            yield
        except tuple(_TROUBLE) as error:
            what = next(words for kind, words in _TROUBLE.items() if isinstance(error, kind))
            raise TellwhenError(f"{self.path}: {what} ({str(error).splitlines()[0]}). {_NEXT_STEP}") from None


def _dicts(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


@contextmanager
def writer_lock(settings: WarehouseSettings) -> Iterator[None]:
    """Hold the warehouse for writing for the life of the block, or raise WarehouseBusy at once.

    The lock is `flock` on a file of our own: DuckDB's own lock is lost when the file is opened and closed anywhere in the process,
    and the kernel frees ours however the process ends. While it is held, the file holds the writer's process id, for people.
    Who holds it already may take it again.
    """
    path = settings.lock_path.resolve()
    if path in _held.get():
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise TellwhenError(f"{path}: the lock file cannot be opened ({error.strerror}); see to its permissions") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            raise WarehouseBusy(
                f"{settings.path}: another run (process {holder}) is writing to the warehouse; nothing was done. "
                "Try again when it has ended."
            ) from None
        os.ftruncate(descriptor, 0)
        # For people only: on a full disk the lock holds without it.
        with suppress(OSError):
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        token = _held.set(_held.get() | {path})
        try:
            yield
        finally:
            _held.reset(token)
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def writer_is_alive(settings: WarehouseSettings) -> bool:
    """True while a process holds the writer's lock."""
    try:
        descriptor = os.open(settings.lock_path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def open_for_writing(settings: WarehouseSettings) -> Warehouse:
    """Open the warehouse; the caller holds `writer_lock`. Migrations are `migrate`'s.

    Raises TellwhenError when the file cannot be opened: another program has it open, or it is no DuckDB file.
    """
    settings.path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + _WAIT_FOR_READERS_S
    while True:
        try:
            return Warehouse(_connect(settings.path, read_only=False, memory_limit=settings.memory_limit), settings.path)
        except duckdb.IOException as error:
            if "Conflicting lock" not in str(error):
                raise TellwhenError(f"{settings.path}: cannot be opened as a DuckDB file: {error}") from None
            if time.monotonic() > deadline:
                raise TellwhenError(
                    f"{settings.path}: another program keeps the warehouse open ({error}). "
                    f"Close it; analysts read {settings.published_path}, which never stands in the way."
                ) from None
            time.sleep(0.1)


def open_for_reading(settings: WarehouseSettings) -> tuple[Warehouse, Literal["live", "published"]]:
    """Open the live warehouse, or the published copy while another process writes; says which.

    Raises TellwhenError when there is nothing to read yet.
    """
    if not settings.path.exists():
        raise TellwhenError(f"{settings.path}: there is no warehouse yet; `tellwhen run` makes it")
    if not writer_is_alive(settings):
        try:
            return _ours(Warehouse(_connect(settings.path, read_only=True, memory_limit=settings.memory_limit), settings.path)), "live"
        except duckdb.IOException as error:
            # A writer came in between, or another program holds the file: the copy is as good.
            if "Conflicting lock" not in str(error):
                raise TellwhenError(f"{settings.path}: cannot be opened as a DuckDB file: {error}") from None
    if not settings.published_path.exists():
        raise TellwhenError(
            f"{settings.published_path}: the first run is still writing and has published nothing yet; try again when it has ended"
        )
    return open_published(settings), "published"


def open_at_rest(settings: WarehouseSettings) -> Warehouse:
    """Open the live warehouse for reading beside others who read; the caller holds `writer_lock`, so that nobody changes it.

    Raises TellwhenError when another program has it open for writing, or it is none of ours.
    """
    try:
        return _ours(Warehouse(_connect(settings.path, read_only=True, memory_limit=settings.memory_limit), settings.path))
    except duckdb.IOException as error:
        raise TellwhenError(f"{settings.path}: cannot be opened for reading ({error}). Close what keeps it open, then try again") from None


def open_published(settings: WarehouseSettings) -> Warehouse:
    """Open the analysts' copy. Raises TellwhenError when it cannot be opened, or is none of ours."""
    path = settings.published_path
    try:
        return _ours(Warehouse(_connect(path, read_only=True, memory_limit=settings.memory_limit), path))
    except duckdb.IOException as error:
        raise TellwhenError(f"{path}: cannot be opened as a DuckDB file: {error}") from None


def _ours(warehouse: Warehouse) -> Warehouse:
    """The warehouse, if it is one of ours. Raises TellwhenError for any other DuckDB file, and for one that no run has set up yet."""
    tables = warehouse.connection.execute(
        "select count(*) from duckdb_tables() where schema_name = 'state' and table_name = 'views'"
    ).fetchone()
    if tables != (1,):
        warehouse.connection.close()
        raise TellwhenError(
            f"{warehouse.path}: holds no Tellwhen warehouse; name the right file in [warehouse] path, or let `tellwhen run` set it up"
        )
    return warehouse


def open_copy(path: Path) -> Warehouse:
    """Open a file that nobody else uses, such as the copy that a dry run works on."""
    return Warehouse(_connect(path, read_only=False, memory_limit=None), path)


def _connect(path: Path, *, read_only: bool, memory_limit: str | None) -> duckdb.DuckDBPyConnection:
    config: Mapping[str, str] = {"memory_limit": memory_limit} if memory_limit else {}
    connection = duckdb.connect(str(path), read_only=read_only, config=dict(config))
    connection.execute("set timezone = 'UTC'")
    # Rows written in the same transaction count as none when DuckDB plans: it would pair supply with demand in nested loops.
    connection.execute("set asof_loop_join_threshold = 0")
    return connection
