"""A dispatch that is told to end, or is stopped and goes on; two at once; and a warehouse that somebody else has open."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.errors import WarehouseBusy
from tests.faults.killing_ground import KillingGround
from tests.faults.outbox_world import OutboxWorld
from tests.provider.behaviour import ACCEPT, Behaviour, always
from tests.provider.loopback import API_KEY, Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider


def _until(condition: object, provider: Provider, requests: int) -> None:
    deadline = time.monotonic() + 60
    while len(provider.books.requests) < requests and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(provider.books.requests) >= requests, condition


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_a_dispatch_records_what_is_under_way_and_claims_nothing_more(
    provider: Provider, tmp_path: Path, number: signal.Signals
) -> None:
    """Fault 50: it ends in less than 30 s, and leaves no riddle."""
    provider.latency_s = 0.3
    world = OutboxWorld(tmp_path, provider.base_url, 200, dispatch="concurrency = 4")
    process = world.start()
    _until("it is under way", provider, 8)
    told_at = time.monotonic()
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, time.monotonic() - told_at < 30) == (1, True), err
    assert "interrupted" in err
    assert "Traceback" not in err
    assert world.states() == {"accepted": len(provider.books.taken), "pending": 200 - len(provider.books.taken)}


def test_told_to_end_while_the_provider_is_silent_a_dispatch_leaves_those_requests_uncertain(provider: Provider, tmp_path: Path) -> None:
    """Fault 50."""
    provider.script = always(Behaviour(fault="hang"))
    world = OutboxWorld(tmp_path, provider.base_url, 200)
    process = world.start()
    _until("it is under way", provider, 4)
    process.terminate()
    process.communicate(timeout=30)
    assert world.states() == {"uncertain": 4, "pending": 196}


def test_of_two_dispatches_at_once_the_second_is_told_so_at_once(provider: Provider, tmp_path: Path) -> None:
    """Faults 22, 24 and 36."""
    provider.latency_s = 0.5
    world = OutboxWorld(tmp_path, provider.base_url, 12, dispatch="concurrency = 4")
    first = world.start()
    _until("the first is under way", provider, 4)
    with pytest.raises(WarehouseBusy, match=f"another run \\(process {first.pid}\\)"):
        world.dispatch()
    first.communicate(timeout=60)
    assert first.returncode == 0
    assert provider.books.times_taken() == dict.fromkeys(world.notice_ids, 1)


def test_a_dispatch_that_was_stopped_and_goes_on_holds_its_lock_all_the_while(provider: Provider, tmp_path: Path) -> None:
    """Fault 23."""
    provider.latency_s = 0.3
    world = OutboxWorld(tmp_path, provider.base_url, 12, dispatch="concurrency = 4")
    zombie = world.start()
    _until("it is under way", provider, 4)
    zombie.send_signal(signal.SIGSTOP)
    second = world.start()
    second.communicate(timeout=60)
    zombie.send_signal(signal.SIGCONT)
    _, err = zombie.communicate(timeout=60)
    assert (second.returncode, zombie.returncode) == (75, 0), err
    assert provider.books.times_taken() == dict.fromkeys(world.notice_ids, 1)
    assert world.states() == {"accepted": 12}


def test_an_analyst_who_keeps_the_warehouse_open_is_named_and_nothing_is_sent(provider: Provider, tmp_path: Path) -> None:
    """Fault 34."""
    world = OutboxWorld(tmp_path, provider.base_url, 3)
    program = "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(world.settings.warehouse.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as analyst:
        assert analyst.stdout is not None
        analyst.stdout.readline()
        process = world.start()
        _, err = process.communicate(timeout=60)
        analyst.communicate(timeout=60)
    assert process.returncode == 1
    assert f"PID {analyst.pid}" in err
    assert "Traceback" not in err
    assert provider.books.requests == []
    assert world.states() == {"pending": 3}


def test_a_restored_backup_sends_nothing_of_what_was_told_since(provider: Provider, tmp_path: Path) -> None:
    """Fault 39."""
    world = OutboxWorld(tmp_path, provider.base_url, 5)
    path = world.settings.warehouse.path
    shutil.copyfile(path, tmp_path / "backup")
    assert world.dispatch().is_clean
    shutil.copyfile(tmp_path / "backup", path)
    assert "forgotten 5" in str(world.dispatch().stopped)
    assert provider.books.times_taken() == dict.fromkeys(world.notice_ids, 1)


def test_a_wrong_build_without_a_mark_tells_twice_from_a_restored_backup(provider: Provider, tmp_path: Path) -> None:
    """Fault 52: so that the test before is known to look."""
    world = OutboxWorld(tmp_path, provider.base_url, 5)
    with KillingGround(world.config, SENDGRID_API_KEY=API_KEY) as ground:
        for _ in range(2):
            assert ground.dispatch(world.again(), mutant="marks nothing").code == 0
    assert provider.books.times_taken() == dict.fromkeys(world.notice_ids, 2)


def test_a_warehouse_that_lost_its_log_sends_nothing_of_what_the_log_knew(provider: Provider, tmp_path: Path) -> None:
    """Fault 38: DuckDB opens a file without its log as if nothing were missing."""
    provider.latency_s = 0.2
    world = OutboxWorld(tmp_path, provider.base_url, 40, dispatch="concurrency = 4")
    process = world.start()
    _until("it is under way", provider, 8)
    process.kill()
    process.communicate(timeout=60)
    log = world.settings.warehouse.path.with_name(world.settings.warehouse.path.name + ".wal")
    log.unlink()
    while provider.books.open_now:
        time.sleep(0.01)
    sent = len(provider.books.requests)
    provider.script = always(ACCEPT)
    assert "forgotten" in str(world.dispatch().stopped)
    assert len(provider.books.requests) == sent
