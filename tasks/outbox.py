"""Outbox: the notices of a run, word for word, made in the transaction that makes its changes (spec 5).

In: the changes with the decision `notify`. Out: `notices` that are pending or held, with their `notice_lines`; older ones are superseded.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol

import polars as pl

from tasks.runs import Run, naive_utc
from tasks.settings import Settings
from tasks.warehouse import Warehouse

# The namespace of our notice ids; fixed for ever, or a re-run could make a second notice.
_NAMESPACE = uuid.UUID("6f2c3f0e-9a4f-5d0b-8f57-2f7f5f1f7c11")

_PART = pl.Struct({"quantity": pl.Decimal(18, 6), "expected_on": pl.Date, "precision": pl.String})
_NOTICES: dict[str, pl.DataType | type[pl.DataType]] = {
    "notice_id": pl.String, "run_id": pl.String, "customer_id": pl.String, "state": pl.String, "to_address": pl.String,
    "to_name": pl.String, "subject": pl.String, "body_text": pl.String, "body_html": pl.String, "body_sha256": pl.String,
    "reason": pl.String, "held_because": pl.String, "as_of_on": pl.Date, "created_at": pl.Datetime("us"), "updated_at": pl.Datetime("us"),
}  # fmt: skip
_LINES: dict[str, pl.DataType | type[pl.DataType]] = {
    "notice_id": pl.String, "order_id": pl.String, "line_no": pl.Int64, "kind": pl.String, "is_told": pl.Boolean,
    "told_on": pl.Date, "expected_on": pl.Date, "parts": pl.List(_PART),
}  # fmt: skip


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
    rows = warehouse.rows("outbox/to_compose", sources_sharing_reasons=sharing)
    alternatives: Alternatives = defaultdict(list)
    for row in warehouse.rows("outbox/alternatives", **values):
        alternatives[row["order_id"], row["line_no"]].append(row)
    notices, lines = [], []
    for customer_lines in _by_customer(rows):
        notice = _notice(run, customer_lines, write(customer_lines, alternatives), now, held_because)
        notices.append(notice)
        lines += [{"notice_id": notice["notice_id"], **{key: line[key] for key in _LINES if key != "notice_id"}} for line in customer_lines]
    if notices:
        warehouse.append("notices", pl.DataFrame(notices, schema=_NOTICES))
        warehouse.append("notice_lines", pl.DataFrame(lines, schema=_LINES))
    return len(notices)


def _by_customer(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for _, lines in groupby(rows, key=lambda row: row["customer_id"]):
        yield list(lines)


def _notice(run: Run, lines: list[dict[str, Any]], words: Words, now: datetime, held_because: str | None) -> dict[str, Any]:
    return {
        "notice_id": notice_id(lines),
        "run_id": run.run_id,
        "customer_id": lines[0]["customer_id"],
        "state": "held" if held_because else "pending",
        "reason": held_because,
        "held_because": held_because,
        "to_address": lines[0]["to_address"],
        "to_name": lines[0]["to_name"],
        "subject": words.subject,
        "body_text": words.text,
        "body_html": words.html,
        "body_sha256": body_sha256(words.subject, words.text, words.html),
        "as_of_on": run.as_of_on,
        "created_at": naive_utc(now),
        "updated_at": naive_utc(now),
    }


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
