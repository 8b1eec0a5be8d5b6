"""The world that benchmarks run on: the same on every machine, and changed from day to day only where it says so."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from benchmarks import world as worlds
from benchmarks.world import FEEDS, World

LINES = 3_000
FIRST_ORDER_LINE = ("O00000000", "C00000354", "K00000004", 1)
OWED = 13970


def make(folder: Path, seed: int = worlds.SEED) -> World:
    world = World(folder, LINES, seed=seed)
    world.make_first_day()
    world.make_next_day(2, 0.03)
    world.make_next_day(3, 0)
    return world


def feed(world: World, number: int, name: str) -> pl.DataFrame:
    return pl.read_parquet(world.day(number) / f"{name}.parquet")


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    one, other = make(tmp_path / "one"), make(tmp_path / "other")
    for number in (1, 2, 3):
        for name in FEEDS:
            assert_frame_equal(feed(one, number, name), feed(other, number, name))
            file = f"{name}.csv"
            assert (one.day(number) / file).read_bytes() == (other.day(number) / file).read_bytes()


def test_what_a_seed_gives_is_what_it_gave_when_it_was_last_measured(tmp_path: Path) -> None:
    world = make(tmp_path)
    first = feed(world, 1, "orders").row(0, named=True)
    assert (first["order_id"], first["customer_id"], first["sku"], first["quantity_open"]) == FIRST_ORDER_LINE
    assert feed(world, 1, "etas")["quantity"].sum() == OWED


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    one, other = make(tmp_path / "one"), make(tmp_path / "other", seed=8)
    assert not feed(one, 1, "orders").equals(feed(other, 1, "orders"))


def test_the_pieces_in_which_it_is_drawn_make_one_order_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "ORDERS_AT_ONCE", 300)
    orders = feed(make(tmp_path), 1, "orders")
    assert orders.height == LINES
    assert orders.select("order_id", "line_no").is_unique().all()
    assert orders["ordered_at"].is_sorted()
    text = pl.read_csv(tmp_path / "days" / "1" / "orders.csv", schema_overrides={"po_number": pl.String})
    assert text["order_id"].to_list() == orders["order_id"].to_list()


def test_a_day_moves_only_the_share_of_supply_that_it_says(tmp_path: Path) -> None:
    world = make(tmp_path)
    before, after, later = (feed(world, number, "etas") for number in (1, 2, 3))
    assert before.drop("eta").equals(after.drop("eta"))
    moved = (before["eta"] != after["eta"]).sum()
    # A few of those that move are overdue or unknown whatever is drawn.
    assert 0 < moved <= round(world.supply_lines * 0.03)
    assert after.equals(later)
    for name in ("orders", "customers"):
        assert feed(world, 1, name).equals(feed(world, 3, name))
