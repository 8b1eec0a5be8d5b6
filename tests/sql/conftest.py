"""A freshly migrated warehouse for the tests of the SQL.

Migrating takes two seconds and a rollback half a millisecond: one warehouse in memory for all tests, a transaction for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.migrating import migrate
from tasks.warehouse import Warehouse, open_copy
from tests.sql.given_when_expect import fill_calendar

# The sources that cases name; any other, such as `gone`, is configured no more.
CONFIGURED = ("acme", "shop", "portal", "stock", "other", "web", "a", "b", "c", "d")


@pytest.fixture(scope="session")
def migrated() -> Iterator[Warehouse]:
    """A warehouse in memory with all tables and views, empty but for a calendar without holidays; leave it as you found it."""
    with open_copy(Path(":memory:")) as warehouse:
        # A case has a handful of rows: more threads only wait for one another.
        warehouse.connection.execute("set threads = 1")
        migrate(warehouse)
        fill_calendar(warehouse)
        for source in CONFIGURED:
            warehouse.run("runs/configure_source", source=source)
        yield warehouse


@pytest.fixture
def warehouse(migrated: Warehouse) -> Iterator[Warehouse]:
    """The migrated warehouse, within a transaction that is rolled back after the test."""
    migrated.connection.execute("begin transaction")
    yield migrated
    migrated.connection.execute("rollback")
