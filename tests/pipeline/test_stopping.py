"""What stops a run before anything can be sent, who may write, and who may read meanwhile (spec 2, 3, 7)."""

from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path

import duckdb
import pytest

from tasks import queries
from tasks.errors import ChecksStoppedRun, WarehouseBusy
from tasks.settings import load_settings
from tasks.warehouse import writer_lock
from tests.pipeline.command_line import tellwhen
from tests.pipeline.worlds import ACME, CUSTOMERS, ORDERS, Source, World, at_customer, csv_text, customer, day, order, po, told_world

HOLDER = """
import sys
from pathlib import Path
from tasks.settings import load_settings
from tasks.warehouse import open_for_writing, writer_lock
settings = load_settings(Path(sys.argv[1])).warehouse
with writer_lock(settings), open_for_writing(settings):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_run_stops_while_a_required_source_was_never_accepted_and_the_next_goes_on_from_what_landed(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put("acme", po("P1", "2026-03-16"))
    with pytest.raises(ChecksStoppedRun, match="orders") as stopped:
        world.run(day(1))
    assert stopped.value.exit_code == 3
    assert world.values("select status from source_files where source = 'acme'") == ["landed"]
    assert not world.outbox.exists()
    assert world.values("select status from runs") == ["stopped"]
    world.put("orders", order("O1", "2026-03-03"))
    summary = world.run(day(2))
    assert summary.landed == {"acme": 0, "orders": 1, "customers": 0}
    assert summary.decisions == {"baseline": 1}, "a run that was stopped is not the first committed one"


def test_required_false_lifts_the_stop(tmp_path: Path) -> None:
    world = World(tmp_path, (ACME, Source("web", "order_lines", keys="required = false"), ORDERS, CUSTOMERS))
    world.put("acme", po("P1", "2026-03-16"))
    world.put("orders", order("O1"))
    assert world.run(day(1)).open_lines == 1


@pytest.mark.parametrize(
    ("statement", "old", "new", "invariant"),
    [
        ("promise/slices", "p.quantity, s.*", "p.quantity * 2 as quantity, s.*", "slices_add_up"),
        ("promise/promises", "from", "from (select 1 where false) as nothing, ", "promises_are_as_many_as_lines"),
    ],
)
def test_a_broken_invariant_stops_the_run_with_the_failing_keys_and_sends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str, old: str, new: str, invariant: str
) -> None:
    world = told_world(tmp_path)
    world.put("acme", po("P1", "2026-03-18"))
    real = queries.statement
    broken = real(statement)
    head, sign, body = broken.partition("insert into")
    assert old in body
    changed = head + sign + (body.replace(old, new, 1) if invariant == "slices_add_up" else body.rstrip().rstrip(";") + "\nlimit 0;")
    monkeypatch.setattr(queries, "statement", lambda name: changed if name == statement else real(name))
    with pytest.raises(ChecksStoppedRun) as stopped:
        world.run(day(2))
    if invariant == "slices_add_up":
        assert "O1" in str(stopped.value)
    failed = world.rows("select * from check_results where not success")
    assert invariant in {result["expectation"] for result in failed}
    assert all(result["failing_count"] for result in failed)
    assert not world.outbox.exists()
    assert world.rows("select * from changes") == world.rows("select * from notices") == []
    assert world.expected() == {"O1": at_customer("2026-03-16")}, "the promises are those of the last committed run"
    monkeypatch.undo()
    assert world.run(day(2)).notices == {"accepted": 1}


def test_shuffled_rows_change_nothing(tmp_path: Path) -> None:
    rng = random.Random(5)
    supply = [po(f"P{n}", f"2026-03-{10 + n % 7}", sku=f"S{n % 3}", quantity=3, supplier_id=f"V{n % 2}") for n in range(12)]
    lines = [order(f"O{n}", customer_id=f"C{n % 4}", sku=f"S{n % 3}", quantity_open=1 + n % 3, priority=100 + n % 2) for n in range(15)]
    people = [customer(f"C{n}") for n in range(4)]
    told = []
    for name in ("one", "other"):
        world = World(tmp_path / name)
        for rows, source in ((supply, "acme"), (lines, "orders"), (people, "customers")):
            world.put(source, *rng.sample(rows, len(rows)))
        world.run(day(1), announce=True)
        told.append(
            (
                world.rows("select * from promise_slices order by order_id, line_no, slice_no"),
                world.rows("select notice_id, to_address, body_sha256 from notices order by 1"),
            )
        )
    assert told[0] == told[1]
    shuffled = World(tmp_path / "one", dropped={"acme": 1, "orders": 1, "customers": 2})
    shuffled.put("acme", *rng.sample(supply, len(supply)))
    shuffled.put("orders", *rng.sample(lines, len(lines)))
    assert shuffled.run(day(2)).changes == {}


def test_landed_and_quarantined_rows_make_up_the_file_and_each_refusal_names_row_text_and_reason(tmp_path: Path) -> None:
    world = World(tmp_path)
    text = "\n".join([
        "supplier_id,po_number,sku,quantity,eta,status",
        "ACME,P1,A,10,2026-03-16,open",      # 2
        "ACME,P1,A,10,2026-03-16,open",      # 3: the last wins
        ",P2,A,10,2026-03-16,open",          # 4
        "ACME,P3,A,ten,2026-03-16,open",     # 5
        "ACME,P4,A,-1,2026-03-16,open",      # 6
        "ACME,P5,A,0,2026-03-16,open",       # 7
        "ACME,P6,A,0,2026-03-16,received",   # 8: good
        "ACME,P7,A,1,2026-03-16,vanished",   # 9
        "ACME,P8,A,1,2026-03-16",            # 10: ragged
        "",
        "ACME,P9,A,1,2026-02-30,open",       # 12
    ])  # fmt: skip
    world.put_bytes("acme", (text + "\n").encode())
    world.put("orders", order("O1"), order("O2", line_no="x"), order("O3", ordered_at=""))
    summary = world.run(day(1))
    refused = {row["row_number"]: row for row in world.rows("select * from quarantined_rows where source = 'acme'")}
    assert refused.keys() == {2, 4, 5, 6, 7, 9, 10, 12}
    assert (summary.landed["acme"], summary.quarantined["acme"]) == (2, 8)
    lines = text.split("\n")
    assert all(row["raw"] == lines[number - 1] for number, row in refused.items())
    assert all(len(row["message"]) > 15 and row["rule"] for row in refused.values())
    assert {5: "ten", 9: "vanished", 12: "2026-02-30"}.items() <= {
        n: next(w for w in ("ten", "vanished", "2026-02-30", "") if w in row["message"]) for n, row in refused.items()
    }.items()
    assert world.values("select row_number from quarantined_rows where source = 'orders' order by 1") == [3, 4]


def test_a_second_process_is_turned_away_at_once_and_readers_read_the_published_copy(tmp_path: Path) -> None:
    world = told_world(tmp_path)
    live = tellwhen(world, "runs", "--json")
    assert "live" in live.err
    old = duckdb.connect(str(world.published), read_only=True)
    holder = world.python(HOLDER, str(world.config))
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        began = time.monotonic()
        with pytest.raises(WarehouseBusy):
            world.run(day(2))
        for command in (
            ["dispatch"],
            ["told", "O1", "1", "--on", "unknown", "--by", "Ann"],
            ["run", "--as-of", "2026-03-03"],
            ["run", "--dry-run"],
        ):
            said = tellwhen(world, *command)
            assert (said.code, said.out) == (75, ""), command
            assert str(holder.pid) in said.err
        assert time.monotonic() - began < 10
        meanwhile = tellwhen(world, "runs", "--json")
        assert meanwhile.code == 0
        assert "published" in meanwhile.err
        assert meanwhile.json == live.json
    finally:
        holder.communicate("\n", timeout=30)
    world.put("acme", po("P1", "2026-03-18"))
    world.run(day(2))
    assert old.execute("select count(*) from runs").fetchone() == (1,), "a reader keeps the copy that it opened"
    old.close()
    assert world.values("select count(*) from runs") == [2]


def test_who_holds_the_lock_may_take_it_again_and_leaves_nothing_in_it(tmp_path: Path) -> None:
    world = told_world(tmp_path)
    lock = world.live.with_name("history.duckdb.lock")
    with writer_lock(load_settings(world.config).warehouse):
        world.run(day(2))
        assert lock.read_text(encoding="utf-8").strip() == str(os.getpid())
        world.run(day(3))
    assert lock.read_bytes() == b""


def test_a_file_that_is_being_copied_twice_over_changes_nothing_for_the_history(tmp_path: Path) -> None:
    world = told_world(tmp_path)
    shutil.copy(world.folder / "inbox" / "acme" / "1.csv", world.folder / "inbox" / "acme" / "1b.csv")
    world.put_bytes("acme", csv_text([po("P1", "2026-04-18")]).encode(), "2.csv.part")
    assert world.run(day(2)).changes == {}
    assert len(world.rows("select * from supplier_eta_history")) == 1
