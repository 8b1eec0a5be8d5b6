"""Plays a world through the real pipeline, and reads what the warehouse then says (spec 7).

In: a `World` and an empty folder. Out: for each run a `Found`, read from the warehouse through DuckDB, read-only.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from oracle import File
from worlds import Day, World

from flows.pipeline import run
from tasks.errors import ChecksStoppedRun

SECTIONS = {
    "promise": ("handling_days", "transit_days", "overdue_grace_days", "absent_grace_days", "arrived_days"),
    "changes": (
        "min_days_later", "min_days_earlier", "confirm_advances_runs", "missed_grace_days", "max_notices_per_day",
        "announce_early_at_first_sight",
    ),
    "guard": ("max_customer_share", "guard_min_customers", "max_supplier_share", "max_row_drop", "max_date_loss", "max_order_age_hours"),
}  # fmt: skip

QUERIES = {
    "files": "select regexp_extract(path, '[^/]+$') as name, source, status, reason from source_files where run_id = $run_id",
    "quarantined": """
        select regexp_extract(path, '[^/]+$') as name, q.source, q.row_number, q.rule
        from quarantined_rows q join source_files f using (file_id) where f.run_id = $run_id""",
    "supply": """
        select supplier_id, po_number, po_line, slice_no, sku, warehouse_id, quantity, eta_earliest_on, eta_latest_on, eta_precision,
               status, source
        from supplier_eta_history where valid_to is null""",
    "orders": """
        select order_id, line_no, customer_id, sku, warehouse_id, quantity_open, priority, po_number, po_line, partial_ok, country
        from order_line_history where valid_to is null and status = 'open' and quantity_open > 0""",
    "slices": """
        select order_id, line_no, quantity, supply_kind, supplier_id, po_number, po_line, available_on, ship_on, expected_on
        from promise_slices""",
    "promises": """
        select order_id, line_no, customer_id, sku, warehouse_id, quantity_open, promised_on, is_told, told_on, expected_on, first_on,
               precision
        from current_promises""",
    "changes": """
        select order_id, line_no, customer_id, kind, is_told, told_on, expected_on, days_moved, decision
        from changes where run_id = $run_id""",
    "notices": "select notice_id, customer_id, state from notices",
    "notice_lines": "select notice_id, order_id, line_no, kind, told_on, expected_on from notice_lines",
    "to_call": "select order_id, line_no, kind, decision from customers_to_call",
}
HISTORIES = {
    "promise_history": """
        select order_id, line_no, customer_id, sku, warehouse_id, quantity_open, expected_on, first_on, precision, valid_from, valid_to
        from promise_history order by order_id, line_no, valid_from""",
    "supplier_eta_history": """
        select supplier_id, po_number, po_line, slice_no, sku, warehouse_id, quantity, eta_earliest_on, eta_latest_on, eta_precision,
               status, reason, stated_at, source, valid_from, valid_to
        from supplier_eta_history order by supplier_id, po_number, po_line, slice_no, valid_from""",
    "order_line_history": """
        select order_id, line_no, * exclude (order_id, line_no, fingerprint) from order_line_history
        order by order_id, line_no, valid_from""",
}

Row = dict[str, Any]


@dataclass
class Found:
    """The warehouse's tables after a run, each a list of rows."""

    outcome: str
    tables: dict[str, list[Row]] = field(default_factory=dict)


class Replay:
    """One world's folder: configuration, inboxes, warehouse."""

    def __init__(self, world: World, folder: Path) -> None:
        self.folder, self.world, self.drops, self.ticks = folder, world, 0, 0
        self.latest = world.days[0].as_of
        self.config = folder / "tellwhen.toml"
        self.config.write_text(configuration(world))
        for source in world.sources:
            (folder / "inbox" / source.name).mkdir(parents=True)

    def runs(self) -> Iterator[Found]:
        for day in self.world.days:
            yield self.play(day)

    def play(self, day: Day) -> Found:
        """Drop the day's files and run."""
        self.latest = max(self.latest, day.as_of)
        for file in day.files:
            self._drop(file)
        try:
            summary = run(self.config, day.as_of, announce=day.announce, send=day.send, check_engine="sql", clock=self._tick)
        except ChecksStoppedRun:
            return self.read(None, "stopped")
        return self.read(summary.run_id, {"outdated": "behind"}.get(summary.status, summary.status))

    def _tick(self) -> datetime:
        """A clock that has nothing to do with as-of times, and never shows the same time twice."""
        self.ticks += 1
        return datetime(2028, 1, 1, tzinfo=UTC) + timedelta(seconds=self.ticks)

    def _drop(self, file: File) -> None:
        self.drops += 1
        path = self.folder / "inbox" / file.source / file.name
        with path.open("w", newline="") as stream:
            if file.header:
                writer = csv.DictWriter(stream, file.header, restval="", extrasaction="ignore", lineterminator="\n")
                writer.writeheader()
                writer.writerows(file.rows)
        # Each drop has a time of its own, so that an overwritten file is a new one.
        os.utime(path, (1_700_000_000 + self.drops, 1_700_000_000 + self.drops))

    def read(self, run_id: str | None, outcome: str) -> Found:
        with duckdb.connect(str(self.folder / "var/history.duckdb"), read_only=True) as connection:
            if run_id is None:
                run_id = connection.execute("select run_id from runs order by started_at desc, run_id desc limit 1").fetchall()[0][0]
            return Found(outcome, {name: rows_of(connection, query, run_id) for name, query in QUERIES.items()})

    def histories(self) -> dict[str, list[Row]]:
        with duckdb.connect(str(self.folder / "var/history.duckdb"), read_only=True) as connection:
            return {name: rows_of(connection, query, None) for name, query in HISTORIES.items()}


def rows_of(connection: duckdb.DuckDBPyConnection, query: str, run_id: str | None) -> list[Row]:
    parameters = {"run_id": run_id} if "$run_id" in query else {}
    cursor = connection.execute(query, parameters)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def as_utc(value: datetime | None) -> datetime | None:
    """The warehouse's times are UTC, with or without saying so."""
    return value.astimezone(UTC) if value and value.tzinfo else value and value.replace(tzinfo=UTC)


def configuration(world: World) -> str:
    """The world's tellwhen.toml."""
    lines = ["[warehouse]", 'path = "var/history.duckdb"', "[dispatch]", 'transport = "outbox"', 'from_email = "orders@shop.example"']
    for source in world.sources:
        lines += ["[[sources]]", f'name = "{source.name}"', f'feed = "{source.feed}"', f'mode = "{source.mode}"', 'format = "csv"']
        lines += [f'location = "inbox/{source.name}/*.csv"', f"required = {_toml(source.required)}"]
        lines += [f"may_be_empty = {_toml(source.may_be_empty)}"]
    numbers = asdict(world.numbers)
    for section, keys in SECTIONS.items():
        lines += [f"[{section}]"] + [f"{key} = {_toml(numbers[key])}" for key in keys]
        if section == "promise":
            countries = ", ".join(f"{country} = {days}" for country, days in world.numbers.transit_days_by_country)
            lines += [f'calendar = "{world.calendar}"', f"transit_days_by_country = {{ {countries} }}"]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    return str(value).lower()
