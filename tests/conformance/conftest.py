"""A bench for each transport: how to make one, how to see what left through it, and how to take its way out away.

A new transport gets one more Bench in BENCHES and passes tests/conformance/test_every_transport.py as it stands.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

import pytest

from tasks.settings import DispatchSettings, OutboxSettings, SendGridSettings, SmtpSettings, provide_secrets
from tasks.transports import transport_for
from tasks.transports.protocol import Transport
from tests.provider.behaviour import always, refuse
from tests.provider.loopback import API_KEY, Provider, Request
from tests.provider.mail_server import PASSWORD, USERNAME, MailServer

WHO = {"from_email": "orders@shop.example", "from_name": "The Shop", "reply_to": "help@shop.example"}


def clock() -> datetime:
    return datetime(2026, 11, 24, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Arrived:
    """One message as it came out at the other end."""

    notice_id: str | None
    to_addresses: tuple[str, ...]
    to_name: str
    from_address: str
    from_name: str
    reply_to: str
    subject: str
    text: str
    html: str
    others: tuple[str, ...] = ()  # whom else it reached
    digest_id: str | None = None


class Bench(Protocol):
    """A transport with its other end in sight."""

    def transport(self) -> Transport: ...

    def arrived(self) -> list[Arrived]: ...

    def take_the_way_out_away(self) -> None: ...


def arrived_email(content: bytes) -> Arrived:
    """Read a message as a mail program does; for every transport that speaks RFC 5322."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    sender, recipients = message["From"].addresses[0], message["To"].addresses
    return Arrived(
        message["X-Tellwhen-Notice-Id"],
        tuple(recipient.addr_spec for recipient in recipients),
        recipients[0].display_name,
        sender.addr_spec,
        sender.display_name,
        message["Reply-To"].addresses[0].addr_spec,
        message["Subject"],
        text.get_content().replace("\r\n", "\n"),  # line ends of the wire
        html.get_content().replace("\r\n", "\n"),
        tuple(str(message[name]) for name in ("Cc", "Bcc") if message[name]),
        message["X-Tellwhen-Digest-Id"],
    )


class OutboxBench:
    """The other end is the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "var" / "outbox"
        self._settings = DispatchSettings(**WHO, outbox=OutboxSettings(path=self._folder))

    def transport(self) -> Transport:
        return transport_for(self._settings, clock)

    def arrived(self) -> list[Arrived]:
        return [arrived_email(path.read_bytes()) for path in sorted(self._folder.glob("**/*.eml"))]

    def take_the_way_out_away(self) -> None:
        self._folder.parent.mkdir(parents=True)
        self._folder.write_text("a file where the folder should be")


class SendGridBench:
    """The other end is a provider on loopback that speaks SendGrid's API."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._settings = DispatchSettings(**WHO, transport="sendgrid", sendgrid=SendGridSettings(base_url=provider.base_url))

    def transport(self) -> Transport:
        provide_secrets({"SENDGRID_API_KEY": API_KEY})
        return transport_for(self._settings, clock)

    def arrived(self) -> list[Arrived]:
        assert self._provider.books.violations == []
        return [arrived_request(request) for request in self._provider.books.taken]

    def take_the_way_out_away(self) -> None:
        self._provider.script = always(refuse(403, {"message": "access forbidden", "field": None}))
        self._provider.scopes = []


class SmtpBench:
    """The other end is a mail server on loopback, over TLS and with a login."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._settings = DispatchSettings(
            **WHO,
            transport="smtp",
            smtp=SmtpSettings(host="localhost", port=server.port, security="starttls", username=USERNAME, ca_file=server.ca_file),
        )

    def transport(self) -> Transport:
        provide_secrets({"SMTP_PASSWORD": PASSWORD})
        return transport_for(self._settings, clock)

    def arrived(self) -> list[Arrived]:
        arrived = []
        for sender, recipients, content in self._server.taken:
            one = arrived_email(content)
            assert (sender, tuple(recipients)) == (one.from_address, one.to_addresses)
            arrived.append(one)
        return arrived

    def take_the_way_out_away(self) -> None:
        self._server.password = "another"


def arrived_request(request: Request) -> Arrived:
    """Read a request to SendGrid as SendGrid does."""
    body = request.json
    (personalization,) = body["personalizations"]
    contents = {content["type"]: content["value"] for content in body["content"]}
    notice_id, digest_id = (body["headers"].get(f"X-Tellwhen-{kind}-Id") for kind in ("Notice", "Digest"))
    # An event settles the notice that it names: a digest names none.
    assert body["custom_args"] == ({"notice_id": notice_id, "run_id": "run-1"} if notice_id else {"digest_id": digest_id})
    return Arrived(
        notice_id,
        tuple(recipient["email"] for recipient in personalization["to"]),
        personalization["to"][0].get("name", ""),
        body["from"]["email"],
        body["from"]["name"],
        body["reply_to"]["email"],
        body["subject"],
        contents["text/plain"],
        contents["text/html"],
        tuple(str(personalization[name]) for name in ("cc", "bcc") if name in personalization),
        digest_id,
    )


@contextmanager
def outbox_bench(folder: Path) -> Iterator[Bench]:
    yield OutboxBench(folder)


@contextmanager
def sendgrid_bench(_folder: Path) -> Iterator[Bench]:
    with Provider() as provider:
        yield SendGridBench(provider)


@contextmanager
def smtp_bench(folder: Path) -> Iterator[Bench]:
    with MailServer(folder) as server:
        yield SmtpBench(server)


BENCHES: dict[str, Callable[[Path], AbstractContextManager[Bench]]] = {
    "outbox": outbox_bench,
    "sendgrid": sendgrid_bench,
    "smtp": smtp_bench,
}


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with BENCHES[request.param](tmp_path) as bench:
        yield bench


@pytest.fixture
def transport(bench: Bench) -> Iterator[Transport]:
    transport = bench.transport()
    yield transport
    transport.close()
