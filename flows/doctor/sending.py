"""Can notices leave: the sender's address, the credentials, the way out? Nothing is sent to find out.

In: the dispatch settings and what the transport says stands in the way. Out: findings; no secret is in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flows.doctor.finding import Finding, ok, problem
from tasks.settings import DispatchSettings

CHECK, SENDER_CHECK = "sending", "sender"
# RFC 2606: mail from these reaches nobody, and no answer to it comes back.
NOBODYS_DOMAINS = ("example", "invalid", "test", "localhost", "example.com", "example.net", "example.org")


def findings(settings: DispatchSettings, obstacles: Sequence[str]) -> Iterator[Finding]:
    """`obstacles` is what the transport's `problems()` said."""
    stays_here = settings.transport == "outbox"
    for obstacle in obstacles:
        yield problem(CHECK, f"{settings.transport}: {obstacle}", "mend what it names; until then all notices stay pending")
    if not obstacles:
        folder = f"writes messages into the folder {settings.outbox.path}, from where no customer gets them"
        yield ok(CHECK, f"{settings.transport}: {folder if stays_here else 'would take messages'}")
    addresses = {"from_email": settings.from_email, "reply_to": settings.reply_to or settings.from_email}
    nobodys = [key for key, address in addresses.items() if _is_nobodys(address)]
    if nobodys and not stays_here:
        found = f"dispatch.{nobodys[0]}: {addresses[nobodys[0]]} is of a domain that is kept free for examples"
        yield problem(SENDER_CHECK, found, "name an address of your shop, from a domain that your provider may send for")
    else:
        yield ok(SENDER_CHECK, f"messages come from {addresses['from_email']}, answers go to {addresses['reply_to']}")


def _is_nobodys(address: str) -> bool:
    domain = address.rpartition("@")[2].lower()
    return any(domain == free or domain.endswith(f".{free}") for free in NOBODYS_DOMAINS)
