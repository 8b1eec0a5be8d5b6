"""Transports: the message as it stands in a file, and the outbox folder (spec 5)."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tasks.errors import ConfigurationError
from tasks.settings import DispatchSettings, OutboxSettings
from tasks.transports import transport_for
from tasks.transports.eml import email_of
from tasks.transports.envelope import Sender
from tasks.transports.outbox import OutboxTransport
from tasks.transports.protocol import Outgoing

NOTICE = "0b5b2f2e-6f0a-5f3e-9d58-4a53c9f1a001"
OUTGOING = Outgoing(NOTICE, "run-1", "anna@customer.example", "Anna Berg", "Later", "Später, 李雷\n", "<p>Später, 李雷</p>\n")
SENDER = Sender("orders@shop.example", "The Shop", "help@shop.example")


def clock() -> datetime:
    return datetime(2026, 11, 24, 8, tzinfo=UTC)


def settings_for(folder: Path) -> DispatchSettings:
    return DispatchSettings(from_email="orders@shop.example", from_name="The Shop", outbox=OutboxSettings(path=folder))


def test_the_headers_say_who_writes_to_whom_and_that_a_machine_does() -> None:
    assert [(name, str(value)) for name, value in email_of(OUTGOING, SENDER).items() if name != "Content-Type"] == [
        ("From", "The Shop <orders@shop.example>"),
        ("To", "Anna Berg <anna@customer.example>"),
        ("Reply-To", "help@shop.example"),
        ("Subject", "Later"),
        ("Message-ID", f"<{NOTICE}@shop.example>"),
        ("X-Tellwhen-Notice-Id", NOTICE),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
    ]


def test_the_message_is_multipart_alternative_with_the_text_first() -> None:
    message = email_of(OUTGOING, SENDER)
    assert message.get_content_type() == "multipart/alternative"
    parts = [(part.get_content_type(), part.get_content_charset()) for part in message.iter_parts()]
    assert parts == [("text/plain", "utf-8"), ("text/html", "utf-8")]


def test_its_bytes_are_ascii_with_short_lines_and_always_the_same() -> None:
    content = bytes(email_of(replace(OUTGOING, body_text="ä" * 5000 + "\n"), SENDER))
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) < 200
    assert content == bytes(email_of(replace(OUTGOING, body_text="ä" * 5000 + "\n"), SENDER))


def test_the_date_is_the_notices_own_in_utc() -> None:
    written_at = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=1)))
    assert email_of(replace(OUTGOING, written_at=written_at), SENDER)["Date"].datetime == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def test_without_a_time_there_is_no_date_rather_than_a_wrong_one() -> None:
    assert "Date" not in email_of(OUTGOING, SENDER)


@pytest.mark.parametrize(
    ("key", "value"), [("from_email", "orders"), ("from_email", "a@x.example\nBcc: b@y.example"), ("reply_to", "help")]
)
def test_an_address_of_ours_that_cannot_be_used_is_a_fault_of_the_configuration(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"dispatch\.{key}: "):
        transport_for(settings_for(tmp_path).model_copy(update={key: value}), clock)


def test_a_transport_that_nobody_knows_is_a_fault_of_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"dispatch\.transport: 'pigeon' .* expected one of .*outbox"):
        transport_for(settings_for(tmp_path).model_copy(update={"transport": "pigeon"}), clock)


def test_the_outbox_makes_its_folder_and_leaves_one_file_named_for_the_notice(tmp_path: Path) -> None:
    outcome = OutboxTransport(settings_for(tmp_path / "var" / "outbox")).send(OUTGOING)
    assert (outcome.kind, outcome.provider_id) == ("accepted", f"{NOTICE}.eml")
    assert [path.name for path in (tmp_path / "var" / "outbox").iterdir()] == [f"{NOTICE}.eml"]


def test_the_same_notice_again_is_accepted_and_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    transport = OutboxTransport(settings_for(tmp_path))
    transport.send(OUTGOING)
    before = (tmp_path / f"{NOTICE}.eml").stat()
    assert transport.send(OUTGOING).kind == "accepted"
    (only,) = tmp_path.iterdir()
    assert (only.stat().st_ino, only.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_same_notice_at_a_later_time_is_the_same_notice(tmp_path: Path) -> None:
    transport = OutboxTransport(settings_for(tmp_path))
    transport.send(replace(OUTGOING, written_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC)))
    before = (tmp_path / f"{NOTICE}.eml").read_bytes()
    assert transport.send(replace(OUTGOING, written_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC))).kind == "accepted"
    assert (tmp_path / f"{NOTICE}.eml").read_bytes() == before


def test_another_message_under_the_same_notice_id_overwrites_nothing(tmp_path: Path) -> None:
    transport = OutboxTransport(settings_for(tmp_path))
    transport.send(OUTGOING)
    before = (tmp_path / f"{NOTICE}.eml").read_bytes()
    outcome = transport.send(replace(OUTGOING, body_text="Something else\n"))
    assert outcome.kind == "failed"
    assert "nothing was overwritten" in outcome.detail
    assert (tmp_path / f"{NOTICE}.eml").read_bytes() == before


@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "the disk is full; free some space"), (errno.EACCES, "Permission denied")])
def test_a_folder_that_cannot_take_a_message_stops_the_dispatch_and_keeps_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    outcome = OutboxTransport(settings_for(tmp_path)).send(OUTGOING)
    assert outcome.kind == "stopped"
    assert str(tmp_path) in outcome.detail
    assert words in outcome.detail
    assert "[dispatch.outbox] path" in outcome.detail
    assert list(tmp_path.iterdir()) == []


def test_a_message_has_its_name_only_when_it_is_whole_and_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever something is made durable, a file with the final name is complete."""
    expected = bytes(email_of(OUTGOING, Sender("orders@shop.example", "The Shop", None)))
    seen: list[list[bytes]] = []
    monkeypatch.setattr(os, "fsync", lambda _descriptor: seen.append([path.read_bytes() for path in tmp_path.glob("*.eml")]))
    OutboxTransport(settings_for(tmp_path)).send(OUTGOING)
    assert seen == [[], [expected]]
