"""Composing: how many notices a second are written, and what a run's transaction needs for all of them.

In: `python -m benchmarks.composing [--composed N] [--notices N] [--runs N]`. Out: messages a second, and how many it would be if each were
rendered; for the outbox, with notice ids, hashes and the warehouse, the time of a notice. The news is made up.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, get_args

import polars as pl

from flows.pipeline import system_clock
from flows.stages import Stages
from tasks import outbox, runs
from tasks.messages.composing import Composer, Kind, LineNews, Recipient, Shop
from tasks.migrating import migrate
from tasks.settings import Settings, load_settings
from tasks.warehouse import Warehouse, open_for_writing, writer_lock

CONFIG = """
[warehouse]
path = "history.duckdb"

[[sources]]
name = "suppliers"
feed = "supplier_etas"
format = "csv"
location = "inbox/suppliers/*.csv"
mode = "snapshot"

[[sources]]
name = "orders"
feed = "order_lines"
format = "csv"
location = "inbox/orders/*.csv"
mode = "snapshot"

[dispatch]
from_email = "orders@shop.example"
"""
SHOP = Shop("The Shop", "orders@shop.example")
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
LOCALES = ("en-US", "de", "fr")
# A supplier who moves dates mostly moves them back.
KINDS: dict[Kind, int] = dict(zip(get_args(Kind), (80, 10, 4, 6), strict=True))
NEVER = 10**9
RENDERED = 500


def main() -> None:
    """Measure, and say what came of it."""
    options = _options()
    print(
        f"{options.composed} messages, and {options.notices} notices in the outbox; {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}; medians of {options.runs} runs"
    )
    news = {
        f"{locale}, {lines} line{'s' * (lines > 1)}": _news(options.composed, (locale,), (lines,)) for lines in (1, 3) for locale in LOCALES
    }
    news["mix of languages, 1 to 5 lines"] = _news(options.composed, LOCALES, (1, 1, 1, 1, 2, 2, 3, 5))
    print("  filled in  one by one   notices a second")
    for name, messages in news.items():
        filled = [_rate(messages, Composer(SHOP, None, "en")) for _ in range(options.runs)]
        # Some hundred tell as much as all would.
        rendered = [_rate(messages[:RENDERED], Composer(SHOP, None, "en", patience=NEVER)) for _ in range(options.runs)]
        ours, before = statistics.median(filled), statistics.median(rendered)
        print(f"  {ours:9.0f}   {before:9.0f}   {name}: {ours / before:.1f} times")
    for lines in (1, 3):
        took = [_outbox(options.notices, lines) for _ in range(options.runs)]
        each = statistics.median(took) / options.notices * 1000
        print(f"outbox, {lines} line{'s' * (lines > 1)} a notice: {each:.3f} ms a notice ({min(took):.1f} to {max(took):.1f} s for all)")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How many notices a second are written.")
    parser.add_argument("--composed", type=int, default=10_000)
    parser.add_argument("--notices", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=3)
    return parser.parse_args()


def _rate(messages: Sequence[tuple[Recipient, list[LineNews]]], composer: Composer) -> float:
    for locale in LOCALES:
        composer.compose(Recipient("first", None, locale), messages[0][1])
    return len(messages) / _seconds(lambda: [composer.compose(*message) for message in messages])


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _news(count: int, locales: Sequence[str], lines: Sequence[int]) -> list[tuple[Recipient, list[LineNews]]]:
    random = Random(1)
    return [
        (
            Recipient(f"C{number}", f"Customer {number}", random.choice(locales)),
            [_line(random, number, each) for each in range(random.choice(lines))],
        )
        for number in range(count)
    ]


def _line(random: Random, order: int, number: int) -> LineNews:
    (kind,) = random.choices(list(KINDS), list(KINDS.values()))
    sku = random.randrange(20_000)
    expected_on = None if kind == "unknown" else TODAY + timedelta(random.randint(30, 120))
    precision = "unknown" if expected_on is None else random.choice(["day", "day", "day", "week"])
    told_on = None if kind == "dated" else TODAY + timedelta(random.randint(2, 30))
    quantity = Decimal(random.randint(1, 12))
    return LineNews(f"SO-{order}", number, kind, f"SKU-{sku}", f"Spare part {sku}, left", quantity, True, told_on, expected_on, precision)


def _outbox(count: int, lines: int) -> float:
    """The seconds that the transaction of a run needs to make so many notices."""
    made = _to_compose(_news(count, LOCALES, (lines,)))
    with tempfile.TemporaryDirectory(prefix="tellwhen-benchmark-") as folder:
        settings = _shop(Path(folder))
        with writer_lock(settings.warehouse), open_for_writing(settings.warehouse) as opened:
            migrate(opened)
            warehouse = _Given(opened, made)
            return _seconds(lambda: _make(warehouse, settings, count))


def _make(warehouse: Warehouse, settings: Settings, count: int) -> None:
    runs.begin(warehouse, settings, "run-1", NOW, NOW)
    run = runs.load(warehouse, "run-1")
    values = dict.fromkeys(("as_of_on", "handling_days", "transit_days", "calendar_first_on", "calendar_last_on"))
    write = Stages(settings, system_clock, "sql")._writer()
    with warehouse.transaction():
        assert outbox.make_notices(warehouse, settings, run, values, write, NOW, None) == count


class _Given(Warehouse):
    """A warehouse that has found these lines to be told."""

    def __init__(self, opened: Warehouse, lines: pl.DataFrame) -> None:
        super().__init__(opened.connection, opened.path)
        self._lines = lines

    def frame(self, name: str, **values: Any) -> pl.DataFrame:
        return self._lines


def _shop(folder: Path) -> Settings:
    config = folder / "tellwhen.toml"
    config.write_text(CONFIG)
    return load_settings(config)


def _to_compose(news: Sequence[tuple[Recipient, list[LineNews]]]) -> pl.DataFrame:
    rows = [
        {
            "customer_id": recipient.customer_id, "to_address": f"{recipient.customer_id}@customer.example", "to_name": recipient.name,
            "locale": recipient.locale, "order_id": line.order_id, "line_no": line.line_no, "kind": line.kind, "is_told": line.is_told,
            "told_on": line.told_on, "expected_on": line.expected_on, "precision": line.precision, "quantity_open": line.quantity,
            "sku": line.sku, "description": line.description, "reason": None, "earlier_notices": 0,
            "parts": [{"quantity": line.quantity, "expected_on": line.expected_on, "precision": line.precision}],
        }
        for recipient, lines in news
        for line in lines
    ]  # fmt: skip
    quantity = pl.Decimal(18, 6)
    part = pl.Struct({"quantity": quantity, "expected_on": pl.Date, "precision": pl.String})
    return pl.DataFrame(rows, schema_overrides={"quantity_open": quantity, "parts": pl.List(part), "reason": pl.String})


if __name__ == "__main__":
    main()
