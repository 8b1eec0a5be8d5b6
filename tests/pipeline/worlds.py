"""Small worlds for black-box tests: a folder with a configuration and files, and what stands in the published copy after a run.

In: rows of a supplier's list, of an order book, of customers. Out: runs, and rows of the tables and views of spec 7.
"""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import duckdb

from flows.pipeline import run
from flows.summary import RunSummary

PROJECT = Path(__file__).parents[2]
MONDAY = date(2026, 3, 2)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in range(1, 5))

# For worlds whose orders are of one day and whose runs go on for many: no guard holds their notices.
ORDERS_OF_ANY_AGE = "[guard]\nmax_order_age_hours = 8760"

Row = Mapping[str, Any]


def day(number: int) -> date:
    """Day 1 is Monday, 2 March 2026; days run on through weekends."""
    return MONDAY + timedelta(days=number - 1)


def at_customer(eta: str | date) -> date:
    """When goods with this ETA reach the customer by the defaults of spec 9: one business day to handle, two to travel."""
    here = date.fromisoformat(eta) if isinstance(eta, str) else eta
    while here.weekday() > 4:
        here += timedelta(days=1)
    for _ in range(3):
        here += timedelta(days=1)
        while here.weekday() > 4:
            here += timedelta(days=1)
    return here


@dataclass(frozen=True)
class Source:
    """One `[[sources]]` of a configuration; `keys` are lines of TOML."""

    name: str
    feed: str
    mode: str = "snapshot"
    format: str = "csv"
    location: str = ""
    keys: str = ""

    def toml(self) -> str:
        location = self.location or f"inbox/{self.name}/*"
        return (
            f'[[sources]]\nname = "{self.name}"\nfeed = "{self.feed}"\nformat = "{self.format}"\nlocation = "{location}"\n'
            f'mode = "{self.mode}"\n{self.keys}\n'
        )


ACME = Source("acme", "supplier_etas")
ORDERS = Source("orders", "order_lines")
CUSTOMERS = Source("customers", "customers")
STOCK = Source("stock", "inventory")


def po(po_number: str, eta: str | date | None = None, **more: Any) -> dict[str, Any]:
    """A supplier's row: 10 pieces of item A, unless told otherwise."""
    return {"supplier_id": "ACME", "po_number": po_number, "sku": "A", "quantity": 10, "eta": "" if eta is None else eta, **more}


def order(order_id: str, promised_on: str | date | None = None, **more: Any) -> dict[str, Any]:
    """An order line: customer C1 waits for 1 piece of item A, unless told otherwise."""
    return {
        "order_id": order_id, "line_no": 1, "customer_id": "C1", "sku": "A", "quantity_open": 1,
        "ordered_at": "2026-02-20", "promised_on": promised_on or "", **more,
    }  # fmt: skip


def customer(customer_id: str, email: str | None = None, **more: Any) -> dict[str, Any]:
    return {"customer_id": customer_id, "email": f"{customer_id.lower()}@customer.example" if email is None else email, **more}


def csv_text(rows: Sequence[Row], *, delimiter: str = ",", header: Sequence[str] | None = None, line_end: str = "\n") -> str:
    """Rows as CSV under a header of all their keys."""
    names = list(header or dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, delimiter=delimiter, lineterminator=line_end, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@dataclass
class World:
    """A folder in which runs take place."""

    folder: Path
    sources: tuple[Source, ...] = (ACME, ORDERS, CUSTOMERS)
    settings: str = ""
    warehouse: str = ""
    dropped: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.configure()
        if any(source.name == "customers" for source in self.sources):
            self.put("customers", customer("C1"))

    def configure(self, settings: str | None = None, sources: Sequence[Source] | None = None) -> None:
        """Write the configuration file (anew)."""
        self.settings = self.settings if settings is None else settings
        self.sources = self.sources if sources is None else tuple(sources)
        sections = "\n".join(source.toml() for source in self.sources)
        dispatch = "" if "[dispatch]" in self.settings else '[dispatch]\nfrom_email = "orders@shop.example"\n'
        self.config.write_text(f'[warehouse]\npath = "var/history.duckdb"\n{self.warehouse}\n{sections}\n{dispatch}\n{self.settings}\n')

    @property
    def config(self) -> Path:
        return self.folder / "tellwhen.toml"

    @property
    def live(self) -> Path:
        return self.folder / "var" / "history.duckdb"

    @property
    def published(self) -> Path:
        return self.folder / "var" / "history.published.duckdb"

    @property
    def outbox(self) -> Path:
        return self.folder / "var" / "outbox"

    def put(self, source: str, *rows: Row, header: Sequence[str] | None = None) -> Path:
        """Drop the source's next file, as CSV."""
        return self.put_bytes(source, csv_text(rows, header=header).encode())

    def put_bytes(self, source: str, content: bytes, name: str = "") -> Path:
        self.dropped[source] = self.dropped.get(source, 0) + 1
        path = self.folder / "inbox" / source / (name or f"{self.dropped[source]}.csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def run(self, as_of: date | datetime, **options: Any) -> RunSummary:
        """One run at 06:00 UTC of the day, its checks in plain SQL."""
        return run(self.config, self.instant(as_of), check_engine="sql", **options)

    @staticmethod
    def instant(as_of: date | datetime) -> datetime:
        if isinstance(as_of, datetime):
            return as_of
        return datetime(as_of.year, as_of.month, as_of.day, 6, tzinfo=UTC)

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of the published copy, as an analyst reads it."""
        with duckdb.connect(str(self.published), read_only=True) as connection:
            result = connection.execute(query, list(values))
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def values(self, query: str, *values: Any) -> list[Any]:
        """The only column of a query, or rows as tuples."""
        found = [tuple(row.values()) for row in self.rows(query, *values)]
        return [row[0] for row in found] if all(len(row) == 1 for row in found) else found

    def expected(self) -> dict[str, date | None]:
        """The day expected of each order (line 1)."""
        return dict(self.values("select order_id, expected_on from current_promises where line_no = 1"))

    def supply(self) -> dict[str, str]:
        """The status of each PO's newest version."""
        return dict(self.values("select po_number, status from supplier_eta_history where valid_to is null"))

    def decisions(self) -> list[tuple[str, str, str]]:
        """Every change on record: order, kind, decision, oldest run first."""
        return self.values(
            "select c.order_id, c.kind, c.decision from changes c join runs r using (run_id) order by r.as_of, r.started_at, c.order_id"
        )

    def letters(self) -> dict[str, EmailMessage]:
        """The .eml files in the outbox, by notice id."""
        read = {path.stem: message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(self.outbox.glob("*.eml"))}
        return {name: letter for name, letter in read.items() if isinstance(letter, EmailMessage)}

    def python(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        """A real process of our own that runs a program."""
        return subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip


def told_world(folder: Path, settings: str = "", eta: str = "2026-03-16", **more: Any) -> World:
    """A world after its baseline: order O1 of customer C1 waits for P1, due 2026-03-16, and was promised just that."""
    world = World(folder, settings=settings, **more)
    world.put("acme", po("P1", eta))
    world.put("orders", order("O1", at_customer(eta)))
    world.run(MONDAY)
    return world
