"""Ten real days of a public registry of supply shortages, as a feed; and a count of its versions in plain Python, to hold ours against.

In: the folder of the files. Out: a world (configuration, orders that wait for those products) and, day by day, the versions that a
reader of the files would expect in `supplier_eta_history`. The count shares no code with Tellwhen.
"""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

STATUS = {"active_confirmed": "open", "anticipated_shortage": "open", "resolved": "received", "avoided_shortage": "cancelled"}
ABSENT_GRACE_DAYS = 2

CONFIGURATION = """
[warehouse]
path = "history.duckdb"

[[sources]]
name = "registry"
feed = "supplier_etas"
format = "csv"
location = "inbox/*.csv.gz"
mode = "snapshot"
file_date = "(%Y-%m-%d)"
constants = { quantity = 10 }

[sources.columns]
supplier_id = "Company Name"
po_number = "Report ID"
sku = "DIN"
eta = "Estimated Shortage End Date"
status = "Shortage Status"
reason = "Reason"

[sources.values.status]
active_confirmed = "open"
anticipated_shortage = "open"
resolved = "received"
avoided_shortage = "cancelled"

[[sources]]
name = "orders"
feed = "order_lines"
format = "csv"
location = "orders.csv"
mode = "snapshot"

[[sources]]
name = "customers"
feed = "customers"
format = "csv"
location = "customers.csv"
mode = "snapshot"

[dispatch]
from_email = "orders@shop.example"
"""

Key = tuple[str, str, str]
# What a version says: status, ETA, reason.
Said = tuple[str, date | None, str | None]


@dataclass
class Version:
    """One version of a supply line."""

    said: Said
    valid_from: date
    valid_to: date | None = None


@dataclass
class Line:
    """A supply line as the registry last stated it, and since when it lacks it."""

    said: Said
    absent_since: date | None = None


@dataclass
class PlainCount:
    """Counts versions file by file."""

    versions: dict[Key, list[Version]] = field(default_factory=dict)
    lines: dict[Key, Line] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    def read(self, day: date, rows: list[dict[str, str]]) -> None:
        """Take one day's file."""
        self.refused = {"rows": 0}
        stated: dict[Key, Said] = {}
        present: set[Key] = set()
        for row in rows:
            key = (row["Company Name"], row["Report ID"], row["DIN"])
            if not all(key):
                self.refused["rows"] += 1
                continue
            present.add(key)
            text = row["Estimated Shortage End Date"]
            eta = date.fromisoformat(text) if text else None
            if eta and not (day.replace(year=day.year - 2) <= eta <= day.replace(year=day.year + 3)):
                self.refused["rows"] += 1
                continue
            stated[key] = (STATUS[row["Shortage Status"]], eta, row["Reason"] or None)
        for key, said in stated.items():
            self.lines[key] = Line(said)
            self._see(day, key, said)
        for key, line in self.lines.items():
            if key not in present:
                self._miss(day, key, line)

    def _miss(self, day: date, key: Key, line: Line) -> None:
        status, eta, reason = line.said
        if status == "open":
            if eta is not None and eta <= day:
                line.said = ("arrived", eta, reason)
            elif line.absent_since and day - line.absent_since > timedelta(days=ABSENT_GRACE_DAYS):
                line.said = ("withdrawn", eta, reason)
        line.absent_since = line.absent_since or day
        self._see(day, key, line.said)

    def _see(self, day: date, key: Key, said: Said) -> None:
        history = self.versions.setdefault(key, [])
        if history and history[-1].said == said:
            return
        if history:
            history[-1].valid_to = day
        history.append(Version(said, day))

    def as_rows(self) -> set[tuple[object, ...]]:
        """Every version: the key, what it says, from when, until when."""
        return {
            (*key, *version.said, version.valid_from, version.valid_to) for key, history in self.versions.items() for version in history
        }


def read_file(path: Path) -> list[dict[str, str]]:
    """The rows of the first table of a file, stripped; the second table begins with a title line of its own."""
    lines = gzip.decompress(path.read_bytes()).decode("utf-8")
    records = list(csv.reader(io.StringIO(lines, newline="")))
    header = [cell.strip() for cell in records[1]]
    end = next(number for number, record in enumerate(records[2:], start=2) if len(record) < len(header))
    return [dict(zip(header, (cell.strip() for cell in record), strict=True)) for record in records[2:end]]


def days_of(folder: Path) -> list[tuple[date, Path]]:
    """The files and their days."""
    return [(date.fromisoformat(path.name[:10]), path) for path in sorted(folder.glob("*.csv.gz"))]


def as_of(day: date) -> datetime:
    """The instant of a day's run."""
    return datetime(day.year, day.month, day.day, 6, tzinfo=UTC)


def write_world(folder: Path, first_file: Path) -> Path:
    """A configuration, and for each product in shortage on the first day one order line of one of 200 customers."""
    products = sorted({row["DIN"] for row in read_file(first_file) if row["DIN"] and row["Shortage Status"] == "active_confirmed"})
    (folder / "inbox").mkdir()
    config = folder / "tellwhen.toml"
    config.write_text(CONFIGURATION, encoding="utf-8")
    orders = ["order_id,line_no,customer_id,sku,quantity_open,ordered_at,promised_on"]
    for number, sku in enumerate(products):
        orders.append(f"O{number},1,C{number % 200},{sku},{1 + number % 12},2017-12-{1 + number % 28:02d},2018-01-{8 + number % 20:02d}")
    (folder / "orders.csv").write_text("\n".join(orders) + "\n", encoding="utf-8")
    customers = ["customer_id,email,name", *(f"C{number},c{number}@pharmacy.example,Pharmacy {number}" for number in range(200))]
    (folder / "customers.csv").write_text("\n".join(customers) + "\n", encoding="utf-8")
    return config
