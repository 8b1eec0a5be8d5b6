"""A mail server on loopback: STARTTLS or TLS from the start, with a login, and replies that a test can script."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

USERNAME, PASSWORD = "shop", "a secret of loopback"

# Of a step (MAIL, RCPT, DATA) and what it names: the reply to give instead, or None to go on.
Replies = Callable[[str, str], str | None]


class _Server(Controller):
    """aiosmtpd's controller, with our server behind it."""

    def __init__(self, mail_server: MailServer, **options: Any) -> None:
        self._mail_server = mail_server
        super().__init__(mail_server, hostname="127.0.0.1", port=0, **options)

    def factory(self) -> SMTP:
        mine = self._mail_server
        return SMTP(
            mine,
            hostname="mail.loopback",
            tls_context=mine.context if mine.security == "starttls" else None,
            require_starttls=mine.security == "starttls",
            authenticator=mine.authenticate,
            auth_required=True,
            auth_require_tls=mine.security == "starttls",
            enable_SMTPUTF8=False,
        )

    def _trigger_server(self) -> None:
        """The system chose the port; aiosmtpd makes sure of the server by connecting to it."""
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class MailServer:
    """Use as a context: the server runs until its end. `taken`: (sender, recipients, content) in the order in which they came."""

    def __init__(self, folder: Path, security: str = "starttls", replies: Replies | None = None) -> None:
        authority = trustme.CA()
        self.ca_file = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(self.context)
        self.security = security
        self.password = PASSWORD
        self.replies = replies or (lambda _step, _what: None)
        self.taken: list[tuple[str, list[str], bytes]] = []
        self.sessions = 0
        self._controller = _Server(self, ssl_context=self.context if security == "tls" else None)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    @property
    def port(self) -> int:
        """The port that the system chose."""
        return int(self._controller.port)

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: Any) -> AuthResult:
        return AuthResult(success=(login.login, login.password) == (USERNAME.encode(), self.password.encode()), handled=False)

    async def handle_EHLO(self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if (reply := self.replies("MAIL", address)) is not None:
            return reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:
        if (reply := self.replies("RCPT", address)) is not None:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if (reply := self.replies("DATA", str(envelope.mail_from))) is not None:
            return reply
        assert envelope.mail_from is not None
        assert isinstance(envelope.content, bytes)
        self.taken.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return "250 2.0.0 OK: queued as LOOPBACK"
