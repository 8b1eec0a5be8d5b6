"""Serving: the small web server that SendGrid's Event Webhook posts to. It writes to disk and never opens the warehouse.

In: signed posts of events. Out: files in the spool beside the warehouse, which `settle-deliveries` takes in; 204 once a post is on disk.
"""

from __future__ import annotations

import secrets
import socket
from datetime import UTC, timedelta
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tasks.errors import ConfigurationError, UsageError
from tasks.runs import Clock
from tasks.settings import Settings
from tasks.settling import spool
from tasks.settling.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, SignatureCheck

PATH = "/webhooks/sendgrid"
# SendGrid gathers events for some seconds; its posts are well below a megabyte.
LARGEST_POST = 10 * 1024 * 1024
# Ample for what is under way; a post that is cut off was not answered, and comes again.
_SHUTDOWN_S = 5


class Webhook:
    """The endpoints. A refusal tells the sender why, and nothing is logged: a post holds addresses."""

    def __init__(self, check: SignatureCheck, folder: Path, clock: Clock) -> None:
        self._check, self._folder, self._clock = check, folder, clock

    def app(self) -> Starlette:
        """The application, for a server."""
        return Starlette(routes=[Route(PATH, self.post, methods=["POST"]), Route("/health", self.health)])

    async def post(self, request: Request) -> Response:
        """Take a post: 204 when it is on disk, 401 when it is not SendGrid's or too old, 413 when too long, 503 when the disk is full."""
        try:
            body = await _body_of(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return _refused(413, f"a post has at most {LARGEST_POST} bytes")
        now = self._clock()
        refusal = self._check.refusal(request.headers.get(SIGNATURE_HEADER), request.headers.get(TIMESTAMP_HEADER), body, now)
        if refusal:
            return _refused(401, refusal)
        try:
            await run_in_threadpool(spool.put, self._folder, f"{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(8)}", body)
        except OSError as error:
            return _refused(503, f"the post cannot be kept now ({error.strerror})")
        return Response(status_code=204)

    async def health(self, _request: Request) -> Response:
        """That the server is up, and how many posts wait to be taken in."""
        return JSONResponse({"status": "ok", "waiting": len(await run_in_threadpool(spool.waiting, self._folder))})


def webhook_of(settings: Settings, clock: Clock) -> Webhook:
    """The webhook that the settings describe. Raises ConfigurationError without a public key, or for one that is none."""
    sendgrid = settings.dispatch.sendgrid
    if not sendgrid.webhook_public_key:
        raise ConfigurationError(
            [
                "dispatch.sendgrid.webhook_public_key: is missing; expected the verification key of SendGrid's Signed Event Webhook, since "
                "posts that anybody could have sent are not taken (docs/settling.md)"
            ]
        )
    check = SignatureCheck(sendgrid.webhook_public_key, timedelta(minutes=sendgrid.webhook_max_age_minutes))
    return Webhook(check, settings.warehouse.spool_path, clock)


def listen(host: str, port: int) -> socket.socket:
    """A socket to serve on. Raises UsageError for an address that cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        # From here on nobody is turned away: what comes before the server is up waits for it.
        listening.listen()
    except (OSError, OverflowError) as error:
        listening.close()
        raise UsageError(f"--host {host} --port {port}: cannot be listened on ({getattr(error, 'strerror', None) or error})") from None
    return listening


def serve(webhook: Webhook, listening: socket.socket) -> None:
    """Serve until the process is told to end; what is under way has some seconds to finish."""
    config = uvicorn.Config(
        webhook.app(), access_log=False, log_config=None, server_header=False, lifespan="off", timeout_graceful_shutdown=_SHUTDOWN_S
    )
    uvicorn.Server(config).run(sockets=[listening])


async def _body_of(request: Request) -> bytes | None:
    """The body byte for byte; None as soon as it is longer than a post may be."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_POST:
            return None
    return bytes(body)


def _refused(status: int, reason: str) -> Response:
    return JSONResponse({"refused": reason}, status_code=status)
