"""Registry: the transports by the names that the configuration has for them.

In: the dispatch settings. Out: the transport that they ask for, ready to send.
"""

from __future__ import annotations

from collections.abc import Callable

from tasks.errors import ConfigurationError
from tasks.settings import DispatchSettings
from tasks.transports.outbox import OutboxTransport
from tasks.transports.protocol import Transport

TRANSPORTS: dict[str, Callable[[DispatchSettings], Transport]] = {
    "outbox": OutboxTransport,
}


def transport_for(settings: DispatchSettings) -> Transport:
    """Return the configured transport. Raises ConfigurationError if there is none of that name or an address is unusable."""
    make = TRANSPORTS.get(settings.transport)
    if make is None:
        known = ", ".join(sorted(TRANSPORTS))
        raise ConfigurationError([f"dispatch.transport: {settings.transport!r} is no transport; expected one of {known}"])
    return make(settings)
