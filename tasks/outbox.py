"""Outbox: the notices of a run, word for word, made in the transaction that makes its changes (spec 5).

In: the changes with the decision `notify`. Out: `notices` that are pending or held, with their `notice_lines`; older ones are superseded.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, Protocol

import polars as pl

from tasks.runs import Run, naive_utc
from tasks.settings import Settings
from tasks.warehouse import Warehouse

# The namespace of our notice ids; fixed for ever, or a re-run could make a second notice.
_NAMESPACE = uuid.UUID("6f2c3f0e-9a4f-5d0b-8f57-2f7f5f1f7c11")

_LINE_COLUMNS = ("notice_id", "order_id", "line_no", "kind", "is_told", "told_on", "expected_on", "parts")
# Notices are written away by so many: a notice is some 6 kB of text and HTML.
_AT_ONCE = 5_000


# The rows of outbox/alternatives, by (order_id, line_no).
Alternatives = dict[tuple[str, int], list[dict[str, Any]]]


class Words(Protocol):
    """What a message says."""

    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def html(self) -> str: ...


class Writer(Protocol):
    """Turns one customer's lines into words; the flow joins it with tasks.messages."""

    def __call__(self, lines: list[dict[str, Any]], alternatives: Alternatives) -> Words: ...


def make_notices(
    warehouse: Warehouse, settings: Settings, run: Run, values: dict[str, Any], write: Writer, now: datetime, held_because: str | None
) -> int:
    """Supersede what is no longer true, and make one notice for each customer to be notified; returns how many.

    `write` is handed the customer's rows of `outbox/to_compose` and the alternatives by (order_id, line_no). `held_because`: the
    guards' reason to hold the new notices, if there is one.
    """
    warehouse.run("outbox/supersede", now=naive_utc(now), run_id=run.run_id)
    sharing = [source.name for source in settings.sources if source.share_reason]
    lines = warehouse.frame("outbox/to_compose", sources_sharing_reasons=sharing)
    alternatives: Alternatives = defaultdict(list)
    for row in warehouse.rows("outbox/alternatives", **values):
        alternatives[row["order_id"], row["line_no"]].append(row)
    same_for_all = {
        "run_id": run.run_id,
        "state": "held" if held_because else "pending",
        "reason": held_because,
        "held_because": held_because,
        "as_of_on": run.as_of_on,
        "created_at": naive_utc(now),
        "updated_at": naive_utc(now),
    }
    count = 0
    for some in _in_batches(lines):
        notices = _notices(some, lambda rows: write(rows, alternatives))
        warehouse.append("notices", notices.with_columns(**{name: pl.lit(value) for name, value in same_for_all.items()}))
        warehouse.append("notice_lines", some.join(notices, on="customer_id", maintain_order="left").select(_LINE_COLUMNS))
        count += len(notices)
    return count


def _in_batches(lines: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The lines, sorted by customer, in frames that hold all lines of so many customers."""
    if lines.is_empty():
        return
    starts = [0, *lines.select(pl.arg_where(pl.col("customer_id") != pl.col("customer_id").shift())).to_series(), len(lines)]
    for start, end in pairwise([*starts[:-1:_AT_ONCE], len(lines)]):
        yield lines[start:end]


def _notices(lines: pl.DataFrame, write: Callable[[list[dict[str, Any]]], Words]) -> pl.DataFrame:
    """One row for each customer: who is written to, the words, their hash and the id of the notice."""
    # A part that is all of its line says nothing that the line does not, and takes longer to hand over than all else of the line.
    several = pl.when(pl.col("parts").list.len() > 1).then("parts").otherwise([])
    rows = lines.with_columns(several.alias("parts")).iter_rows(named=True)
    made: dict[str, list[str]] = {name: [] for name in ("notice_id", "subject", "body_text", "body_html", "body_sha256")}
    for _, customer_lines in groupby(rows, key=itemgetter("customer_id")):
        told = list(customer_lines)
        words = write(told)
        made["notice_id"].append(notice_id(told))
        made["subject"].append(words.subject)
        made["body_text"].append(words.text)
        made["body_html"].append(words.html)
        made["body_sha256"].append(body_sha256(words.subject, words.text, words.html))
    customers = lines.select("customer_id", "to_address", "to_name").unique("customer_id", keep="first", maintain_order=True)
    return customers.with_columns(pl.Series(name, column, pl.String) for name, column in made.items())


def notice_id(lines: Sequence[dict[str, Any]]) -> str:
    """UUIDv5 of the customer, the lines, their told and expected dates, and the number of notices ever made about each (spec 5)."""
    parts = [lines[0]["customer_id"]]
    for line in lines:
        parts += [line["order_id"], line["line_no"], line["is_told"], line["told_on"], line["expected_on"], line["earlier_notices"]]
    # No key can hold a NUL, so that two different statements never make the same text.
    return str(uuid.uuid5(_NAMESPACE, "\0".join(map(str, parts))))


def body_sha256(subject: str, text: str, html: str) -> str:
    """SHA-256 of what the customer reads: subject, text and HTML, each ended by a NUL."""
    return hashlib.sha256("".join(f"{part}\0" for part in (subject, text, html)).encode()).hexdigest()
