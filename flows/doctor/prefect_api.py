"""Prefect's REST API, asked in plain HTTP: importing Prefect takes seconds, and would start what it cannot find.

In: where the server is, and a path. Out: its answer as JSON, or `Unreachable` with a sentence that holds no secret.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from base64 import b64encode
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.parse import unquote, urlsplit

from tasks.settings import PrefectAccess

TIMEOUT_S = 3.0


class Unreachable(Exception):
    """The server did not answer as Prefect's API does; the message says how."""


@dataclass(frozen=True)
class Address:
    """The server's address without the name and password that may stand in it: those go into `authorization`, which is never shown."""

    url: str
    authorization: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, access: PrefectAccess) -> Address:
        """As Prefect's own client understands it. Raises Unreachable for what is no address of the web, without repeating it."""
        try:
            parts = urlsplit(access.url)
            host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
            place = host if parts.port is None else f"{host}:{parts.port}"
        except ValueError:
            raise Unreachable("is no address; expected such as http://127.0.0.1:4200/api") from None
        if parts.scheme not in ("http", "https") or not host:
            raise Unreachable("is no address; expected such as http://127.0.0.1:4200/api")
        in_url = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
        basic = access.auth_string or in_url
        authorization = f"Bearer {access.key}" if access.key else f"Basic {b64encode(basic.encode()).decode()}" if basic else None
        return cls(f"{parts.scheme}://{place}{parts.path.rstrip('/')}", authorization)


def ask(address: Address, path: str, body: dict[str, Any] | None = None) -> Any:
    """GET, or POST where there is a body. Raises Unreachable."""
    content = None if body is None else json.dumps(body).encode()
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    if address.authorization:
        headers["Authorization"] = address.authorization
    try:
        request = urllib.request.Request(address.url + path, data=content, headers=headers)
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        wants = {401: "it wants PREFECT_API_KEY or PREFECT_API_AUTH_STRING", 403: "this key may not", 404: "expected …/api at its end"}
        raise Unreachable(f"answers {error.code} to {path}; {wants.get(error.code, 'see its log')}") from None
    except urllib.error.URLError as error:
        raise Unreachable(f"cannot be reached ({error.reason})") from None
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(f"does not answer as Prefect does ({error or type(error).__name__})") from None
