"""Addresses: which e-mail addresses a transport takes.

In: an address as a feed or the configuration has it. Out: the address as it stands in a header, or none.
"""

from __future__ import annotations

import re

# RFC 5321: 64 octets before the @, 254 in all. Quoted local parts are legal, unused by people, and a way to smuggle: refused.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_LOCAL_LENGTH, _ADDRESS_LENGTH = 64, 254


def usable_address(address: str) -> str | None:
    """Return the one address that `address` is, its domain in ASCII, or None if it is not exactly one usable address."""
    local, at, domain = address.strip(" ").rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local) > _LOCAL_LENGTH:
        return None
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = ascii_domain.split(".")
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)):
        return None
    usable = f"{local}@{ascii_domain}"
    return usable if len(usable) <= _ADDRESS_LENGTH else None
