"""Sifting: of a new snapshot only the rows are read that do not stand in it as they stood in the one in force.

In: row numbers and fingerprints of a file (tasks.sources). Out: the numbers of the rows that are to be read.
A row that stands there as before, read in the same way, says what it said and breaks no rule: a cost that follows what changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from data_checks.suites import ROW_RULES
from tasks.settings import Settings, SourceSettings
from tasks.warehouse import Warehouse

# Feeds whose rows each speak for themselves, by rules that are the same every day.
SIFTED_FEEDS = ("order_lines", "customers", "inventory")

# With more of its rows to be read, a file is read whole.
MOST_TO_READ = 0.5

# Changes with every change of ours in what a row means.
EDITION = "1"


@dataclass(frozen=True)
class Sifted:
    """What was found of a file: all its rows, and the numbers of those to be read, by the ordinal of the file."""

    rows: tuple[int, ...]
    to_read: tuple[pl.Series, ...]


def reading_of(settings: Settings, source: SourceSettings) -> str:
    """A fingerprint of all that the meaning of a row depends on beside the row: settings, time zone, rules, versions."""
    rules = [(rule.name, rule.kind, rule.columns, sorted(rule.arguments.items())) for rule in ROW_RULES[source.feed]]
    means = (EDITION, pl.__version__, source.fingerprint, settings.warehouse.timezone, repr(rules))
    return hashlib.sha256("\0".join(means).encode()).hexdigest()[:16]


def rows_as_in_force(warehouse: Warehouse, source: SourceSettings, sha256: str, reading: str) -> int | None:
    """The rows of a file that is byte for byte the snapshot in force; None for any other."""
    return _count(warehouse.value("landing/stands_as_in_force", **_named(source), sha256=sha256, reading=reading))


def has_rows_in_force(warehouse: Warehouse, source: SourceSettings) -> bool:
    """Whether there is anything that rows could stand as."""
    return bool(warehouse.value("landing/count_rows_in_force", **_named(source)))


def add_rows(warehouse: Warehouse, ordinal: int, frames: Iterable[pl.DataFrame]) -> int:
    """Put the fingerprints of a file into `staging.file_rows`; returns how many."""
    rows = 0
    for frame in frames:
        rows += frame.height
        warehouse.append("staging.file_rows", frame.with_columns(pl.lit(ordinal).alias("file_ordinal")))
    return rows


def sift(warehouse: Warehouse, source: SourceSettings, rows: tuple[int, ...]) -> Sifted | None:
    """Compare the files' rows with those in force; None where too many are new to be picked one by one."""
    warehouse.run("landing/sift", **_named(source))
    found = warehouse.row("landing/count_rows_to_read") or {}
    if found["rows_to_read"] > MOST_TO_READ * sum(rows):
        return None
    in_force = warehouse.value("landing/count_rows_in_force", **_named(source))
    if sum(rows) - found["rows_to_read"] != in_force - found["rows_gone"]:
        warehouse.run("landing/sift_repeated")
    numbers = (warehouse.frame("landing/rows_to_read", file_ordinal=ordinal)["row_number"] for ordinal in range(len(rows)))
    return Sifted(rows, tuple(numbers))


def sift_nothing(warehouse: Warehouse, source: SourceSettings) -> None:
    """The file is read whole: each row in force is looked for among its rows."""
    warehouse.clear("staging.file_rows", "staging.sifted")
    warehouse.run("landing/sift_nothing", **_named(source))


def twins(warehouse: Warehouse, source: SourceSettings) -> dict[int, pl.Series]:
    """Rows that stand as before but share their key with a row that was read: they are to be read as well, by ordinal of the file."""
    found = warehouse.frame(f"landing/twins_{source.feed}", source=source.name)
    return {ordinal: part["row_number"] for (ordinal,), part in found.partition_by("file_ordinal", as_dict=True).items()}


def refused_without_text(warehouse: Warehouse) -> dict[int, pl.Series]:
    """The refused rows whose raw text was left in the file, by the file's ordinal."""
    rows = warehouse.frame("landing/refused_without_text")
    return {ordinal: part["row_number"] for (ordinal,), part in rows.partition_by("file_ordinal", as_dict=True).items()}


def add_text(warehouse: Warehouse, ordinal: int, frames: Iterable[pl.DataFrame]) -> None:
    """Put the raw text of rows beside their refusal."""
    for frame in frames:
        warehouse.append("staging.raw_texts", frame.select(pl.lit(ordinal).alias("file_ordinal"), "row_number", "raw"))
    warehouse.run("landing/add_text")
    warehouse.clear("staging.raw_texts")


def _named(source: SourceSettings) -> dict[str, str]:
    return {"feed": source.feed, "source": source.name}


def _count(value: int | None) -> int | None:
    return None if value is None else int(value)
