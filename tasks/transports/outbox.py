"""Outbox: the embedded transport, a folder with one `<notice_id>.eml` for each notice; what is for staff stands in `staff` within it.

In: an outgoing notice. Out: a whole file or none; the same notice again leaves the one file as it is.
"""

from __future__ import annotations

import os
from errno import EDQUOT, ENOSPC

from tasks.settings import DispatchSettings
from tasks.transports.eml import email_of
from tasks.transports.envelope import Sender, Unsendable
from tasks.transports.protocol import Outcome, Outgoing
from tasks.whole_files import write_whole


class OutboxTransport:
    """Writes notices into `settings.outbox.path`, which it makes when it is missing."""

    name = "outbox"
    most_at_once = None

    def __init__(self, settings: DispatchSettings) -> None:
        self._folder = settings.outbox.path
        self._sender = Sender.of(settings)

    def send(self, outgoing: Outgoing) -> Outcome:
        """`accepted` when the file is on the disk; `stopped` when the folder cannot take it; `failed` when it must not be written."""
        try:
            content = bytes(email_of(outgoing, self._sender))
        except Unsendable as error:
            return Outcome("failed", f"{outgoing.kind} {outgoing.notice_id}: {error}")
        folder = self._folder if outgoing.kind == "notice" else self._folder / "staff"
        target = folder / f"{outgoing.notice_id}.eml"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                write_whole(target, content)
            elif _undated(target.read_bytes()) != _undated(content):
                return Outcome("failed", f"{target}: holds another message under this id; nothing was overwritten")
        except OSError as error:
            return Outcome("stopped", self._what_to_do(error))
        return Outcome("accepted", f"written to {target}", provider_id=target.name)

    def problems(self) -> list[str]:
        """The folder, or the first one above it that exists, must be a folder that we may write to."""
        there = next(path for path in (self._folder, *self._folder.parents) if path.exists())
        if not there.is_dir():
            return [f"{there}: is no folder; name another in [dispatch.outbox] path"]
        if not os.access(there, os.W_OK | os.X_OK):
            return [f"{there}: cannot be written by this user; see to its permissions, or name another folder in [dispatch.outbox] path"]
        return []

    def close(self) -> None:
        """There is nothing to let go of."""

    def _what_to_do(self, error: OSError) -> str:
        if error.errno in (ENOSPC, EDQUOT):
            return f"{self._folder}: the disk is full; free some space or name another in [dispatch.outbox] path, then dispatch again"
        return (
            f"{self._folder}: cannot be written ({error.strerror or error}); make it a folder that this user may write to, "
            f"or name another in [dispatch.outbox] path, then dispatch again"
        )


def _undated(content: bytes) -> bytes:
    """A message without its Date: the same notice sent again later is the same notice."""
    headers, end, bodies = content.partition(b"\r\n\r\n")
    return b"\r\n".join(line for line in headers.split(b"\r\n") if not line.startswith(b"Date:")) + end + bodies
