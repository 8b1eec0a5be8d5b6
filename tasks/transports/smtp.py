"""SMTP: the transport for a mail server, over TLS and with a login where it asks for one.

In: an outgoing notice. Out: one SMTP transaction, and what the server's replies say of it (RFC 5321).
Up to the end of the message the server has promised nothing; from then on only its reply tells.
"""

from __future__ import annotations

import queue
import re
import smtplib
import ssl
from contextlib import suppress

from tasks.errors import ConfigurationError
from tasks.settings import DispatchSettings, SmtpSettings
from tasks.transports.eml import email_of
from tasks.transports.envelope import Sender, Unsendable, recipient_of
from tasks.transports.protocol import Outcome, Outgoing

_LONGEST_WORDS = 500
_TOO_LARGE = 552


class SmtpTransport:
    """Sends notices through a mail server. Raises ConfigurationError for a login, certificate file or address that cannot be used."""

    name = "smtp"

    def __init__(self, settings: DispatchSettings, password: str | None) -> None:
        self._sender = Sender.of(settings)
        self._settings = settings.smtp
        self._password = password or ""
        self._tls = _tls_context(settings.smtp)
        if settings.smtp.username and not password:
            raise ConfigurationError(
                ["$SMTP_PASSWORD is not set; expected the password of this login there, or in the Prefect Secret block smtp-password"]
            )
        self.most_at_once = settings.smtp.max_connections
        self._idle: queue.LifoQueue[smtplib.SMTP] = queue.LifoQueue()

    def send(self, outgoing: Outgoing) -> Outcome:
        """One transaction on a connection of its own; `uncertain` only when no reply came to the end of the message."""
        try:
            recipient, content = recipient_of(outgoing), bytes(email_of(outgoing, self._sender))
        except Unsendable as error:
            return Outcome("failed", f"{outgoing.kind} {outgoing.notice_id}: {error}")
        session = self._kept()
        if session is None:
            try:
                session = self._connected()
            except _Refused as refusal:
                return refusal.outcome
        outcome = _Transaction(session, self._settings).carry_out(self._sender.from_email, recipient, content)
        if session.sock is not None:
            self._idle.put(session)
        return outcome

    def problems(self) -> list[str]:
        """Connect, encrypt, log in, and leave; nothing is sent."""
        try:
            session = self._connected()
        except _Refused as refusal:
            return [refusal.outcome.detail]
        _leave(session)
        return []

    def close(self) -> None:
        """Leave the server."""
        while True:
            try:
                _leave(self._idle.get_nowait())
            except queue.Empty:
                return

    def _kept(self) -> smtplib.SMTP | None:
        """A connection of an earlier notice that is still good; a server may have closed it meanwhile."""
        while True:
            try:
                session = self._idle.get_nowait()
            except queue.Empty:
                return None
            try:
                if session.rset()[0] == 250:
                    return session
            except (smtplib.SMTPException, OSError):
                pass
            session.close()

    def _connected(self) -> smtplib.SMTP:
        """A new connection, encrypted and logged in. Raises _Refused."""
        server, place = self._settings, f"{self._settings.host}:{self._settings.port_in_use}"
        assert server.host is not None, "the schema asks for a host"
        try:
            if server.security == "tls":
                session: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port_in_use, timeout=server.timeout_seconds, context=self._tls)
            else:
                session = smtplib.SMTP(server.host, server.port_in_use, timeout=server.timeout_seconds)
        except (smtplib.SMTPException, OSError) as error:
            raise _Refused(Outcome("not_sent", f"{place}: no connection to the mail server ({_in_words(error)})", slows_all=True)) from None
        try:
            session.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                session.starttls(context=self._tls)
                session.ehlo()
            if server.username:
                session.login(server.username, self._password)
        except (smtplib.SMTPException, OSError) as error:
            session.close()
            raise _Refused(_refusal(place, error)) from None
        return session


class _Refused(Exception):
    """There is no connection to send on."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome


class _Transaction:
    """One message on one connection, step by step; a reply of 421 or a broken connection ends the connection, too."""

    def __init__(self, session: smtplib.SMTP, settings: SmtpSettings) -> None:
        self._session = session
        self._place = f"{settings.host}:{settings.port_in_use}"

    def carry_out(self, sender: str, recipient: str, content: bytes) -> Outcome:
        """MAIL, RCPT, DATA and the message itself."""
        try:
            return self._before_the_message(sender, recipient) or self._message(content)
        except (smtplib.SMTPException, OSError) as error:
            self._session.close()
            return Outcome(
                "not_sent", f"{self._place}: the connection broke before the message was sent ({_in_words(error)})", slows_all=True
            )

    def _before_the_message(self, sender: str, recipient: str) -> Outcome | None:
        """The outcome of a reply that ends the transaction before the message leaves, or None."""
        code, words = self._session.mail(sender)
        if code != 250:
            permanent = Outcome(
                "failed" if code == _TOO_LARGE else "stopped",
                f"{self._said(code, words)} to MAIL FROM; name an address in dispatch.from_email that may send, then dispatch again",
            )
            return self._given_up(code, words, permanent, slows_all=True)
        code, words = self._session.rcpt(recipient)
        if code not in (250, 251):
            return self._given_up(code, words, Outcome("failed", f"{self._said(code, words)} to the customer's address"), slows_all=False)
        code, words = self._session.docmd("DATA")
        if code != 354:
            return self._given_up(code, words, Outcome("failed", f"{self._said(code, words)} to DATA"), slows_all=False)
        return None

    def _message(self, content: bytes) -> Outcome:
        """Send the message; without a whole reply to its end nobody knows."""
        quoted = re.sub(rb"(?m)^\.", b"..", content)
        try:
            self._session.send(quoted + (b"" if quoted.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            code, words = self._session.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._session.close()
            return Outcome("uncertain", f"{self._place}: the mail server gave no reply to the message ({_in_words(error)})")
        if 200 <= code < 300:
            return Outcome("accepted", f"taken by {self._place}", provider_id=_scrubbed(words)[:_LONGEST_WORDS] or None)
        if not 400 <= code < 600:
            self._session.close()
            return Outcome("uncertain", f"{self._said(code, words)}, which is no reply to a message")
        return self._given_up(code, words, Outcome("failed", f"{self._said(code, words)} to the message"), slows_all=False)

    def _given_up(self, code: int, words: bytes, permanent: Outcome, *, slows_all: bool) -> Outcome:
        """5xx refuses for good; anything else is for now, and 421 means that the server closes the connection."""
        if 500 <= code < 600:
            return permanent
        if not 400 <= code < 500 or code == 421:
            self._session.close()
        return Outcome("not_sent", self._said(code, words), slows_all=slows_all or code == 421)

    def _said(self, code: int, words: bytes) -> str:
        return f"{self._place}: the mail server replied {code} {_scrubbed(words)}".rstrip()[:_LONGEST_WORDS]


def _refusal(place: str, error: Exception) -> Outcome:
    """What a fault while greeting, encrypting or logging in means."""
    if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= 500:
        return Outcome(
            "stopped",
            f"{place}: the login is refused ({error.smtp_code}); correct dispatch.smtp.username or $SMTP_PASSWORD, then dispatch again",
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Outcome(
            "stopped", f"{place}: {_in_words(error)}; correct dispatch.smtp.security (tls, starttls) or username, then dispatch again"
        )
    return Outcome("not_sent", f"{place}: the mail server could not be used ({_in_words(error)})", slows_all=True)


def _tls_context(settings: SmtpSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            [f"dispatch.smtp.ca_file: {settings.ca_file} holds no certificates that can be read ({error}); expected a PEM file"]
        ) from None


def _leave(session: smtplib.SMTP) -> None:
    with suppress(smtplib.SMTPException, OSError):
        session.quit()
    session.close()


def _in_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_scrubbed(error.smtp_error)}"[:_LONGEST_WORDS]
    return (_scrubbed(str(error).encode()) or type(error).__name__)[:_LONGEST_WORDS]


def _scrubbed(words: bytes | str) -> str:
    """A server's words on one line, without an address that it may repeat."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return re.sub(r"\S*@\S*", "<address>", " ".join(text.split()))
