"""The doctor's checks by themselves: what they find in facts that a test cannot bring about on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from flows.doctor import clock, disk, notices, packages, schedule, sending, warehouse
from flows.doctor.finding import counted, in_words
from flows.doctor.prefect_api import Address, Unreachable
from tasks.settings import DispatchSettings, PrefectAccess, WarehouseSettings

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)


# --- words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=119), "1 hour"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(hours=48), "2 days"),
    ],
)
def test_an_age_is_said_in_the_unit_that_says_most(age: timedelta, words: str) -> None:
    assert in_words(age) == words


def test_one_thing_and_several() -> None:
    assert (counted(1, "file"), counted(2, "file"), counted(0, "file")) == ("1 file", "2 files", "0 files")


# --- packages ----------------------------------------------------------------------------------------------------


def test_the_packages_of_this_environment_are_those_that_are_pinned() -> None:
    needed = packages.requirements()
    assert {"prefect", "fastapi", "sqlalchemy", "duckdb"} <= {one.name for one in needed}
    assert [found.level for found in packages.findings(needed, packages.installed(needed))] == ["ok"]


@pytest.mark.parametrize("version", ["0.151.0", None])
def test_a_package_outside_its_pin_or_missing_is_a_problem(version: str | None) -> None:
    (found,) = packages.findings([Requirement("fastapi<0.151,>=0.139")], {"fastapi": version})
    assert (found.level, "<0.151" in found.found) == ("problem", True)


def test_a_tellwhen_that_was_never_installed_does_not_say_that_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.requires", missing)
    assert [found.level for found in packages.findings(packages.requirements(), {})] == ["warning"]


def test_a_package_that_nobody_has_is_missing() -> None:
    assert packages.installed([Requirement("no-such-package-of-tellwhen")]) == {"no-such-package-of-tellwhen": None}


# --- the warehouse -----------------------------------------------------------------------------------------------

MOUNTS = [
    "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw",
    "40 22 0:35 / /srv/shop rw,relatime shared:9 - nfs4 fileserver:/shop rw,vers=4.2",
    r"41 22 0:36 / /srv/our\040files rw - cifs //server/files rw",
    "42 40 254:9 / /srv/shop/local rw - xfs /dev/sdb1 rw",
    "a line that is none",
]


@pytest.mark.parametrize(
    ("path", "file_system"),
    [
        ("/home/history.duckdb", "ext4"),
        ("/srv/shop/var/history.duckdb", "nfs4"),
        ("/srv/shopping/history.duckdb", "ext4"),
        ("/srv/our files/history.duckdb", "cifs"),
        ("/srv/shop/local/history.duckdb", "xfs"),
    ],
)
def test_the_file_system_of_a_path_is_that_of_the_innermost_mount(path: str, file_system: str) -> None:
    assert warehouse.file_system_of(Path(path), MOUNTS) == file_system


def test_where_there_is_no_table_of_mounts_nothing_is_said() -> None:
    assert warehouse.file_system_of(Path("/x"), []) == ""


def facts(**more: Any) -> warehouse.WarehouseFacts:
    known: dict[str, Any] = {
        "path": Path("/srv/history.duckdb"), "exists": True, "refusal": None, "migration": 6, "known_migration": 6, "writer": None,
        "is_kept_open": False, "file_system": "ext4",
    }  # fmt: skip
    return warehouse.WarehouseFacts(**{**known, **more})


def test_a_warehouse_on_a_network_file_system_is_a_warning() -> None:
    assert [found.level for found in warehouse.findings(facts(file_system="nfs4"), NOW)] == ["ok", "warning"]


@pytest.mark.parametrize(("hours", "level"), [(5, "ok"), (7, "warning")])
def test_a_run_that_holds_the_warehouse_for_very_long_may_hang(hours: int, level: str) -> None:
    writer = warehouse.Writer("4711", NOW - timedelta(hours=hours))
    found = list(warehouse.findings(facts(writer=writer), NOW))[-1]
    assert (found.level, "process 4711" in found.found, f"{hours} hours" in found.found) == (level, True, True)


# --- notices -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "is_being_written", "level"),
    [
        ("pending", True, "ok"),
        ("sending", True, "ok"),
        ("pending", False, "warning"),
        ("held", True, "warning"),
        ("sending", False, "problem"),
        ("uncertain", True, "problem"),
        ("failed", False, "problem"),
    ],
)
def test_each_state_that_waits_has_its_level(state: str, is_being_written: bool, level: str) -> None:
    now = NOW.replace(tzinfo=None)
    waiting = [{"state": state, "notices": 2, "since": now - timedelta(hours=2), "run_ids": ["r1"]}]
    (found,) = notices.findings(waiting, now, is_being_written)
    assert (found.level, "2 notices" in found.found) == (level, True)


# --- sending -----------------------------------------------------------------------------------------------------


def sent_by(transport: str, from_email: str, *obstacles: str) -> list[tuple[str, str]]:
    settings = DispatchSettings(from_email=from_email).model_copy(update={"transport": transport})
    return [(found.check, found.level) for found in sending.findings(settings, obstacles)]


def test_what_stands_in_the_way_is_a_problem_each() -> None:
    assert sent_by("sendgrid", "a@shop.de", "the key may not send mail", "no") == [("sending", "problem")] * 2 + [("sender", "ok")]


@pytest.mark.parametrize(
    ("transport", "from_email", "level"),
    [
        ("outbox", "orders@shop.example", "ok"),
        ("smtp", "orders@shop.example", "problem"),
        ("smtp", "orders@mail.EXAMPLE.com", "problem"),
        ("smtp", "orders@notexample.com", "ok"),
    ],
)
def test_nobodys_address_is_a_problem_once_messages_leave_the_house(transport: str, from_email: str, level: str) -> None:
    assert sent_by(transport, from_email)[-1] == ("sender", level)


# --- disk and clock ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("free", "level"), [(3_000_000_000, "ok"), (2_999_999_999, "warning"), (999_999_999, "problem")])
def test_there_is_to_be_room_for_the_warehouse_three_times(free: int, level: str) -> None:
    (found,) = disk.findings([disk.Place("messages", Path("/x"), free)], 1_000_000_000)
    assert (found.level, "messages" in found.found) == (level, True)


def test_only_the_place_that_is_short_of_room_is_named() -> None:
    places = [disk.Place("the warehouse", Path("/a"), 10**12), disk.Place("dry runs", Path("/b"), 10)]
    assert [found.found.startswith("/b (dry runs)") for found in disk.findings(places, 0)] == [True]


def at(now: datetime, last: datetime | None = None, **zone: str) -> list[str]:
    settings = WarehouseSettings(path=Path("x"), **zone)  # type: ignore[arg-type]
    return [found.level for found in clock.findings(clock.ClockFacts(now, last, settings))]


def test_a_clock_from_before_tellwhen_or_behind_the_history_is_a_problem() -> None:
    assert at(NOW.replace(year=1970)) == ["problem"]
    assert at(NOW, NOW + timedelta(hours=1)) == ["problem"]
    assert at(NOW, NOW + timedelta(minutes=4)) == ["ok"], "clocks may differ by a little"


def test_a_zone_that_was_not_chosen_is_a_warning_only_where_it_is_not_that_of_the_machine() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=2)))
    assert at(NOW) == ["ok"]
    assert at(there) == ["ok", "warning"]
    assert at(there, timezone="UTC") == ["ok"]


# --- the schedule ------------------------------------------------------------------------------------------------


def deployment(*, paused: bool = False, active: bool = True) -> dict[str, Any]:
    return {"name": "hourly", "paused": paused, "schedules": [{"active": active}]}


@pytest.mark.parametrize(
    ("server", "level", "word"),
    [
        ({"deployments": []}, "warning", "no deployment"),
        ({"deployments": [deployment(paused=True)], "scheduled": 3}, "warning", "paused"),
        ({"deployments": [deployment(active=False)], "scheduled": 3}, "warning", "no active schedule"),
        ({"deployments": [deployment()], "scheduled": 0}, "problem", "no run is to come"),
        ({"deployments": [deployment()], "scheduled": 3, "late": 1}, "problem", "no worker"),
        ({"deployments": [deployment()], "scheduled": 3}, "ok", "3 runs to come"),
    ],
)
def test_what_a_server_has_decides_whether_runs_come_by_themselves(server: dict[str, Any], level: str, word: str) -> None:
    (found,) = schedule.findings(schedule.ServerFacts("http://127.0.0.1:4200/api", None, "3.8.8", **server), "3.8.8")
    assert (found.level, word in found.found) == (level, True)


def test_a_server_of_another_version_is_a_warning() -> None:
    facts = schedule.ServerFacts("http://127.0.0.1:4200/api", None, "3.9.0", [deployment()], 1)
    assert [found.level for found in schedule.findings(facts, "3.8.8")] == ["warning", "ok"]


@contextmanager
def a_server(status: int, body: bytes, seen: list[str | None]) -> Iterator[str]:
    """Answers everything alike, and keeps what it was let in with."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers["Authorization"])
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (401, b"", "PREFECT_API_KEY"),
        (404, b"", "/api"),
        (500, b"", "500"),
        (200, b"<html>", "as Prefect does"),
        (200, b"\xff", "as Prefect does"),
    ],
)
def test_a_server_that_does_not_answer_as_prefect_does_is_a_finding(status: int, body: bytes, word: str) -> None:
    with a_server(status, body, []) as place:
        facts = schedule.look(PrefectAccess(f"http://{place}/api"))
    assert facts is not None
    (found,) = schedule.findings(facts, "3.8.8")
    assert (found.level, word in found.found) == ("problem", True)


@pytest.mark.parametrize(
    ("user", "key", "auth_string", "authorization"),
    [
        ("", None, None, None),
        ("", "pnu_x", "ann:pw", "Bearer pnu_x"),
        ("", None, "ann:pw", "Basic YW5uOnB3"),
        ("ann:p%77@", None, None, "Basic YW5uOnB3"),
    ],
)
def test_it_is_let_in_as_prefects_own_client_is(user: str, key: str | None, auth_string: str | None, authorization: str | None) -> None:
    seen: list[str | None] = []
    with a_server(200, json.dumps("3.8.8").encode(), seen) as place:
        schedule.look(PrefectAccess(f"http://{user}{place}/api", key, auth_string))
    assert seen[0] == authorization


@pytest.mark.parametrize(
    "url", ["nonsense", "file://localhost/etc/passwd", "http://", "http://[::1/api", "http://ann:pw@127.0.0.1:port/api"]
)
def test_what_is_no_address_of_the_web_is_not_asked_and_not_repeated(url: str) -> None:
    with pytest.raises(Unreachable, match="no address") as refusal:
        Address.of(PrefectAccess(url))
    assert "pw" not in str(refusal.value)


def test_an_address_shows_no_name_and_no_password() -> None:
    access = PrefectAccess("http://ann:pw@127.0.0.1:4200/api/", "pnu_x", "bob:pw")
    address = Address.of(access)
    assert address.url == "http://127.0.0.1:4200/api"
    assert not [secret for secret in ("ann", "pw", "pnu", "bob") if secret in repr(address)]
    assert not [secret for secret in ("pnu_x", "bob") if secret in repr(access)]
