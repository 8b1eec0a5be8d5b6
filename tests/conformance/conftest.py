"""A bench for each transport: how to make one, how to see what left through it, and how to take its way out away.

A new transport gets one more Bench in BENCHES and passes tests/conformance/test_every_transport.py as it stands.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

import pytest

from tasks.settings import DispatchSettings, OutboxSettings
from tasks.transports import transport_for
from tasks.transports.protocol import Transport


@dataclass(frozen=True)
class Arrived:
    """One message as it came out at the other end."""

    notice_id: str
    to_addresses: tuple[str, ...]
    to_name: str
    from_address: str
    from_name: str
    reply_to: str
    subject: str
    text: str
    html: str
    others: tuple[str, ...] = ()  # whom else it reached


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
    )


class OutboxBench:
    """The other end is the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "var" / "outbox"
        self._settings = DispatchSettings(
            from_email="orders@shop.example", from_name="The Shop", reply_to="help@shop.example", outbox=OutboxSettings(path=self._folder)
        )

    def transport(self) -> Transport:
        return transport_for(self._settings)

    def arrived(self) -> list[Arrived]:
        return [arrived_email(path.read_bytes()) for path in sorted(self._folder.glob("**/*"))]

    def take_the_way_out_away(self) -> None:
        self._folder.parent.mkdir(parents=True)
        self._folder.write_text("a file where the folder should be")


BENCHES: dict[str, Callable[[Path], Bench]] = {
    "outbox": OutboxBench,
}


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    return BENCHES[request.param](tmp_path)


@pytest.fixture
def transport(bench: Bench) -> Iterator[Transport]:
    transport = bench.transport()
    yield transport
    transport.close()
