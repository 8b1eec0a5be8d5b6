"""A provider that takes every message after a while: SendGrid's answer to POST /v3/mail/send, from a process of its own.

In: `python -m benchmarks.provider LATENCY_MS`. Out: its port on stdout, and 202 for each request until stdin is closed.
It looks at nothing, so that it costs the machine as little as a provider elsewhere would.
"""

from __future__ import annotations

import asyncio
import re
import sys
from functools import partial

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


async def _serve(latency_s: float, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    taken = 0
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            await reader.readexactly(int(length[1]) if length else 0)
            await asyncio.sleep(latency_s)
            taken += 1
            writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nX-Message-Id: message-%d\r\n\r\n" % taken)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _main(latency_s: float) -> None:
    server = await asyncio.start_server(partial(_serve, latency_s), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_main(float(sys.argv[1]) / 1000))
