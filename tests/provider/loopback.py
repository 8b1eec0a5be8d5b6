"""The provider: an HTTP server on loopback in a thread of its own, with SendGrid's paths and books of its own."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import trustme

from tests.provider import description
from tests.provider.behaviour import ACCEPT, Behaviour, Script, always, refuse
from tests.provider.records import Records, Taken

API_KEY = "SG.loopback.only"
SCOPES = ["mail.send", "scopes.read"]


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def json(self) -> dict[str, Any]:
        document = json.loads(self.body)
        assert isinstance(document, dict)
        return document

    @property
    def notice_id(self) -> str:
        notice_id = self.json["custom_args"]["notice_id"]
        assert isinstance(notice_id, str)
        return notice_id


@dataclass
class Books:
    """What the provider knows, in the order in which it learned it. `most_open`: requests under way at one time."""

    requests: list[Request] = field(default_factory=list)
    taken: list[Request] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0

    def times_taken(self) -> dict[str, int]:
        """How often each notice was taken."""
        counts: dict[str, int] = {}
        for request in self.taken:
            counts[request.notice_id] = counts.get(request.notice_id, 0) + 1
        return counts


class Provider:
    """Use as a context: the server runs until its end."""

    def __init__(self, script: Script | None = None, latency_s: float = 0.0, certificate: trustme.LeafCert | None = None) -> None:
        self.script = script or always(ACCEPT)
        self.closes_after_answer = False
        self._tls = _tls_of(certificate) if certificate else None
        self.latency_s = latency_s
        self.scopes = list(SCOPES)
        self.books = Books()
        self.records = Records()
        self.port = 0
        self._sends = 0
        self._connections = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="provider")

    @property
    def base_url(self) -> str:
        return f"https://localhost:{self.port}" if self._tls else f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        starting = asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self._tls)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def restart_count(self) -> None:
        """The script's next message is the first."""
        self._sends = 0

    def call_later(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something after a while; called by a script, in the provider's own thread."""
        self._loop.call_later(seconds, action)

    async def _close(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        connection = self._connections
        try:
            while await self._request(reader, writer, connection):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int) -> bool:
        """One request and its answer; false when the connection ends with it."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        self.books.open_now += 1
        self.books.most_open = max(self.books.most_open, self.books.open_now)
        try:
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            behaviour = self._decide(Request(method, path, headers, body, connection))
            await asyncio.sleep(self.latency_s + behaviour.delay_s)
            if behaviour.fault == "hang":
                # Not a word, until the other side gives up.
                await reader.read(1)
                return False
            return await self._answer(writer, behaviour)
        finally:
            self.books.open_now -= 1

    def _decide(self, request: Request) -> Behaviour:
        self.books.requests.append(request)
        if request.headers.get("authorization") != f"Bearer {API_KEY}":
            return refuse(401, {"message": "The provided authorization grant is invalid, expired, or revoked", "field": None})
        if (request.method, request.path) == ("GET", "/v3/scopes"):
            return Behaviour(200, {"Content-Type": "application/json"}, json.dumps({"scopes": self.scopes}).encode())
        if (answer := self.records.answer(request.method, request.path, request.body)) is not None:
            return answer
        if (request.method, request.path) != ("POST", "/v3/mail/send"):
            return refuse(404, {"message": "not found", "field": None})
        self._sends += 1
        self.books.violations += description.violations(request.json)
        behaviour = self.script(self._sends, request.json)
        if behaviour.takes:
            self.books.taken.append(request)
            self.records.take(Taken(f"message-{len(self.books.taken)}", request.json, self.records.clock()))
        return behaviour

    async def _answer(self, writer: asyncio.StreamWriter, behaviour: Behaviour) -> bool:
        if behaviour.fault in ("reset", "close"):
            if behaviour.fault == "reset":
                # Closing without waiting for what lies in the buffers: the peer sees a reset.
                sock = writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        headers = {"Content-Length": str(len(behaviour.body)), **behaviour.headers}
        if behaviour.status == 202 and behaviour.has_message_id:
            headers["X-Message-Id"] = f"message-{len(self.books.taken)}"
        head = f"HTTP/1.1 {behaviour.status} Whatever\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if behaviour.fault == "half_head":
            writer.write(head[: len(head) // 2].encode())
            await writer.drain()
            return False
        if behaviour.fault == "half_body":
            writer.write(head.replace(f"Content-Length: {len(behaviour.body)}", "Content-Length: 1000").encode() + b"\r\n" + b"half")
            await writer.drain()
            return False
        writer.write(head.encode() + b"\r\n" + behaviour.body)
        await writer.drain()
        return not self.closes_after_answer


def _tls_of(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
