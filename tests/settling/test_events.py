"""`tellwhen events`: provider events come twice, late, in any order, for unknown notices, and with words never seen (faults 30 and 33)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.migrating import migrate
from tasks.settling.payloads import NotJson, cut
from tasks.settling.taking import Taken, take
from tasks.warehouse import Warehouse, open_copy
from tests.faults.outbox_world import OutboxWorld
from tests.settling.events import AT, event, payload

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def migrated() -> Iterator[Warehouse]:
    with open_copy(Path(":memory:")) as warehouse:
        migrate(warehouse)
        yield warehouse


@pytest.fixture
def warehouse(migrated: Warehouse) -> Iterator[Warehouse]:
    yield emptied(migrated)


def emptied(warehouse: Warehouse) -> Warehouse:
    warehouse.clear("notices", "attempts", "delivery_events", "state.suppressions")
    return warehouse


def with_notice(warehouse: Warehouse, notice_id: str, state: str) -> None:
    warehouse.connection.execute(
        "insert into notices (notice_id, run_id, customer_id, state, to_address, subject, body_text, body_html, body_sha256, as_of_on, "
        "created_at, updated_at) values (?, 'run-1', 'c0', ?, 'c0@customer.example', 's', 't', 'h', '0', date '2026-11-24', "
        "timestamp '2026-11-24 06:00:00', timestamp '2026-11-24 06:00:00')",
        [notice_id, state],
    )


def state_of(warehouse: Warehouse, notice_id: str = "n1") -> tuple[Any, ...]:
    return warehouse.connection.execute("select state, reason from notices where notice_id = ?", [notice_id]).fetchone() or ()


def suppressed(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return warehouse.connection.execute("select address, reason, since, detail from state.suppressions order by all").fetchall()


def taken(warehouse: Warehouse, *events: dict[str, Any]) -> Taken:
    return take(warehouse, cut(payload(*events)), NOW)


@pytest.mark.parametrize("before", ["accepted", "uncertain", "sending", "pending", "held", "superseded", "discarded"])
@pytest.mark.parametrize(
    ("word", "more", "after"),
    [
        ("processed", {}, "accepted"),
        ("deferred", {"response": "452 later"}, "accepted"),
        ("a word never seen", {}, "accepted"),
        ("delivered", {}, "delivered"),
        ("open", {}, "delivered"),
        ("bounce", {"type": "bounce", "reason": "550 no such user"}, "bounced"),
        ("bounce", {"type": "blocked", "reason": "554 spam"}, "bounced"),
        ("dropped", {"reason": "Bounced Address"}, "dropped"),
    ],
)
def test_an_event_settles_a_notice_whatever_we_thought_of_it(
    warehouse: Warehouse, before: str, word: str, more: dict[str, Any], after: str
) -> None:
    with_notice(warehouse, "n1", before)
    assert taken(warehouse, event(word, "n1", **more)) == Taken(taken=1)
    assert state_of(warehouse)[0] == after


LIFE = [
    event("processed", "n1"),
    event("deferred", "n1", timestamp=AT + 5, response="452 later, anna@customer.example"),
    event("delivered", "n1", timestamp=AT + 9),
    event("open", "n1", timestamp=AT + 60),
    event("bounce", "n1", timestamp=AT + 70, type="bounce", reason="550 <c0@customer.example> is gone"),
    event("dropped", "n2", timestamp=AT + 80, reason="Bounced Address", sg_message_id="m2"),
    event("group_unsubscribe", "n2", timestamp=AT + 90, email="C1@customer.example"),
    event("group_resubscribe", "n2", timestamp=AT + 95, email="c1@customer.example"),
    event("group_unsubscribe", "n3", timestamp=AT + 96, email="c2@customer.example"),
    event("spamreport", "n9", timestamp=AT + 97, email="c3@customer.example"),
    event("unsubscribe", timestamp="no moment", email="c4@customer.example"),
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(LIFE + LIFE[:5]), cuts=st.sets(st.integers(1, len(LIFE) + 4)))
def test_the_order_of_events_and_their_repetition_change_nothing(migrated: Warehouse, order: list[dict[str, Any]], cuts: set[int]) -> None:
    warehouse = emptied(migrated)
    for notice_id in ("n1", "n2", "n3"):
        with_notice(warehouse, notice_id, "uncertain")
    places = [0, *sorted(cuts), len(order)]
    counts = Taken()
    for start, end in pairwise(places):
        counts += taken(warehouse, *order[start:end])
    assert counts == Taken(taken=len(LIFE), known_already=5, unknown_notices=2)
    assert state_of(warehouse) == ("bounced", "550 <address> is gone")
    assert state_of(warehouse, "n2") == ("delivered", None)
    assert state_of(warehouse, "n3") == ("delivered", None)
    moment = datetime(2026, 11, 24, 7)
    assert [(address, reason, since.replace(second=0, minute=0)) for address, reason, since, _ in suppressed(warehouse)] == [
        ("c0@customer.example", "bounced", moment),
        ("c2@customer.example", "unsubscribed from a group", moment),
        ("c3@customer.example", "spam_report", moment),
        ("c4@customer.example", "unsubscribed", moment.replace(hour=8)),
    ]


@pytest.mark.parametrize(
    ("word", "more", "reason"),
    [
        ("bounce", {"type": "bounce"}, "bounced"),
        ("bounce", {}, "bounced"),
        ("bounce", {"type": "blocked"}, None),
        ("dropped", {"reason": "Bounced Address"}, "bounced"),
        ("dropped", {"reason": "Unsubscribed Address"}, "unsubscribed"),
        ("dropped", {"reason": "Spam Reporting Address"}, "spam_report"),
        ("dropped", {"reason": "Invalid"}, "invalid"),
        ("dropped", {"reason": "Spam Content (if Spam Checker app enabled)"}, None),
        ("deferred", {}, None),
        ("delivered", {}, None),
    ],
)
def test_an_address_is_written_to_no_more_for_reasons_that_last(
    warehouse: Warehouse, word: str, more: dict[str, Any], reason: str | None
) -> None:
    taken(warehouse, event(word, email="Ann@Customer.Example", **more))
    assert [row[:2] for row in suppressed(warehouse)] == ([("ann@customer.example", reason)] if reason else [])


def test_leaving_the_group_of_another_mailing_says_nothing_of_ours(warehouse: Warehouse) -> None:
    taken(warehouse, event("group_unsubscribe", asm_group_id=7))
    assert suppressed(warehouse) == []


NONSENSE = [
    b'[1, null, true, "text", [], [{}], {}]',
    b'[{"event": 5, "email": 7, "timestamp": {}, "notice_id": [], "sg_event_id": 1e999}]',
    b'[{"timestamp": ' + b"9" * 6000 + b"}]",
    b'[{"event": "bounce", "email": "\\ud800\\u0000", "notice_id": "\\udfff", "reason": "\\u0000"}]',
    b'[{"event": "delivered", "timestamp": -1e300, "notice_id": "' + b"x" * 100_000 + b'"}]',
    b'[{"event": "delivered", "timestamp": "2026-11-24T08:00:00Z", "notice_id": null}]',
    b'[{"event": "\xe2\x80\xae", "x": ' + b"[" * 200 + b"]" * 200 + b"}]",
]


@pytest.mark.parametrize("content", NONSENSE)
def test_nonsense_crashes_nothing_and_moves_nothing(warehouse: Warehouse, content: bytes) -> None:
    with_notice(warehouse, "n1", "uncertain")
    take(warehouse, cut(content), NOW)
    assert state_of(warehouse)[0] == "uncertain"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(["event", "email", "timestamp", "notice_id", "sg_event_id", "sg_message_id", "reason", "type", "response"])


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(JSON_VALUES | st.dictionaries(FIELDS, JSON_VALUES), max_size=5))
def test_whatever_json_comes_it_is_taken_or_counted(migrated: Warehouse, values: list[Any]) -> None:
    warehouse = emptied(migrated)
    counts = take(warehouse, cut(json.dumps(values).encode()), NOW)
    objects = [value for value in values if isinstance(value, dict)]
    assert counts.taken + counts.known_already == len(objects)
    assert counts.not_understood >= len(values) - len(objects)


def test_the_raw_event_is_kept_as_it_came(warehouse: Warehouse) -> None:
    text = '{"event":"delivered", "sg_event_id":"e1","weight":1.50,"count":123456789012345678901234567890123}'
    take(warehouse, cut(f"[{text}]".encode()), NOW)
    assert warehouse.connection.execute("select raw, event, received_at from delivery_events").fetchall() == [
        (text, "delivered", NOW.replace(tzinfo=None))
    ]


def test_an_event_without_an_id_of_its_own_is_known_again_by_all_it_says(warehouse: Warehouse) -> None:
    one, other = ({"event": "processed", "timestamp": AT + number} for number in range(2))
    assert taken(warehouse, one, one).taken == 1
    assert taken(warehouse, dict(reversed(one.items())), other) == Taken(taken=1, known_already=1, unknown_notices=1)


def test_arrays_and_lines_of_arrays_and_of_single_events_are_all_read() -> None:
    for content in (b'[{"a":1},{"b":2}]', b'[{"a":1}]\n[{"b":2}]\n', b'{"a":1}\r\n\r\n{"b":2}', b'\xef\xbb\xbf [ {"a":1} , {"b":2} ] '):
        assert [value for _, value in cut(content)] == [{"a": 1}, {"b": 2}]
    assert cut(b"[]\r\n") == []


@pytest.mark.parametrize("content", [b"", b" \n", b"[1,]", b"[1", b"[1 2]", b"x", b"[]x", b"\xff", b"[" * 100_000, b"{'a': 1}"])
def test_what_is_no_json_is_refused_whole(content: bytes) -> None:
    with pytest.raises(NotJson):
        cut(content)


def test_the_command_takes_files_says_what_it_took_and_publishes(tmp_path: Path) -> None:
    world = OutboxWorld(tmp_path, "http://127.0.0.1:1", 3)
    first, second, wrong = tmp_path / "a.json", tmp_path / "b.json.gz", tmp_path / "c.json"
    first.write_bytes(payload(event("delivered", world.notice_ids[0]), event("processed", "somebody else's")))
    second.write_bytes(gzip.compress(payload(event("delivered", world.notice_ids[0]), event("dropped", world.notice_ids[1]), {})))
    wrong.write_text("Not found")
    process = world.start("events", str(first), str(wrong), str(second), "missing.json")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == "events: 4 taken (2 of them of unknown notices), 1 known already, 1 not understood\n"
    assert f"{wrong}: is no JSON (line 1, column 1: Expecting value)" in err
    assert "missing.json: cannot be read (No such file or directory)" in err
    assert "Traceback" not in err
    assert [world.state_of(number) for number in range(3)] == ["delivered", "dropped", "pending"]
    assert world.settings.warehouse.published_path.exists()


def test_the_command_reads_stdin(tmp_path: Path) -> None:
    world = OutboxWorld(tmp_path, "http://127.0.0.1:1", 1)
    process = world.start("events", "-")
    out, _ = process.communicate(payload(event("processed", world.notice_ids[0])).decode(), timeout=60)
    assert (process.returncode, out.split(" (")[0]) == (0, "events: 1 taken")
    assert world.state_of(0) == "accepted"
