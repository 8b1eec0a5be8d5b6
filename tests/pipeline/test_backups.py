"""`backup`: a whole copy while others read, never in place of another; and who restores it sends nothing before a person has looked."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tasks.settings import load_settings
from tests.pipeline.command_line import Said, tellwhen
from tests.pipeline.worlds import ORDERS_OF_ANY_AGE, PROJECT, World, at_customer, day, order, po

TABLES = ("runs", "source_files", "supplier_eta_history", "order_line_history", "promise_history", "promise_slices", "changes", "notices")
READER = (
    "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); print(c.sql('from runs limit 1'), flush=True); sys.stdin.read()"
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two runs, the second of which told C1 of a delay."""
    world = World(tmp_path, settings=ORDERS_OF_ANY_AGE)
    world.put("orders", order("O1", at_customer("2026-03-16")))
    move(world, 1, "2026-03-16")
    move(world, 2, "2026-03-18")
    return world


def move(world: World, number: int, eta: str) -> None:
    world.put("acme", po("P1", eta))
    world.run(day(number))


def rows(path: Path) -> dict[str, list[object]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return {table: connection.execute(f"select * from {table} order by all").fetchall() for table in TABLES}


def restore(said: Said) -> None:
    """What the command says of restoring, to the letter."""
    commands = [line.strip() for line in said.err.splitlines() if line.startswith("  ")]
    assert [shlex.split(command)[0] for command in commands] == ["cp", "rm", "test"]
    subprocess.run(["sh", "-ec", "\n".join(commands)], check=True)


def sent(world: World) -> int:
    return len(list(world.outbox.glob("*.eml")))


def test_a_backup_holds_all_that_is_committed_and_is_made_while_others_read(world: World, tmp_path: Path) -> None:
    # Committed, but in the log only: its writer died.
    dies = (
        "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); c.sql(\"update runs set reason = 'in the log'\"); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", dies, str(world.live)], check=False)
    assert world.live.with_name("history.duckdb.wal").exists()
    reader = subprocess.Popen([sys.executable, "-c", READER, str(world.live)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert reader.stdout
    reader.stdout.readline()
    try:
        said = tellwhen(world, "backup", str(tmp_path / "backups" / "monday"))
    finally:
        reader.communicate("")
    assert said.code == 0, said.err
    copy = tmp_path / "backups" / "monday" / "history.duckdb"
    assert str(copy) in said.out
    assert sorted(path.name for path in copy.parent.iterdir()) == ["history.duckdb", "history.duckdb.mark"]
    assert rows(copy) == rows(world.live)
    with duckdb.connect(str(copy), read_only=True) as connection:
        assert connection.execute("select distinct reason from runs").fetchall() == [("in the log",)]
        assert connection.execute("select count(*) from promise_timeline('O1', 1)").fetchone() != (0,), "macros are there, too"


def test_no_backup_takes_the_place_of_another(world: World, tmp_path: Path) -> None:
    assert tellwhen(world, "backup", str(tmp_path / "b")).code == 0
    before = (tmp_path / "b" / "history.duckdb").read_bytes()
    move(world, 3, "2026-03-20")
    said = tellwhen(world, "backup", str(tmp_path / "b"))
    assert (said.code, said.out) == (2, "")
    assert "stands there already" in said.err
    assert "a folder of its own" in said.err
    assert (tmp_path / "b" / "history.duckdb").read_bytes() == before


def test_restored_beside_its_mark_it_sends_nothing_until_a_person_has_reconciled(world: World, tmp_path: Path) -> None:
    said = tellwhen(world, "backup", str(tmp_path / "b"))
    mark = load_settings(world.config).warehouse.mark_path
    move(world, 3, "2026-03-20")
    assert sent(world) == 2
    kept = mark.read_text()
    restore(said)
    assert mark.read_text() == kept, "the mark that knows more stays"
    move(world, 4, "2026-03-20")
    assert sent(world) == 2, "C1 has been told this before the backup was restored"
    assert "has forgotten 1 request" in tellwhen(world, "dispatch").err
    assert tellwhen(world, "told", "O1", "1", "--on", at_customer("2026-03-20").isoformat(), "--by", "Pat").code == 0
    move(world, 5, "2026-03-20")
    assert tellwhen(world, "notices", "reconcile", "--by", "Pat", "--yes").code == 0
    assert tellwhen(world, "dispatch").code == 0
    assert sent(world) == 2, "a person has said that C1 knows"


def test_restored_on_another_machine_without_any_mark_it_sends_nothing_either(world: World, tmp_path: Path) -> None:
    said = tellwhen(world, "backup", str(tmp_path / "b"))
    before = sent(world)
    for path in world.live.parent.glob("history*"):
        path.unlink()
    restore(said)
    move(world, 3, "2026-03-20")
    refused = tellwhen(world, "dispatch")
    assert refused.code == 5
    assert "is the backup of" in refused.err
    assert "tellwhen notices reconcile" in refused.err
    assert sent(world) == before
    assert "is the backup of" in tellwhen(world, "doctor").out
    assert tellwhen(world, "told", "O1", "1", "--on", "2026-03-30", "--by", "Pat").code == 0
    assert tellwhen(world, "dispatch").code == 5, "a word of a person says nothing of all others"
    assert tellwhen(world, "notices", "reconcile", "--by", "Pat", "--yes").code == 0
    move(world, 4, "2026-03-20")
    assert sent(world) == before + 1


def test_while_a_run_writes_nothing_is_copied(world: World, tmp_path: Path) -> None:
    holder = (
        "import sys\nfrom pathlib import Path\nfrom tasks.settings import load_settings\nfrom tasks.warehouse import writer_lock\n"
        "with writer_lock(load_settings(Path(sys.argv[1]), {}).warehouse):\n    print('held', flush=True)\n    sys.stdin.readline()"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", holder, str(world.config)], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout
    writer.stdout.readline()
    try:
        said = tellwhen(world, "backup", str(tmp_path / "b"))
    finally:
        writer.communicate("\n")
    assert said.code == 75
    assert not (tmp_path / "b").exists()


def test_without_a_warehouse_or_a_folder_that_can_be_made_it_says_so(world: World, tmp_path: Path) -> None:
    assert "there is no warehouse to copy yet" in tellwhen(World(tmp_path / "new"), "backup", str(tmp_path / "b")).err
    (tmp_path / "file").write_text("")
    said = tellwhen(world, "backup", str(tmp_path / "file" / "b"))
    assert said.code == 1
    assert "could not be written" in said.err


@pytest.mark.parametrize("moment", ["copy_to", "fsync", "replace"])
def test_killed_at_any_point_it_leaves_no_copy_and_the_next_backup_is_whole(world: World, tmp_path: Path, moment: str) -> None:
    killing = (
        "import os, signal, sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from tasks import backing_up\n"
        "from tasks.settings import load_settings\n"
        "from tasks.warehouse import Warehouse\n"
        "def die(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
        f"owner = {{'copy_to': Warehouse, 'fsync': os, 'replace': Path}}[{moment!r}]\n"
        f"setattr(owner, {moment!r}, die)\n"
        "backing_up.back_up(load_settings(Path(sys.argv[1])).warehouse, Path(sys.argv[2]), datetime.now(UTC))\n"
    )
    died = subprocess.run(
        [sys.executable, "-c", killing, str(world.config), str(tmp_path / "b")],
        cwd=PROJECT,
        env=os.environ,
        check=False,
        capture_output=True,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert not (tmp_path / "b" / "history.duckdb").exists()
    assert tellwhen(world, "backup", str(tmp_path / "b")).code == 0
    assert not (tmp_path / "b" / ".history.duckdb.tmp").exists()
    assert (tmp_path / "b" / "history.duckdb.mark").exists()
    assert rows(tmp_path / "b" / "history.duckdb") == rows(world.live)
