"""Suppression lists: SendGrid's own lists of addresses that it sends to no more, read page by page.

In: the provider and how far each list was read. Out: `state.suppressions` of each list; who was taken off a list is written to again.
Blocks are not read: SendGrid sends to a blocked address again, and what happened to our notice its event says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from tasks.errors import ProviderUnanswered
from tasks.runs import naive_utc
from tasks.settling.events import words
from tasks.settling.provider import Provider
from tasks.warehouse import Warehouse

# SendGrid's list -> why its addresses are written to no more.
LISTS = {"bounces": "bounced", "invalid_emails": "invalid", "spam_reports": "spam_report", "unsubscribes": "unsubscribed"}

_PAGE = 500
# A list is read anew from a while before where it was read to: an entry may appear late, and pages shift when entries are deleted.
_OVERLAP = timedelta(hours=6)
# Once a day from its beginning: only so is seen who was taken off it.
_WHOLE = timedelta(days=1)


@dataclass(frozen=True)
class ListRead:
    """What a list held that came onto it up to `read_until` (naive UTC): (address, since, detail)."""

    name: str
    is_whole: bool
    read_until: datetime
    read_whole_at: datetime
    entries: list[tuple[str, datetime, str | None]]


def lists_read(warehouse: Warehouse) -> dict[str, dict[str, Any]]:
    """How far each list was read: list -> `read_until`, `read_whole_at`."""
    return {row["list"]: row for row in warehouse.rows("settling/lists_read")}


def read_list(provider: Provider, name: str, before: dict[str, Any] | None, now: datetime) -> ListRead:
    """Read what came onto a list since it was read before; all of it once a day. Raises ProviderUnanswered."""
    until = naive_utc(now)
    is_whole = before is None or until - before["read_whole_at"] >= _WHOLE
    start = None if before is None or is_whole else before["read_until"] - _OVERLAP
    entries = {entry[0]: entry for entry in _pages(provider, name, start, until)}
    return ListRead(name, is_whole, until, until if before is None or is_whole else before["read_whole_at"], list(entries.values()))


def keep_list(warehouse: Warehouse, read: ListRead) -> None:
    """Bring the suppressions to what was read, in one transaction."""
    reason = LISTS[read.name]
    rows = [{"address": address, "since": since, "detail": detail} for address, since, detail in read.entries]
    listed = pl.DataFrame(rows, schema={"address": pl.String, "since": pl.Datetime("us"), "detail": pl.String}).with_columns(
        reason=pl.lit(reason), origin=pl.lit(read.name)
    )
    values = {"list": read.name, "is_whole": read.is_whole, "reason": reason, "settled_before": read.read_until - _WHOLE}
    with warehouse.transaction():
        warehouse.clear("work.listed_addresses")
        warehouse.append("work.listed_addresses", listed)
        for statement in ("listed_forget", "listed_remember", *(("listed_lift", "suppressions_drop_lifted") if read.is_whole else ())):
            warehouse.run(f"settling/{statement}", **values)
        warehouse.run("settling/list_read_forget", **values)
        warehouse.run("settling/list_read_remember", read_until=read.read_until, read_whole_at=read.read_whole_at, **values)
        warehouse.clear("work.listed_addresses")


def _pages(provider: Provider, name: str, start: datetime | None, until: datetime) -> Iterator[tuple[str, datetime, str | None]]:
    window = {"end_time": _seconds(until), **({"start_time": _seconds(start)} if start else {})}
    offset = 0
    while True:
        page = provider.get(f"/v3/suppression/{name}", {**window, "limit": _PAGE, "offset": offset})
        if not isinstance(page, list):
            raise ProviderUnanswered(f"SendGrid's list of {name} is no list; expected one of addresses")
        for entry in page:
            if (read := _entry(entry)) is not None:
                yield read
        if len(page) < _PAGE:
            return
        offset += _PAGE


def _entry(entry: Any) -> tuple[str, datetime, str | None] | None:
    """Address, since, why; None for what is no entry."""
    if not isinstance(entry, dict) or not isinstance(entry.get("email"), str) or not isinstance(entry.get("created"), int | float):
        return None
    reason = entry.get("reason")
    try:
        since = naive_utc(datetime.fromtimestamp(entry["created"], UTC))
    except (OverflowError, ValueError, OSError):
        return None
    return entry["email"].strip().lower(), since, words(reason) if isinstance(reason, str) else None


def _seconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())
