"""An older backup in the place of the warehouse: nobody is told again what was told since, until a person has reconciled (high water)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from flows import pipeline
from flows.deciding import decide
from flows.stages import Stages
from tasks import deciding
from tasks.errors import TellwhenError, UsageError
from tests.faults.outbox_world import MADE_AT, OutboxWorld
from tests.provider.behaviour import ACCEPT, in_turn, refuse
from tests.provider.loopback import Provider

BACKUP = "backup"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider


def restored(folder: Path, provider: Provider) -> OutboxWorld:
    """A world of ten notices that went out: four before the backup was made, six after; then the backup was restored."""
    # Four are taken, and then the key is no longer good: the dispatch stops, the rest stays pending.
    world = OutboxWorld(folder, provider.base_url, 10, dispatch="concurrency = 1")
    provider.script = in_turn(ACCEPT, ACCEPT, ACCEPT, ACCEPT, refuse(401), ACCEPT)
    assert world.dispatch().stopped
    assert world.states() == {"accepted": 4, "pending": 6}
    shutil.copytree(folder / "var", folder / BACKUP)
    assert world.dispatch().is_clean
    assert world.states() == {"accepted": 10}
    restore(world)
    return world


def restore(world: OutboxWorld) -> None:
    """Put the backup's warehouse back; the mark stays, as docs/going-live.md has it."""
    shutil.copyfile(world.folder / BACKUP / "history.duckdb", world.settings.warehouse.path)


def command(world: OutboxWorld, *arguments: str, answer: str = "") -> tuple[int, str]:
    """The real command; its exit code, and what it said."""
    process = world.start(*arguments)
    # An answer, or the end of what is said: what a schedule gives.
    out, err = process.communicate(answer, timeout=120)
    return process.returncode, out + err


def test_a_restored_backup_sends_nothing_and_says_so_and_so_does_doctor(provider: Provider, tmp_path: Path) -> None:
    world = restored(tmp_path, provider)
    code, said = command(world, "dispatch")
    assert code == 5
    # Six accepted and the one that was refused, of which the backup knows.
    assert "has forgotten 6 requests" in said
    assert "tellwhen notices reconcile --by WHO" in said
    assert world.states() == {"accepted": 4, "pending": 6}
    assert provider.books.times_taken() == dict.fromkeys(world.notice_ids, 1)
    assert "nothing is sent: the warehouse has forgotten 6 requests" in command(world, "doctor")[1]


def test_a_run_on_a_restored_backup_computes_and_sends_nothing(provider: Provider, tmp_path: Path) -> None:
    world = restored(tmp_path, provider)
    for source, row in {
        "acme": "supplier_id,po_number,sku,quantity,eta\nACME,P1,A,1,2026-12-01",
        "orders": "order_id,line_no,customer_id,sku,quantity_open,ordered_at\nO0,1,c0,A,1,2026-11-20",
    }.items():
        (tmp_path / "inbox" / source).mkdir(parents=True)
        (tmp_path / "inbox" / source / "1.csv").write_text(row + "\n")
    summary = pipeline.run(world.config, datetime(2026, 11, 25, 6, tzinfo=UTC), check_engine="sql")
    assert summary.exit_code == 5
    assert "has forgotten 6 requests" in str(summary.stopped)
    assert provider.books.times_taken() == dict.fromkeys(world.notice_ids, 1)


def test_a_person_sees_what_would_be_sent_and_is_asked_before_sending_goes_on(provider: Provider, tmp_path: Path) -> None:
    world = restored(tmp_path, provider)
    for answer in ("", "n\n"):
        code, said = command(world, "notices", "reconcile", "--by", "Pat", answer=answer)
        assert code == 2
        assert "has forgotten 6 requests" in said
        assert "6 notices pending would be sent" in said
        assert world.dispatch().stopped, "nothing was changed"
    code, said = command(world, "notices", "reconcile", "--by", "Pat", "--why", "nobody else has the log", answer="y\n")
    assert code == 0, said
    assert "reconciled by Pat" in said
    assert world.rows("select decided_by, action, why, effect from state.decisions_by_person") == [
        (
            "Pat",
            "reconcile",
            "nobody else has the log",
            "the warehouse has forgotten 6 requests and words of people to customers; 6 notices pending would be sent, 0 notices held",
        )
    ]
    assert world.dispatch().states == {"accepted": 6}


def test_what_was_dealt_with_is_not_sent_and_with_nothing_pending_nobody_is_asked(provider: Provider, tmp_path: Path) -> None:
    world = restored(tmp_path, provider)
    world.change("update notices set state = 'discarded' where state = 'pending'")
    assert command(world, "notices", "reconcile", "--by", "Pat")[0] == 0
    assert world.dispatch().is_clean
    assert provider.books.times_taken() == dict.fromkeys(world.notice_ids, 1)


@pytest.mark.parametrize("mark", ["", "nonsense\n", "nonsense " * 100, "\x00" * 58])
def test_without_a_mark_that_can_be_read_nothing_is_sent_until_a_person_says_so(provider: Provider, tmp_path: Path, mark: str) -> None:
    world = OutboxWorld(tmp_path, provider.base_url, 3)
    world.settings.warehouse.mark_path.write_text(mark)
    with pytest.raises(TellwhenError, match="nothing is sent"):
        world.dispatch()
    assert world.states() == {"pending": 3}
    assert "nothing is sent" in command(world, "doctor")[1]
    code, said = command(world, "notices", "reconcile", "--by", "Pat", "--yes")
    assert code == 0, said
    assert "cannot be read" in said
    assert world.dispatch().states == {"accepted": 3}


def test_a_new_warehouse_beside_an_old_mark_is_another_and_sends(provider: Provider, tmp_path: Path) -> None:
    world = OutboxWorld(tmp_path, provider.base_url, 5)
    world.dispatch()
    world.settings.warehouse.path.unlink()
    world = OutboxWorld(tmp_path, provider.base_url, 2)
    assert world.dispatch().states == {"accepted": 2}
    assert command(world, "notices", "reconcile", "--by", "Pat")[0] == 2, "there is nothing to reconcile"


def test_reconciling_what_has_changed_since_it_was_seen_is_refused(provider: Provider, tmp_path: Path) -> None:
    world = restored(tmp_path, provider)
    settings = world.settings
    stages = Stages(settings, lambda: MADE_AT.replace(tzinfo=UTC), "sql")
    seen, _ = decide(settings, stages, partial(deciding.standing, settings=settings.warehouse))
    world.change(f"update notices set state = 'held' where notice_id = '{world.notice_ids[9]}'")
    word = deciding.Word("Pat", None, MADE_AT)
    with pytest.raises(UsageError, match="5 notices pending"):
        decide(settings, stages, partial(deciding.reconcile, settings=settings.warehouse, word=word, seen=seen))
    assert world.dispatch().stopped
