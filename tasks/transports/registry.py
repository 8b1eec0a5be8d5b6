"""Registry: the transports by the names that the configuration has for them.

In: the dispatch settings, their secrets, and a clock. Out: the transport that they ask for, ready to send.
"""

from __future__ import annotations

from collections.abc import Callable

from tasks.errors import ConfigurationError
from tasks.runs import Clock
from tasks.settings import DispatchSettings, secret
from tasks.transports.protocol import Transport


def transport_for(settings: DispatchSettings, clock: Clock) -> Transport:
    """Return the configured transport.

    Raises ConfigurationError if there is none of that name, or if its addresses, its secret or its other settings cannot be used.
    """
    make = TRANSPORTS.get(settings.transport)
    if make is None:
        known = ", ".join(sorted(TRANSPORTS))
        raise ConfigurationError([f"dispatch.transport: {settings.transport!r} is no transport; expected one of {known}"])
    return make(settings, clock)


# Each is imported only by a shop that uses it.
def _outbox(settings: DispatchSettings, _clock: Clock) -> Transport:
    from tasks.transports.outbox import OutboxTransport

    return OutboxTransport(settings)


def _smtp(settings: DispatchSettings, _clock: Clock) -> Transport:
    from tasks.transports.smtp import SmtpTransport

    return SmtpTransport(settings, secret("SMTP_PASSWORD"))


def _sendgrid(settings: DispatchSettings, clock: Clock) -> Transport:
    from tasks.transports.sendgrid import SendGridTransport

    return SendGridTransport(settings, secret("SENDGRID_API_KEY"), clock)


TRANSPORTS: dict[str, Callable[[DispatchSettings, Clock], Transport]] = {"outbox": _outbox, "smtp": _smtp, "sendgrid": _sendgrid}
