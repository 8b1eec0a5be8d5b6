"""The demo: the sample world, two days in a row, as a newcomer runs it.

In: a new folder. Out: two runs in it, an account of each on stdout, and what to open next.
"""

from __future__ import annotations

from pathlib import Path

from flows.commands.context import Context, say
from flows.commands.running import run_flow, show_summary
from flows.commands.showing import in_days, show
from flows.demo.world import DAYS, drop_day, write_world
from tasks.errors import UsageError

_TITLES = ("Day 1, the baseline: everything is new, so nobody is told.", "Day 2: suppliers have moved their dates.")


def tell_story(folder: Path, context: Context) -> None:
    """Make the world in `folder` and run it; raises UsageError when a world stands there already."""
    try:
        config = write_world(folder)
    except FileExistsError:
        raise UsageError(f"{folder}: a sample world stands there already; name a new folder, or remove that one") from None
    options = Context(config)
    say(f"The sample world goes into {folder}; two runs take about a minute, most of it Prefect and Great Expectations starting up.")
    for number, (as_of, title) in enumerate(zip(DAYS, _TITLES, strict=True), start=1):
        drop_day(folder, number)
        summary = run_flow(options, as_of)
        print(f"\n{title}")
        show_summary(summary, as_json=False)
    _show_who(options)
    _show_next(folder, config)


def _show_who(options: Context) -> None:
    with options.reading() as warehouse:
        rows = warehouse.rows("reading/who", supplier_id=None, po_number=None, sku=None, as_of=None)
    line = ["customer_id", "name", "order_id", "line_no", "sku"]
    print("\nWho was written to:")
    told = [in_days(row) for row in rows if row["answer"] == "informed"]
    show(told, as_json=False, columns=[*line, "told_before_on", "told_on"], empty="nobody")
    print("\nWho could not be, so a person should call:")
    missed = [in_days(row) for row in rows if row["answer"] == "not_reached"]
    show(missed, as_json=False, columns=[*line, "told_on", "expected_on", "decision"], empty="nobody")


def _show_next(folder: Path, config: Path) -> None:
    tellwhen = f".venv/bin/tellwhen --config {config}"
    print(
        f"""What to open next:
  the messages       {folder}/var/outbox/*.eml (any mail program opens them)
  why this date      {tellwhen} explain ORDER LINE
  what was refused   {tellwhen} quarantine
  the history        {folder}/var/published.duckdb, with any DuckDB: select * from changes;
  the configuration  {config}"""
    )
