"""SMTP over the wire: TLS, logins, and what each reply of a mail server means (RFC 5321, spec 5)."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tasks.errors import ConfigurationError
from tasks.settings import DispatchSettings, SmtpSettings
from tasks.transports.protocol import Outgoing
from tasks.transports.smtp import SmtpTransport
from tests.provider.mail_server import PASSWORD, USERNAME, MailServer

# aiosmtpd warns where a login needs no TLS; some of these tests are about just that.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

OUTGOING = Outgoing(
    "0b5b2f2e-6f0a-5f3e-9d58-4a53c9f1a001", "run-1", "anna@customer.example", "Anna Berg", "Later", "Later.\n", "<p>Later.</p>\n"
)


def transport_to(port: int, ca_file: Path | None = None, password: str = PASSWORD, **settings: object) -> SmtpTransport:
    values = {"host": "localhost", "port": port, "username": USERNAME, "ca_file": ca_file, "timeout_seconds": 2, **settings}
    smtp = SmtpSettings(**values)  # type: ignore[arg-type]
    return SmtpTransport(DispatchSettings(from_email="orders@shop.example", transport="smtp", smtp=smtp), password)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with MailServer(tmp_path) as server:
        yield server


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_it_logs_in_and_sends_whichever_security_the_server_speaks(tmp_path: Path, security: str) -> None:
    with MailServer(tmp_path, security) as server:
        transport = transport_to(server.port, server.ca_file, security=security)
        assert transport.send(OUTGOING).kind == "accepted"
        transport.close()
    assert len(server.taken) == 1


def test_a_certificate_that_nobody_vouches_for_gets_neither_password_nor_message(server: MailServer) -> None:
    outcome = transport_to(server.port).send(OUTGOING)
    assert outcome.kind == "not_sent"
    assert "CERTIFICATE_VERIFY_FAILED" in outcome.detail
    assert server.taken == []


def test_a_server_without_starttls_is_not_trusted_with_a_password(tmp_path: Path) -> None:
    with MailServer(tmp_path, "none") as server:
        outcome = transport_to(server.port, security="starttls").send(OUTGOING)
    assert outcome.kind == "stopped"
    assert "dispatch.smtp.security" in outcome.detail


def test_a_connection_serves_many_notices(server: MailServer) -> None:
    transport = transport_to(server.port, server.ca_file)
    kinds = {transport.send(replace(OUTGOING, notice_id=f"n-{number}")).kind for number in range(5)}
    transport.close()
    assert (kinds, len(server.taken)) == ({"accepted"}, 5)
    assert server.sessions == 2  # one connection, greeted before and after TLS began


@pytest.mark.parametrize(
    ("step", "reply", "kind", "slows_all"),
    [
        ("MAIL", "550 5.7.1 not allowed to send as this", "stopped", False),
        ("MAIL", "552 too large", "failed", False),
        ("MAIL", "451 try later", "not_sent", True),
        ("RCPT", "550 5.1.1 no such user", "failed", False),
        ("RCPT", "450 greylisted", "not_sent", False),
        ("RCPT", "421 too many connections", "not_sent", True),
        ("DATA", "554 5.6.0 looks like spam", "failed", False),
        ("DATA", "452 out of storage", "not_sent", False),
        ("DATA", "250 2.0.0 OK: queued", "accepted", False),
    ],
)
def test_each_reply_has_one_meaning(server: MailServer, step: str, reply: str, kind: str, slows_all: bool) -> None:
    server.replies = lambda at, _what: reply if at == step else None
    transport = transport_to(server.port, server.ca_file)
    outcome = transport.send(OUTGOING)
    assert (outcome.kind, outcome.slows_all) == (kind, slows_all)


def test_after_a_refusal_the_next_notice_goes_out(server: MailServer) -> None:
    server.replies = lambda step, what: "550 5.1.1 <anna@customer.example> is no user" if step == "RCPT" and "anna" in what else None
    transport = transport_to(server.port, server.ca_file)
    refused = transport.send(OUTGOING)
    assert refused.kind == "failed"
    assert "anna" not in refused.detail
    assert transport.send(replace(OUTGOING, to_address="ben@customer.example")).kind == "accepted"
    transport.close()


def test_a_wrong_password_stops_the_dispatch(server: MailServer) -> None:
    outcome = transport_to(server.port, server.ca_file, password="another").send(OUTGOING)
    assert outcome.kind == "stopped"
    assert "$SMTP_PASSWORD" in outcome.detail


def test_a_login_without_a_password_is_a_fault_of_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="SMTP_PASSWORD"):
        transport_to(25, password="")
    with pytest.raises(ConfigurationError, match=r"dispatch\.smtp\.ca_file"):
        transport_to(25, ca_file=tmp_path / "missing.pem")


def test_without_a_server_nothing_left() -> None:
    outcome = transport_to(1).send(OUTGOING)
    assert (outcome.kind, outcome.slows_all) == ("not_sent", True)


@pytest.mark.parametrize("ends", ["hang", "close"])
@pytest.mark.parametrize(("lines_read", "kind"), [(0, "not_sent"), (1, "not_sent"), (2, "not_sent"), (3, "not_sent"), (4, "uncertain")])
def test_nobody_took_it_until_the_message_was_out_and_then_only_a_reply_tells(ends: str, lines_read: int, kind: str) -> None:
    """The server falls silent, or is gone, after so many of: EHLO, MAIL, RCPT, DATA."""
    with broken_server(lines_read, ends) as port:
        outcome = transport_to(port, security="none", username=None, timeout_seconds=0.3).send(OUTGOING)
    assert outcome.kind == kind


def test_nothing_secret_or_personal_is_logged_not_even_for_debugging(server: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="tasks")
    transport = transport_to(server.port, server.ca_file)
    assert PASSWORD not in transport.send(OUTGOING).detail
    assert "anna" not in caplog.text
    transport.close()


@contextmanager
def broken_server(lines_answered: int, ends: str) -> Iterator[int]:
    """A server that answers the greeting and so many commands, and then hangs or closes; in the message it reads to its end first."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 broken\r\n")
            for number, line in enumerate(lines):
                if number == lines_answered:
                    break
                connection.sendall(b"354 go on\r\n" if line.upper().startswith(b"DATA") else b"250 OK\r\n")
            if lines_answered == 4:
                while lines.readline() != b".\r\n":
                    pass
            if ends == "hang":
                done.wait(10)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    done.set()
    thread.join()
    listener.close()
