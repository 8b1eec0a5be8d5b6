"""A real Chromium without a window, driven over its own protocol.

In: a page's address, light or dark, the size of the window. Out: what it requested, what its console said, what its scripts find, pictures.
"""

from __future__ import annotations

import base64
import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from websockets.sync.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_LONGEST_WAIT_S = 120.0
_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-background-networking --disable-sync "
    "--disable-extensions --disable-component-update --hide-scrollbars --remote-debugging-port=0"
).split()


@dataclass
class Page:
    """One open page, and all that was heard of it."""

    socket: ClientConnection
    session: str = ""
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; raises AssertionError for an error."""
        number = next(self.numbers)
        call = {"id": number, "method": method, "params": parameters, **({"sessionId": self.session} if self.session else {})}
        self.socket.send(json.dumps(call))
        while True:
            message = json.loads(self.socket.recv(timeout=_LONGEST_WAIT_S))
            if message.get("id") == number:
                assert "error" not in message, f"{method}: {message['error']}"
                result: dict[str, Any] = message["result"]
                return result
            self._hear(message)

    def find(self, expression: str) -> Any:
        """What a JavaScript expression gives on the page."""
        found = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def wait_for(self, expression: str) -> None:
        """Until the expression is true on the page."""
        deadline = time.monotonic() + _LONGEST_WAIT_S
        while not self.find(expression):
            assert time.monotonic() < deadline, f"never true: {expression}"
            time.sleep(0.05)

    def picture(self, selector: str = "html") -> bytes:
        """A part of the page as a PNG."""
        box = self.find(f"document.querySelector({selector!r}).getBoundingClientRect().toJSON()")
        top = self.find("scrollY")
        clip = {"x": box["x"], "y": box["y"] + top, "width": box["width"], "height": box["height"], "scale": 1}
        return base64.b64decode(self.ask("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"])

    def spoken(self) -> list[tuple[str, str]]:
        """What a screen reader is given: role and name of each thing that has a name."""
        nodes = self.ask("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], node["name"]["value"]) for node in nodes if not node["ignored"] and node.get("name", {}).get("value")
        ]

    def _hear(self, message: Mapping[str, Any]) -> None:
        said = message.get("params", {})
        match message.get("method"):
            case "Network.requestWillBeSent":
                self.requested.append(said["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(said["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(said["exceptionDetails"]))
            case "Runtime.consoleAPICalled":
                self.complaints.append(f"console.{said['type']}: {said['args']}")


@contextmanager
def browser(profile: Path) -> Iterator[str]:
    """Start a browser that has no network to go to; gives the address to drive it by."""
    assert CHROMIUM
    # Whatever asks for an address by name, or for one that is not this machine's, meets a closed door.
    command = [CHROMIUM, *_FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        port, path = _door(profile, process)
        address = f"ws://127.0.0.1:{port}{path}"
        yield address
        with connect(address, max_size=None, open_timeout=_LONGEST_WAIT_S, proxy=None) as socket:
            Page(socket).ask("Browser.close")
        process.wait(timeout=_LONGEST_WAIT_S)
    finally:
        process.kill()
        process.wait()


@contextmanager
def opened(address: str, file: Path, *, scheme: Literal["light", "dark"] = "light", width: int = 1280) -> Iterator[Page]:
    """The file as a page of the browser; what is narrower than 600 pixels is a phone."""
    with connect(address, max_size=None, open_timeout=_LONGEST_WAIT_S, proxy=None) as socket:
        page = Page(socket)
        target = page.ask("Target.createTarget", url="about:blank")["targetId"]
        page.session = page.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Network", "Log", "Runtime", "Page", "Accessibility"):
            page.ask(f"{domain}.enable")
        page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        page.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
        page.ask("Page.navigate", url=file.resolve().as_uri())
        page.wait_for("location.href !== 'about:blank' && document.readyState === 'complete'")
        yield page
        page.session = ""
        page.ask("Target.closeTarget", targetId=target)


def _door(profile: Path, process: subprocess.Popen[bytes]) -> list[str]:
    """Port and path on which the browser listens, as soon as it does."""
    file = profile / "DevToolsActivePort"
    deadline = time.monotonic() + _LONGEST_WAIT_S
    while not (file.exists() and len(file.read_text().splitlines()) == 2):
        assert process.poll() is None, f"Chromium ended with {process.returncode}"
        assert time.monotonic() < deadline, "Chromium does not listen"
        time.sleep(0.05)
    return file.read_text().splitlines()
