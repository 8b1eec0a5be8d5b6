"""A whole run is killed between its durable effects (faults 1, 2, 7 and 8), and run again: it ends as if nothing had happened.

Everything but Prefect and Great Expectations is real. Every few points are tried here; the simulated year draws from all of them.
"""

from __future__ import annotations

import shutil
import time
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.faults.judgement import not_all_told, settle_by, violations
from tests.faults.killing_ground import KILLED, KillingGround
from tests.pipeline.worlds import World, at_customer, customer, day, order, po
from tests.provider.loopback import API_KEY, Books, Provider

STRIDE, MOST_OPEN = 6, 2
SENDGRID = """
[dispatch]
transport = "sendgrid"
from_email = "orders@shop.example"
concurrency = 2
[dispatch.sendgrid]
base_url = "{base_url}"
"""
# What a run leaves, whenever and however often it ran: no ids of runs, no times of clocks.
LEFT = (
    "select source, regexp_extract(path, '[^/]+$'), status, rows_landed from source_files order by all",
    "select * exclude (file_id) from supplier_eta_history order by all",
    "select order_id, line_no, expected_on, valid_from, valid_to from promise_history order by all",
    # What was pending when the run died is in flight for the next.
    "select order_id, line_no, kind, told_on, expected_on, decision from changes where decision <> 'in_flight' order by all",
    "select notice_id, customer_id, to_address, subject, body_sha256 from notices order by all",
)


def _shop(folder: Path, base_url: str) -> World:
    """Three customers wait; the baseline has run; on the second day all dates move, in the second of two new files."""
    world = World(folder, settings=SENDGRID.format(base_url=base_url))
    world.put("customers", *(customer(f"C{number}") for number in (1, 2, 3)))
    world.put("acme", *(po(f"P{number}", "2026-03-16", sku=f"S{number}") for number in (1, 2, 3)))
    promised = at_customer("2026-03-16")
    world.put("orders", *(order(f"O{number}", promised, customer_id=f"C{number}", sku=f"S{number}") for number in (1, 2, 3)))
    world.run(day(1), send=False)
    world.put("acme", *(po(f"P{number}", "2026-03-17", sku=f"S{number}") for number in (1, 2, 3)))
    world.put("acme", *(po(f"P{number}", "2026-03-20", sku=f"S{number}") for number in (1, 2, 3)))
    return world


def _left(warehouse: Path) -> list[list[tuple[Any, ...]]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return [connection.execute(query).fetchall() for query in LEFT]


# A group of answers of its own has a claim, a mark and a record, each with a point before and after.
POINTS_OF_GROUPS = 6


@pytest.mark.parametrize("first", [1, 4])
def test_a_run_that_is_killed_and_run_again_ends_as_if_nothing_had_happened(tmp_path: Path, first: int) -> None:
    """Faults 1, 2, 7 and 8: nothing is landed, decided or told twice, and nothing is left out."""
    with Provider() as provider:
        world = _shop(tmp_path, provider.base_url)
        var, made = tmp_path / "var", tmp_path / "made"
        shutil.copytree(var, made)
        as_of = world.instant(day(2))
        with KillingGround(world.config, SENDGRID_API_KEY=API_KEY) as ground:
            untouched = ground.run(world.config, as_of)
            assert untouched.code == 0, untouched.err
            expected = _left(world.live)
            notice_ids = [row[0] for row in expected[-1]]
            assert (len(notice_ids), expected[3][0][4]) == (3, at_customer(date(2026, 3, 20)))
            for die_at in range(first, len(untouched.points), STRIDE):
                shutil.rmtree(var)
                shutil.copytree(made, var)
                provider.books = Books()
                killed = ground.run(world.config, as_of, die_at=die_at)
                where = f"killed {killed.points[-1]}, {die_at} of {len(untouched.points)}"
                if killed.code != KILLED:
                    # The answers fell into fewer groups this time, so that the last numbers name no point.
                    assert len(untouched.points) - die_at < POINTS_OF_GROUPS * len(notice_ids), where
                    continue
                while provider.books.open_now:
                    time.sleep(0.001)
                assert violations(world.live, (), provider.books, MOST_OPEN) == [], where
                again = ground.run(world.config, as_of)
                assert again.code in (0, 5), (where, again.err)
                assert violations(world.live, notice_ids, provider.books, MOST_OPEN) == [], where
                if settle_by(provider.books, world.live)["pending"]:
                    ground.run(world.config, as_of)
                assert _left(world.live) == expected, where
                assert not_all_told(world.live, notice_ids, provider.books) == [], where
