"""Kept connections: requests over HTTP that keep their connections, have time-outs, follow nothing, and know whether they left.

In: one request. Out: a whole answer, or an exception that says on which side of the wire the request stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

# An answer is a few words; what is longer is no answer of the provider's.
_LONGEST_ANSWER = 1 << 20


class NeverLeft(Exception):
    """There was no connection to send the request on: nobody has it."""


class NoAnswer(Exception):
    """The request, or a part of it, left, and no whole answer came: nobody knows what became of it."""


@dataclass(frozen=True)
class Answer:
    """A whole answer. The names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class KeptConnections:
    """Connections to one host, kept open between requests; may be used from several threads at once."""

    def __init__(self, base_url: str, *, most: int, connect_timeout_s: float, read_timeout_s: float) -> None:
        url = urllib3.util.parse_url(base_url)
        pool = _TlsPool if url.scheme == "https" else _PlainPool
        self._path = (url.path or "").rstrip("/")
        self._pool = pool(
            url.host or "",
            url.port,
            maxsize=most,
            timeout=urllib3.Timeout(connect=connect_timeout_s, read=read_timeout_s),
            # Whether to try again is the dispatch's to decide, and a redirect would make a GET of a POST.
            retries=False,
        )

    def request(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """Carry out one request, once. Raises NeverLeft, or NoAnswer for anything after the connection stood."""
        try:
            response = self._pool.urlopen(
                method, self._path + path, body=body, headers=headers, redirect=False, preload_content=False, decode_content=True
            )
            content = _whole(response)
        except (HTTPError, OSError) as error:
            raise NoAnswer(_in_words(error)) from None
        return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, content)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


def _whole(response: BaseHTTPResponse) -> bytes:
    """The answer's body, read to its end; only then is its connection kept. Raises NoAnswer for one without an end."""
    is_whole = False
    try:
        content = response.read(_LONGEST_ANSWER)
        is_whole = len(content) < _LONGEST_ANSWER
    finally:
        if not is_whole:
            response.close()
    if not is_whole:
        raise NoAnswer(f"the answer is longer than {_LONGEST_ANSWER} bytes")
    return content


class _SaysWhetherItStands:
    """A connection counts from the end of its TLS handshake, in which the certificate is verified."""

    def connect(self) -> None:
        try:
            super().connect()  # type: ignore[misc]
        except (HTTPError, OSError) as error:
            raise NeverLeft(_in_words(error)) from None


class _PlainConnection(_SaysWhetherItStands, HTTPConnection):
    pass


class _TlsConnection(_SaysWhetherItStands, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


def _in_words(error: BaseException) -> str:
    """The innermost cause, without the objects that urllib3 names in its sentences."""
    cause: Any = error
    while (inner := getattr(cause, "reason", None)) and isinstance(inner, BaseException):
        cause = inner
    while isinstance(cause.__cause__, BaseException):
        cause = cause.__cause__
    words = str(cause).rpartition(">: ")[2] or type(cause).__name__
    return f"{type(cause).__name__}: {words}"
