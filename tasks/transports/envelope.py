"""Envelope: who writes and to whom, checked, the same for every transport.

In: an outgoing notice and the dispatch settings. Out: addresses and names that can say nothing more to a mail server than they should.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.errors import ConfigurationError
from tasks.settings import DispatchSettings
from tasks.transports.addresses import usable_address
from tasks.transports.protocol import Outgoing

_NOTICE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


class Unsendable(ValueError):
    """This notice can never be sent as it is; the message says why, without the address."""


@dataclass(frozen=True)
class Sender:
    """Who writes: the From and Reply-To of every message, both checked."""

    from_email: str
    from_name: str | None
    reply_to: str | None

    @classmethod
    def of(cls, settings: DispatchSettings) -> Sender:
        """Raises ConfigurationError that names the key whose address cannot be used."""
        from_email = usable_address(settings.from_email)
        reply_to = usable_address(settings.reply_to) if settings.reply_to else None
        problems = []
        if from_email is None:
            problems.append(f"dispatch.from_email: {settings.from_email!r} is no e-mail address; expected one such as orders@shop.example")
        if settings.reply_to and reply_to is None:
            problems.append(f"dispatch.reply_to: {settings.reply_to!r} is no e-mail address; expected one such as help@shop.example")
        if from_email is None or problems:
            raise ConfigurationError(problems)
        return cls(from_email, settings.from_name, reply_to)


def recipient_of(outgoing: Outgoing) -> str:
    """Return the one address that the notice goes to; raises Unsendable for what no transport may let through."""
    if not _NOTICE_ID.fullmatch(outgoing.notice_id):
        raise Unsendable(f"the notice id {outgoing.notice_id!r} is none; expected letters, digits, '.', '_' and '-'")
    address = usable_address(outgoing.to_address)
    if address is None:
        raise Unsendable("the address is not exactly one usable e-mail address; correct the customer's row")
    if len(outgoing.subject.splitlines()) > 1 or outgoing.subject.endswith(("\r", "\n")):
        raise Unsendable("the subject holds a line break; correct the template subject.txt")
    return address


def display_name(name: str | None) -> str:
    """A name is only decoration: what could end a header is folded away."""
    return " ".join("".join(c if c.isprintable() else " " for c in name or "").split())
