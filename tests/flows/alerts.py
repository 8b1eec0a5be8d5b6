"""A webhook on loopback that takes alerts, as a chat's does.

In: posts of `{"text": …}`. Out: their texts.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self
from uuid import UUID


class Alerts:
    """Use as a context: the server runs until its end."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        texts = self.texts

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                texts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        # The path is the secret, as in a chat's.
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks/a-secret-path"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def about(self, flow_run_id: UUID) -> str | None:
        """The first alert that names the flow run."""
        return next((text for text in self.texts if str(flow_run_id) in text), None)
