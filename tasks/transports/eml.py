"""EML: one notice as an Internet message (RFC 5322), the same for a folder and for SMTP.

In: an outgoing notice and who writes. Out: an EmailMessage whose bytes depend on nothing else: no clock, no random boundary.
"""

from __future__ import annotations

import hashlib
from datetime import UTC
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage

from tasks.transports.envelope import Sender, Unsendable, display_name, recipient_of
from tasks.transports.protocol import Outgoing

# Seven bits only: what leaves needs no extension of any server on its way.
_POLICY = policy.SMTP.clone(cte_type="7bit")


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
    message[outgoing.id_header] = outgoing.notice_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(outgoing.body_text)
    message.add_alternative(outgoing.body_html, subtype="html")
    if any(len(str(value).splitlines()) > 1 for value in message.values()):
        raise Unsendable("a header holds a line break; correct the customer's name or the template subject.txt")
    # "=_" can stand in no base64 and no quoted-printable body.
    message.set_boundary(f"=_tellwhen_{hashlib.sha256(outgoing.notice_id.encode()).hexdigest()[:32]}")
    return message


def _mailbox(name: str | None, address: str) -> Address:
    return Address(display_name=_without_encoded_words(display_name(name)), addr_spec=address)


def _without_encoded_words(text: str) -> str:
    """Python's email package decodes `=?utf-8?q?…?=` in a value, line breaks and all: a name could add a Bcc. It is taken apart."""
    return text.replace("=?", "= ?")
