"""Growth: many daily runs in a row; does a run take longer as the history grows, and what does a changed row cost on disk?

In: `python -m benchmarks.growth [--size 1M] [--days 60] [--moved 0.01] [--without-dbt]`. Out: a table by day, the bytes a changed row takes
beside a dbt snapshot's, and how long a look back takes; kept in build/bench/.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from benchmarks.agreement import agree
from benchmarks.contenders import Dbt, Tellwhen, as_of_on, versions
from benchmarks.measuring import Measured, measure
from benchmarks.prefect_server import prefect_server
from benchmarks.speed import CODES, lines_of, stages_of
from benchmarks.table import machine, markdown, write
from benchmarks.world import World

HEADER = ("day", "Tellwhen s", "dbt s", "changed lines", "versions", "history MB", "dbt MB", "copy's share of the run")
DAYS_AT_EITHER_END = 10
LOOKS_BACK = 7
# Versions that both keep: of what we believed, and of what suppliers said.
VERSIONS = {
    Tellwhen: "select (select count(*) from it.promise_history) + (select count(*) from it.supplier_eta_history)",
    Dbt: "select (select count(*) from it.promises_snapshot) + (select count(*) from it.supplier_etas_snapshot)",
}
# Everything that was believed, not only how many lines there were.
LOOK_BACK = "select count(*), count(distinct expected_on), sum(quantity_open) from promises_as_of(timestamp '{at}')"


@dataclass(frozen=True)
class Day:
    """One day. Sizes are what the tables take in the file, without the room that a file keeps for later."""

    number: int
    wall_s: float
    dbt_wall_s: float | None
    publish_s: float
    changed: int
    versions: int
    bytes_used: int
    dbt_bytes_used: int | None
    dbt_versions: int | None
    stages: list[tuple[str, float]]


def main() -> None:
    """Run the days, and say what came of it."""
    options = _options()
    days: list[Day] = []
    with (
        tempfile.TemporaryDirectory(prefix="tellwhen-growth-", dir=options.folder) as name,
        prefect_server(Path(name) / "prefect") as api_url,
    ):
        folder = Path(name)
        world = World(folder / "world", options.size, formats=("parquet",))
        ours = Tellwhen(folder / "tellwhen", api_url)
        dbt = None if options.without_dbt else Dbt(folder / "dbt")
        for number in range(1, options.days + 1):
            world.make_first_day() if number == 1 else world.make_next_day(number, options.moved)
            days.append(_day(world, ours, dbt, number))
            _say("  ".join(_row(days[-1])))
        if dbt:
            _say(f"day {options.days}: {agree([ours, dbt], options.days)}; both agree")
        looks = _looks_back(ours.published, options.days)
    about = f"{world.order_lines:,} order lines, {len(days)} days, {options.moved:.1%} of {world.supply_lines:,} supply lines moved a day."
    text = f"{about}\n\n{account(days, looks)}\nOn {machine()}; {versions()}."
    path = write("growth", text, [], days=[asdict(day) for day in days], looks_back=looks, versions=versions())
    print(f"\n{text}\n\nwritten to {path}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Daily runs in a row: run time and size as the history grows.")
    parser.add_argument("--size", type=lines_of, default=1_000_000, help="order lines, such as 100k or 1M")
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--moved", type=float, default=0.01, help="share of the supply lines that get another date each day")
    parser.add_argument("--without-dbt", action="store_true")
    parser.add_argument("--folder", type=Path, default=None, help="where the files are made; else the system's temporary folder")
    return parser.parse_args()


def _day(world: World, ours: Tellwhen, dbt: Dbt | None, number: int) -> Day:
    measured = _run(ours, world, number)
    theirs = _run(dbt, world, number) if dbt else None
    agreed = agree([ours], number)
    return Day(
        number,
        measured.wall_s,
        theirs.wall_s if theirs else None,
        ours.publish_s(measured),
        agreed.changed,
        _ask(ours.published, VERSIONS[Tellwhen]),
        bytes_used(ours.published),
        bytes_used(dbt.warehouse) if dbt else None,
        _ask(dbt.warehouse, VERSIONS[Dbt]) if dbt else None,
        stages_of(measured),
    )


def _run(contender: Tellwhen | Dbt, world: World, number: int) -> Measured:
    contender.give(world, number)
    return measure(contender.command(world, number), contender.environment(world, number), CODES)


def bytes_used(file: Path) -> int:
    """What the tables of a DuckDB file take, without blocks that are free."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file}' as it (read_only)")
        found = connection.execute("select used_blocks * block_size from pragma_database_size() where database_name = 'it'").fetchone()
    assert found
    return int(found[0])


def _ask(file: Path, question: str) -> int:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file}' as it (read_only)")
        found = connection.execute(question).fetchone()
    assert found
    return int(found[0])


def _looks_back(published: Path, days: int) -> list[tuple[str, float]]:
    """How long it takes to see what was believed on a day, for some days from the first to the last."""
    found = []
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published}' as it (read_only)")
        # The macro names its tables without a schema.
        connection.execute("use it")
        for step in range(LOOKS_BACK):
            at = f"{as_of_on(1 + round(step * (days - 1) / (LOOKS_BACK - 1)))} 12:00:00"
            begun = time.perf_counter()
            connection.execute(LOOK_BACK.format(at=at)).fetchall()
            found.append((at[:10], round(time.perf_counter() - begun, 3)))
    return found


def account(days: list[Day], looks: list[tuple[str, float]]) -> str:
    """The table by day, and what comes of it. The first day fills everything: growth is reckoned from the second."""
    later = days[1:]
    head, tail = later[:DAYS_AT_EITHER_END], later[-DAYS_AT_EITHER_END:]
    shown = [day for day in days if day.number in (1, 2, len(days)) or day.number % 5 == 0]
    lines = [markdown(HEADER, [_row(day) for day in shown]), ""]
    if later:
        first, last = later[0], later[-1]
        lines.append(_trend("Tellwhen", [day.wall_s for day in head], [day.wall_s for day in tail]))
        if first.dbt_wall_s is not None:
            lines.append(_trend("dbt", [day.dbt_wall_s or 0 for day in head], [day.dbt_wall_s or 0 for day in tail]))
        lines.append(_bytes("Tellwhen", last.bytes_used - first.bytes_used, last.versions - first.versions))
        if first.dbt_bytes_used is not None:
            grown, versions_added = (last.dbt_bytes_used or 0) - first.dbt_bytes_used, (last.dbt_versions or 0) - (first.dbt_versions or 0)
            lines.append(_bytes("dbt", grown, versions_added))
    lines.append("promises_as_of: " + ", ".join(f"{day} {seconds:.2f} s" for day, seconds in looks))
    return "\n".join(lines)


def _row(day: Day) -> tuple[str, ...]:
    return (
        str(day.number),
        f"{day.wall_s:.1f}",
        "-" if day.dbt_wall_s is None else f"{day.dbt_wall_s:.1f}",
        f"{day.changed:,}",
        f"{day.versions:,}",
        f"{day.bytes_used / 1e6:.1f}",
        "-" if day.dbt_bytes_used is None else f"{day.dbt_bytes_used / 1e6:.1f}",
        f"{day.publish_s / day.wall_s:.0%}",
    )


def _trend(who: str, head: list[float], tail: list[float]) -> str:
    early, late = statistics.median(head), statistics.median(tail)
    return f"{who}: {early:.1f} s (median) in the {len(head)} days after the first, {late:.1f} s in the last; {late / early:.2f} times."


def _bytes(who: str, grown: int, versions_added: int) -> str:
    return f"{who}: {grown / 1e6:.1f} MB more for {versions_added:,} versions, {grown / max(versions_added, 1):.0f} bytes each."


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
