"""Signature: whether a post of events comes from SendGrid, and lately (its Signed Event Webhook). The only importer of cryptography.

In: the public key that SendGrid shows, the two headers of a post, and its body, byte for byte. Out: why it is not believed, or None.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tasks.errors import ConfigurationError

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"

# How far SendGrid's clock may be ahead of ours.
_AHEAD = timedelta(minutes=5)
_PEM_LINE = re.compile(r"-----[A-Z ]+-----")


class SignatureCheck:
    """Holds posts against one public key. Raises ConfigurationError for what is no such key."""

    def __init__(self, public_key: str, max_age: timedelta) -> None:
        self._key = _key_of(public_key)
        self._max_age = max_age

    def refusal(self, signature: str | None, timestamp: str | None, body: bytes, now: datetime) -> str | None:
        """Why this post is not believed; None when it is. `body` is as it came, with its last line end."""
        if not signature or not timestamp:
            return "the post is not signed"
        if not re.fullmatch(r"[0-9]{1,11}", timestamp, re.ASCII):
            return "its timestamp is no time"
        try:
            self._key.verify(base64.b64decode(signature, validate=True), timestamp.encode() + body, ec.ECDSA(SHA256()))
        except (InvalidSignature, binascii.Error, ValueError):
            return "its signature is not SendGrid's"
        age = now - datetime.fromtimestamp(int(timestamp), UTC)
        if age > self._max_age:
            return f"it was signed more than {self._max_age / timedelta(minutes=1):g} minutes ago"
        return "it was signed in the future" if age < -_AHEAD else None


def _key_of(text: str) -> ec.EllipticCurvePublicKey:
    """A key on P-256: as SendGrid shows it (base64 of DER), or the same within the lines of a PEM file."""
    try:
        key = load_der_public_key(base64.b64decode("".join(_PEM_LINE.sub("", text).split()), validate=True))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise ConfigurationError(
        [
            "dispatch.sendgrid.webhook_public_key: is no public key on the curve P-256; expected the verification key that SendGrid shows "
            "under Settings, Mail Settings, Event Webhooks, Security features"
        ]
    )
