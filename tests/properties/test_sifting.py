"""Sifting: reading what is new of snapshots leaves the very same tables as reading them whole, whatever follows on what (spec 2)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.stages import Stages
from tasks import sifting
from tasks.migrating import migrate
from tasks.settings import load_settings
from tasks.warehouse import open_copy, open_for_reading, writer_lock

CONFIG = """
[warehouse]
path = "history.duckdb"
[[sources]]
name = "acme"
feed = "supplier_etas"
format = "csv"
location = "acme/*"
mode = "snapshot"
{sources}
[guard]
max_row_drop = 1
[dispatch]
from_email = "orders@shop.example"
"""
SOURCES = {"shop": "order_lines", "portal": "order_lines", "people": "customers", "stock": "inventory"}
COLUMNS = {
    "order_lines": ["order_id", "line_no", "customer_id", "sku", "quantity_open", "ordered_at", "promised_on", "status"],
    "customers": ["customer_id", "email", "name", "notify"],
    "inventory": ["sku", "warehouse_id", "on_hand"],
}
# Few values, so that keys come again: good ones, others that say the same, some that cannot be read.
CELLS = {
    "order_id": ["O1", "O2", " O2", "O3", ""],
    "line_no": ["1", "01", "2", "x"],
    "customer_id": ["ann", "bob", '"cid, the ""third"""', ""],
    "sku": ["LAMP", "TORCH"],
    "quantity_open": ["5", "5.0", "0", "-1", "many"],
    "ordered_at": ["2026-11-02", "2026-11-02T08:00:00Z"],
    "promised_on": ["", "2026-12-10", "2026-12-24", "soon"],
    "status": ["open", "", "shipped"],
    "email": ["a@shop.example", ""],
    "name": ["Ann", "Bob", '"Bob\nthe builder"', 'B"ob'],
    "notify": ["email", "none", "shout"],
    "warehouse_id": ["", "main", "east"],
    "on_hand": ["3", "3.0", "4", "none"],
}
TABLES = {
    "order_line_history": "order by all",
    "state.customers": "order by all",
    "state.inventory": "order by all",
    "quarantined_rows": "order by all",
    "source_files": "order by all",
    "state.statements_not_in_force": "order by all",
    "check_results": "order by all",
}
# What differs between two folders and two clocks, and what says how much was looked at.
UNLIKE = {
    "source_files": ("received_at", "modified_at", "source_settings", "reading"),
    "check_results": ("checked_at", "details"),
    "order_line_history": ("fingerprint",),
    "state.customers": ("fingerprint",),
    "state.inventory": ("fingerprint",),
}


def rows_of(feed: str) -> st.SearchStrategy[str]:
    names = COLUMNS[feed]
    row = st.tuples(*(st.sampled_from(CELLS[name]) for name in names)).map(",".join)
    odd = st.sampled_from(["", "A title", ",".join(names), "sku,on_hand,elsewhere", "O1,1", '"never closed', ",".join(names).upper()])
    return st.one_of(*[row] * 9, odd)


@st.composite
def files(draw: st.DrawFn) -> list[tuple[str, str, bytes]]:
    """Snapshots one after the other, each much like the last one of its source: (source, format, content)."""
    last: dict[str, list[str]] = {}
    found = []
    for source in draw(st.lists(st.sampled_from(list(SOURCES)), min_size=2, max_size=6)):
        feed = SOURCES[source]
        rows = list(last.get(source, []))
        for _ in range(draw(st.integers(0, 4))):
            place = draw(st.integers(0, len(rows)))
            if draw(st.booleans()) or not rows:
                rows.insert(place, draw(rows_of(feed)))
            elif draw(st.booleans()):
                del rows[place - 1]
            else:
                rows[place - 1] = draw(rows_of(feed))
        last[source] = rows
        end = draw(st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"]))
        text = end.join([",".join(COLUMNS[feed]), *rows]) + draw(st.sampled_from(["", end]))
        found.append((source, "csv", text.encode()))
    return found


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated warehouse without rows."""
    path = tmp_path_factory.mktemp("empty") / "history.duckdb"
    with open_copy(path) as warehouse:
        migrate(warehouse)
    return path


def land(folder: Path, empty: Path, snapshots: list[tuple[str, str, bytes]], endings: str) -> dict[str, list[dict[str, Any]]]:
    """Land the files, each in a run of its own; gives what stands in the tables then."""
    folder.mkdir()
    shutil.copyfile(empty, folder / "history.duckdb")
    sections = "".join(
        f'[[sources]]\nname = "{name}"\nfeed = "{feed}"\nformat = "{endings}"\nlocation = "{name}/*.{endings}"\nmode = "snapshot"\n'
        "may_be_empty = true\n"
        for name, feed in SOURCES.items()
    )
    (folder / "tellwhen.toml").write_text(CONFIG.format(sources=sections))
    configured = load_settings(folder / "tellwhen.toml")
    stages = Stages(configured, lambda: datetime(2026, 12, 1, tzinfo=UTC), "sql")
    with writer_lock(configured.warehouse):
        for number, (source, _, content) in enumerate(snapshots):
            path = folder / source / f"{number}.{endings}"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
            run_id = f"run-{number}"
            stages.begin(run_id, datetime(2026, 12, 1 + number // 2, 6, tzinfo=UTC))
            stages.land(run_id, source)
    warehouse, _ = open_for_reading(configured.warehouse)
    with warehouse:
        return dict(_tables(warehouse, folder))


def _tables(warehouse: Any, folder: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for table, order in TABLES.items():
        left_out = ", ".join(UNLIKE.get(table, ()))
        columns = f"* exclude ({left_out})" if left_out else "*"
        rows = warehouse.execute(f"select {columns} from {table} {order}").pl().rows(named=True)
        yield table, [{key: str(value).replace(str(folder), "") for key, value in row.items()} for row in rows]


def whole() -> Any:
    """Nothing is sifted: every file is read from its start to its end."""
    return patch.multiple(sifting, MOST_TO_READ=-1, rows_as_in_force=lambda *_, **__: None)


@given(snapshots=files())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_is_new_of_csv_snapshots_leaves_the_same_as_all_of_them(empty: Path, snapshots: list[tuple[str, str, bytes]]) -> None:
    with TemporaryDirectory() as place:
        sifted = land(Path(place) / "sifted", empty, snapshots, "csv")
        with whole():
            read_whole = land(Path(place) / "whole", empty, snapshots, "csv")
    for table, rows in read_whole.items():
        assert sifted[table] == rows, table


def test_what_is_new_of_parquet_snapshots_leaves_the_same_as_all_of_them(empty: Path, tmp_path: Path) -> None:
    days = [
        [("O1", 1, 5.0, "2026-12-10"), ("O2", 1, 4.0, None), ("O3", 1, 1.0, None)],
        [("O1", 1, 5.0, "2026-12-10"), ("O2", 1, 3.0, None), ("O3", 1, 1.0, None), ("O4", 1, 2.0, "2026-12-24")],
        [("O4", 1, 2.0, "2026-12-24"), ("O1", 1, 5.0, "2026-12-10"), ("O1", 1, 6.0, "2026-12-10"), ("O3", 1, -1.0, None)],
        [("O4", 1, 2.0, "2026-12-24"), ("O4", 1, 2.0, "2026-12-24"), ("O2", 1, 4.0, None), ("O3", 1, 1.0, None)],
    ]
    snapshots = []
    for number, rows in enumerate(days):
        frame = pl.DataFrame(rows, schema=["order_id", "line_no", "quantity_open", "promised_on"], orient="row")
        frame = frame.with_columns(
            pl.col("promised_on").str.to_date(), sku=pl.lit("LAMP"), customer_id=pl.lit("ann"), ordered_at=pl.lit("2026-11-02")
        )
        path = tmp_path / f"{number}.parquet"
        frame.write_parquet(path)
        snapshots.append(("shop", "parquet", path.read_bytes()))
    sifted = land(tmp_path / "sifted", empty, snapshots, "parquet")
    with whole():
        read_whole = land(tmp_path / "whole", empty, snapshots, "parquet")
    for table, rows in read_whole.items():
        assert sifted[table] == rows, table
    assert [row["rule"] for row in sifted["quarantined_rows"]].count("is_not_repeated") == 2
    assert any("other rows stand" in detail for detail in _details(tmp_path / "sifted"))


def _details(folder: Path) -> list[str]:
    warehouse, _ = open_for_reading(load_settings(folder / "tellwhen.toml").warehouse)
    with warehouse:
        return [row[0] or "" for row in warehouse.execute("select details from check_results").fetchall()]
