"""`tellwhen doctor`: everything that can be wrong is made wrong for real, and is found, with what to do about it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.commands.context import Context
from tasks.errors import ChecksStoppedRun
from tests.pipeline.command_line import Said, tellwhen
from tests.pipeline.worlds import ACME, CUSTOMERS, ORDERS, Source, World, at_customer, csv_text, day, order, po

MORNING = datetime(2026, 3, 2, 6, tzinfo=UTC)
HOLDER = """
import sys
from pathlib import Path
from tasks.settings import load_settings
from tasks.warehouse import writer_lock
with writer_lock(load_settings(Path(sys.argv[1]), {}).warehouse):
    print("held", flush=True)
    sys.stdin.readline()
"""


@dataclass(frozen=True)
class Examined:
    """What the doctor said."""

    said: Said
    findings: list[dict[str, str]]

    def of(self, check: str, *words: str) -> list[str]:
        """The levels of the findings of a check that hold all of the words."""
        return [
            found["level"]
            for found in self.findings
            if found["check"] == check and all(word in found["found"] + found["to_do"] for word in words)
        ]

    @property
    def levels(self) -> set[str]:
        return {found["level"] for found in self.findings}


Doctor = Callable[..., Examined]


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch) -> Doctor:
    def examine(world: World, now: datetime = MORNING + timedelta(hours=1)) -> Examined:
        monkeypatch.setattr(Context, "now", lambda context: now)
        said = tellwhen(world, "doctor", "--json")
        findings = json.loads(said.out)
        assert all(found.keys() == {"check", "level", "found", "to_do"} for found in findings)
        assert all(found["to_do"] for found in findings if found["level"] != "ok"), "each says what to do"
        return Examined(said, findings)

    return examine


def small_world(folder: Path, settings: str = "", sources: tuple[Source, ...] = (ACME, ORDERS, CUSTOMERS)) -> World:
    """Files for a first run."""
    world = World(folder, settings=settings, sources=sources, warehouse='timezone = "UTC"')
    world.put("acme", po("P1", "2026-03-16"))
    world.put("orders", order("O1", at_customer("2026-03-16")))
    return world


def run(world: World, number: int = 1, at: datetime = MORNING, **options: Any) -> None:
    """A run as of a day, when it really is `at`."""
    world.run(day(number), clock=lambda: at, **options)


def ran_world(folder: Path, settings: str = "", **more: Any) -> World:
    world = small_world(folder, settings, **more)
    run(world)
    return world


def told(world: World, **options: Any) -> None:
    """A second run, in which C1 is to be told of a delay."""
    world.put("acme", po("P1", "2026-03-18"))
    run(world, 2, MORNING + timedelta(days=1), **options)


def change(path: Path, statement: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(statement)


# --- when all is well --------------------------------------------------------------------------------------------


def test_a_new_installation_is_well_is_told_what_to_do_first_and_is_left_as_it_is(tmp_path: Path, doctor: Doctor) -> None:
    world = small_world(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    seen = doctor(world)
    assert (seen.said.code, seen.levels) == (0, {"ok"})
    assert seen.of("warehouse", "no warehouse yet", "tellwhen run --dry-run") == ["ok"]
    assert seen.of("sources", "acme", "first run") == ["ok"]
    assert sorted(tmp_path.rglob("*")) == before


def test_after_a_run_all_is_well_and_it_says_on_stderr_what_it_read(tmp_path: Path, doctor: Doctor) -> None:
    seen = doctor(ran_world(tmp_path))
    assert (seen.said.code, seen.levels) == (0, {"ok"}), seen.findings
    assert "reading the live warehouse" in seen.said.err
    checks = [found["check"] for found in seen.findings]
    assert list(dict.fromkeys(checks)) == [
        "configuration", "packages", "warehouse", "runs", "published copy", "integrity", "notices", "high-water mark", "sources",
        "calendar", "sending", "sender", "disk", "clock", "schedule",
    ]  # fmt: skip


def test_people_read_a_line_a_finding_and_a_count_at_the_end(tmp_path: Path, doctor: Doctor) -> None:
    world = ran_world(tmp_path)
    doctor(world)
    assert tellwhen(world, "doctor").out.endswith("All is well.\n")
    shutil.rmtree(world.outbox, ignore_errors=True)
    world.outbox.write_text("no folder")
    world.published.unlink()
    said = tellwhen(world, "doctor")
    assert said.code == 1
    assert said.out.endswith("1 problem and 1 warning.\n")
    assert "problem  sending" in said.out


# --- the configuration -------------------------------------------------------------------------------------------


def test_every_fault_of_a_file_is_a_finding_and_what_needs_no_settings_is_looked_at_all_the_same(tmp_path: Path, doctor: Doctor) -> None:
    world = World(tmp_path, settings='[promise]\nhandling_dayz = 1\ntransit_days = "two"\n[guard]\nmax_row_drop = 1.5')
    seen = doctor(world)
    assert seen.said.code == 2
    assert all(seen.of("configuration", word) == ["problem"] for word in ("handling_dayz", "transit_days", "max_row_drop"))
    assert seen.of("packages") == ["ok"]


def test_what_the_configuration_names_and_cannot_be_used_is_found_all_at_once_beside_everything_else(
    tmp_path: Path, doctor: Doctor
) -> None:
    settings = '[promise]\ncalendar = "Atlantis"\n[messages]\ntemplates = "nowhere"\n[dispatch]\nfrom_email = "nobody"'
    seen = doctor(ran_world(tmp_path))
    World.configure(world := small_world(tmp_path), settings)
    seen = doctor(world)
    assert seen.said.code == 2
    assert all(seen.of("configuration", word) == ["problem"] for word in ("Atlantis", "nowhere", "'nobody'"))
    assert seen.of("warehouse") == ["ok"]
    assert seen.of("disk") == ["ok"]


def test_a_run_names_all_of_that_at_once_too(tmp_path: Path) -> None:
    world = World(
        tmp_path, settings='[promise]\ncalendar = "Atlantis"\n[messages]\ntemplates = "nowhere"\n[dispatch]\nfrom_email = "nobody"'
    )
    said = tellwhen(world, "run", "--dry-run")
    assert said.code == 2
    assert all(word in said.err for word in ("Atlantis", "nowhere", "'nobody'"))


# --- the warehouse and its runs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "level", "word"),
    [
        ("insert into state.migrations values (999, '0999_later')", "problem", "newer Tellwhen"),
        ("delete from state.migrations where number = (select max(number) from state.migrations)", "warning", "backup"),
    ],
)
def test_a_warehouse_of_another_version_is_found(tmp_path: Path, doctor: Doctor, statement: str, level: str, word: str) -> None:
    world = ran_world(tmp_path)
    change(world.live, statement)
    assert doctor(world).of("warehouse", word) == [level]


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000])
def test_a_warehouse_that_cannot_be_opened_is_a_problem(tmp_path: Path, doctor: Doctor, content: bytes) -> None:
    world = ran_world(tmp_path)
    world.live.write_bytes(content)
    seen = doctor(world)
    assert (seen.said.code, seen.of("warehouse", "history.duckdb", "backup")) == (1, ["problem"])


def test_while_another_process_writes_it_is_named_and_the_copy_is_read(tmp_path: Path, doctor: Doctor) -> None:
    world = ran_world(tmp_path)
    holder = world.python(HOLDER, str(world.config))
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        seen = doctor(world)
    finally:
        holder.communicate("\n", timeout=30)
    assert (seen.said.code, seen.of("warehouse", f"process {holder.pid}")) == (0, ["ok"])
    assert "reading the published copy" in seen.said.err
    assert seen.of("published copy") == []


def test_another_program_that_keeps_the_warehouse_open_is_a_problem(tmp_path: Path, doctor: Doctor) -> None:
    world = ran_world(tmp_path)
    holder = world.python(
        "import duckdb, sys; opened = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.readline()", str(world.live)
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        seen = doctor(world)
    finally:
        holder.communicate("\n", timeout=30)
    assert (seen.said.code, seen.of("warehouse", "another program", "close it")) == (1, ["problem"])
    assert doctor(world).said.code == 0


def test_while_the_very_first_run_writes_there_is_nothing_to_read_and_no_problem(tmp_path: Path, doctor: Doctor) -> None:
    world = ran_world(tmp_path)
    world.published.unlink()
    holder = world.python(HOLDER, str(world.config))
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        seen = doctor(world)
    finally:
        holder.communicate("\n", timeout=30)
    assert (seen.said.code, seen.of("warehouse")) == (0, ["ok"])


def test_a_run_that_stopped_is_a_problem_until_one_is_committed(tmp_path: Path, doctor: Doctor) -> None:
    world = small_world(tmp_path)
    orders = world.folder / "inbox" / "orders" / "1.csv"
    content = orders.read_bytes()
    orders.unlink()
    with pytest.raises(ChecksStoppedRun):
        run(world)
    seen = doctor(world)
    assert seen.said.code == 1
    assert seen.of("runs", "stopped", "orders") == ["problem"]
    assert seen.of("runs", "no run has been committed") == ["warning"]
    assert seen.of("sources", "orders", "no file stands in") == ["problem"]
    orders.write_bytes(content)
    run(world)
    assert doctor(world).said.code == 0


def test_a_run_that_was_killed_is_found(tmp_path: Path, doctor: Doctor) -> None:
    world = ran_world(tmp_path)
    run(world, 2, MORNING + timedelta(days=1))
    change(world.live, "update runs set status = 'running', finished_at = null where run_number = 2")
    assert doctor(world, MORNING + timedelta(days=1, hours=1)).of("runs", "ended without a word") == ["warning"]


def test_a_long_silence_is_found(tmp_path: Path, doctor: Doctor) -> None:
    world = ran_world(tmp_path)
    assert doctor(world, MORNING + timedelta(days=3)).of("runs", "3 days ago") == ["ok"]
    assert doctor(world, MORNING + timedelta(days=5)).of("runs", "5 days ago") == ["warning"]


def test_a_run_as_of_a_day_to_come_is_a_problem_since_no_run_computes_anything_until_then(tmp_path: Path, doctor: Doctor) -> None:
    world = small_world(tmp_path)
    run(world, 30)
    seen = doctor(world)
    assert (seen.said.code, seen.of("runs", "2026-03-31")) == (1, ["problem"])


def test_a_copy_that_is_missing_old_or_broken_is_found(tmp_path: Path, doctor: Doctor) -> None:
    world = ran_world(tmp_path)
    old = world.published.read_bytes()
    told(world)
    now = MORNING + timedelta(days=1, hours=1)
    assert doctor(world, now).of("published copy") == ["ok"]
    world.published.write_bytes(old)
    assert doctor(world, now).of("published copy", "older than the warehouse") == ["warning"]
    world.published.write_bytes(b"broken" * 1000)
    assert doctor(world, now).of("published copy", "cannot be opened") == ["warning"]
    world.published.unlink()
    assert doctor(world, now).of("published copy", "no copy") == ["warning"]


# --- the notices -------------------------------------------------------------------------------------------------


def test_a_notice_that_waits_to_be_sent_is_found(tmp_path: Path, doctor: Doctor) -> None:
    world = ran_world(tmp_path)
    told(world, send=False)
    seen = doctor(world, MORNING + timedelta(days=1, hours=3))
    assert (seen.said.code, seen.of("notices", "1 notice pending", "3 hours", "tellwhen dispatch")) == (0, ["warning"])


def test_a_notice_that_was_refused_for_good_is_a_problem_until_a_person_has_told_the_customer(tmp_path: Path, doctor: Doctor) -> None:
    world = ran_world(tmp_path)
    told(world, send=False)
    (notice_id,) = world.values("select notice_id from notices")
    world.outbox.mkdir(parents=True)
    (world.outbox / f"{notice_id}.eml").write_text("another message under this id")
    now = MORNING + timedelta(days=1, hours=1)
    run(world, 2, now)
    seen = doctor(world, now)
    assert (seen.said.code, seen.of("notices", "1 notice failed")) == (1, ["problem"])
    assert tellwhen(world, "told", "O1", "1", "--on", str(at_customer("2026-03-18")), "--by", "Ann").code == 0
    change(world.live, "update state.tellings_by_person set recorded_at = recorded_at + interval 100 year")
    assert doctor(world, now).of("notices") == ["ok"]


@pytest.mark.parametrize(("state", "level"), [("held", "warning"), ("uncertain", "problem"), ("sending", "problem")])
def test_a_notice_that_waits_for_a_person_is_found(tmp_path: Path, doctor: Doctor, state: str, level: str) -> None:
    world = ran_world(tmp_path)
    told(world, send=False)
    change(world.live, f"update notices set state = '{state}'")
    seen = doctor(world, MORNING + timedelta(days=1, hours=1))
    assert seen.of("notices", "tellwhen notices") == [level], "sending without a living writer is uncertain"


# --- the sources -------------------------------------------------------------------------------------------------


def test_a_source_whose_files_do_not_come_is_found(tmp_path: Path, doctor: Doctor) -> None:
    aged = Source("acme", "supplier_etas", keys="max_age_hours = 24")
    world = ran_world(tmp_path, sources=(aged, ORDERS, CUSTOMERS))
    assert doctor(world, MORNING + timedelta(hours=23)).of("sources", "acme") == ["ok"]
    assert doctor(world, MORNING + timedelta(hours=25)).of("sources", "acme", "25 hours ago", "every 24 hours") == ["warning"]


def test_a_rejected_file_and_refused_rows_are_found(tmp_path: Path, doctor: Doctor) -> None:
    world = ran_world(tmp_path)
    world.put("orders", order("O1", at_customer("2026-03-16")), order("O2", line_no="ten"))
    world.put_bytes("acme", b"<html>log in</html>")
    run(world, 2)
    seen = doctor(world)
    assert seen.of("sources", "acme", "rejected", "HTML", "sources accept acme") == ["warning"]
    assert seen.of("sources", "orders", "1 row", "tellwhen quarantine --source orders") == ["warning"]
    world.put("acme", po("P1", "2026-03-16"))
    run(world, 3)
    assert doctor(world, MORNING + timedelta(days=3)).of("sources", "acme", "rejected") == []


def test_a_source_that_is_new_or_has_never_had_a_file_is_found(tmp_path: Path, doctor: Doctor) -> None:
    world = ran_world(tmp_path)
    beta, stock = Source("beta", "supplier_etas"), Source("stock", "inventory")
    world.configure(sources=(ACME, ORDERS, CUSTOMERS, beta, stock))
    seen = doctor(world)
    assert (seen.of("sources", "beta"), seen.of("sources", "stock")) == (["problem"], ["warning"]), "a run stops for the one alone"
    world.put("beta", po("P9", "2026-03-16", supplier_id="BETA"))
    assert doctor(world).of("sources", "beta", "next run") == ["warning"]
    world.configure(sources=(ACME, ORDERS, CUSTOMERS, Source("beta", "supplier_etas", location="elsewhere/*", keys="required = false")))
    assert doctor(world).of("sources", "beta", "elsewhere") == ["warning"]


def test_a_first_file_that_is_rejected_is_a_problem_where_a_run_stops_for_it(tmp_path: Path, doctor: Doctor) -> None:
    world = small_world(tmp_path)
    (world.folder / "inbox" / "orders" / "1.csv").write_text(csv_text([order("O1")]).replace("customer_id", "who"))
    with pytest.raises(ChecksStoppedRun):
        run(world)
    assert doctor(world).of("sources", "orders", "never accepted", "customer_id") == ["problem"]


# --- the surroundings --------------------------------------------------------------------------------------------


def test_a_calendar_that_does_not_know_next_years_holidays_is_found(tmp_path: Path, doctor: Doctor) -> None:
    world = small_world(tmp_path, '[promise]\ncalendar = "US"')
    assert doctor(world).of("calendar", "2026 and 2027") == ["ok"]
    assert doctor(world, datetime(2100, 6, 1, tzinfo=UTC)).of("calendar", "2101") == ["warning"], "the package ends in 2100"


def test_a_way_out_that_is_blocked_is_found_and_nothing_is_sent(tmp_path: Path, doctor: Doctor) -> None:
    world = small_world(tmp_path)
    world.outbox.parent.mkdir()
    world.outbox.write_text("no folder")
    seen = doctor(world)
    assert (seen.said.code, seen.of("sending", "no folder", "[dispatch.outbox] path")) == (1, ["problem"])
    assert world.outbox.read_text() == "no folder"


def test_a_clock_that_went_back_is_found(tmp_path: Path, doctor: Doctor) -> None:
    world = ran_world(tmp_path)
    assert doctor(world, MORNING - timedelta(days=1)).of("clock", "24 hours behind") == ["problem"]


def test_a_time_zone_that_nobody_chose_is_found_on_a_machine_elsewhere(tmp_path: Path, doctor: Doctor) -> None:
    world = small_world(tmp_path)
    world.warehouse = ""
    world.configure()
    assert doctor(world).of("clock", "timezone is not set") == ["warning"], "the tests' machine is in Auckland"


def test_a_full_disk_is_found(tmp_path: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    world = ran_world(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: shutil._ntuple_diskusage(10**12, 10**12, 1000))
    assert set(doctor(world).of("disk", "1 kB free", "make room")) == {"problem"}


# --- the schedule ------------------------------------------------------------------------------------------------


def test_without_a_server_it_says_that_each_run_starts_one(tmp_path: Path, doctor: Doctor) -> None:
    assert doctor(small_world(tmp_path)).of("schedule", "temporary server") == ["ok"]


def test_a_server_that_cannot_be_reached_is_a_problem_and_no_secret_is_said(
    tmp_path: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://ann:hunter2@127.0.0.1:9/api")
    monkeypatch.setenv("PREFECT_API_KEY", "pnu_secret")
    seen = doctor(small_world(tmp_path))
    assert (seen.said.code, seen.of("schedule", "http://127.0.0.1:9/api", "cannot be reached")) == (1, ["problem"])
    assert not [secret for secret in ("hunter2", "pnu_secret", "ann:") if secret in seen.said.out + seen.said.err]


@pytest.mark.parametrize("url", ["nonsense", "http://", "ftp://127.0.0.1:9", "http://[::1/api", "http://127.0.0.1:port/api"])
def test_an_address_that_is_none_is_a_finding_and_no_traceback(
    tmp_path: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", url)
    seen = doctor(small_world(tmp_path))
    assert (seen.said.code, seen.of("schedule", "PREFECT_API_URL")) == (1, ["problem"])


# --- the whole history -------------------------------------------------------------------------------------------


def test_a_history_that_does_not_hold_what_it_has_to_is_a_problem_with_the_first_place_where_it_does_not(
    tmp_path: Path, doctor: Doctor
) -> None:
    world = ran_world(tmp_path)
    told(world)
    assert doctor(world).of("integrity", "the whole history", "6 invariants") == ["ok"]
    change(world.live, "update promise_slices set quantity = quantity + 1; update notices set subject = 'Other words'")
    seen = doctor(world)
    assert seen.said.code == 1
    assert seen.of("integrity", "1 place:", "order O1, line 1: 1.000000 open, 2.000000 in slices", "tellwhen backup") == ["problem"]
    assert seen.of("integrity", "1 place:", "holds other words than it was made with") == ["problem"]
