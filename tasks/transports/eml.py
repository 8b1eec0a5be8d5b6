"""EML: one notice as an Internet message (RFC 5322), the same for a folder and for SMTP.

In: an outgoing notice and who writes. Out: an EmailMessage whose bytes depend on nothing else: no clock, no random boundary.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage

from tasks.errors import ConfigurationError
from tasks.settings import DispatchSettings
from tasks.transports.addresses import usable_address
from tasks.transports.protocol import Outgoing

# Seven bits only: what leaves needs no extension of any server on its way.
_POLICY = policy.SMTP.clone(cte_type="7bit")
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


def email_of(outgoing: Outgoing, sender: Sender) -> EmailMessage:
    """Build the message. The Message-ID and the boundary derive from the notice id; Date is `written_at`, or none.

    Raises Unsendable if the notice id, the address or the subject would say more to a mail server than they should.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = _mailbox(sender.from_name, sender.from_email)
    message["To"] = _mailbox(outgoing.to_name, recipient_of(outgoing))
    if sender.reply_to:
        message["Reply-To"] = _mailbox(None, sender.reply_to)
    message["Subject"] = _without_encoded_words(outgoing.subject)
    if outgoing.written_at is not None:
        message["Date"] = outgoing.written_at.astimezone(UTC)
    message["Message-ID"] = f"<{outgoing.notice_id}@{sender.from_email.rpartition('@')[2]}>"
    message["X-Tellwhen-Notice-Id"] = outgoing.notice_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(outgoing.body_text)
    message.add_alternative(outgoing.body_html, subtype="html")
    if any(len(str(value).splitlines()) > 1 for value in message.values()):
        raise Unsendable("a header holds a line break; correct the customer's name or the template subject.txt")
    # "=_" can stand in no base64 and no quoted-printable body.
    message.set_boundary(f"=_tellwhen_{hashlib.sha256(outgoing.notice_id.encode()).hexdigest()[:32]}")
    return message


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


def _mailbox(name: str | None, address: str) -> Address:
    """A name is only decoration: what could end a header is folded away."""
    printable = " ".join("".join(c if c.isprintable() else " " for c in name or "").split())
    return Address(display_name=_without_encoded_words(printable), addr_spec=address)


def _without_encoded_words(text: str) -> str:
    """Python's email package decodes `=?utf-8?q?…?=` in a value, line breaks and all: a name could add a Bcc. It is taken apart."""
    return text.replace("=?", "= ?")
