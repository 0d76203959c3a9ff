"""A browser without a window, told what to do over its debugging protocol.

Chrome DevTools Protocol, https://chromedevtools.github.io/devtools-protocol/.
"""

import base64
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

from websockets.sync.client import connect
from websockets.sync.connection import Connection

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)
CODES = {"Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39}
CODES |= {"ArrowDown": 40}
SHIFT, CONTROL = 8, 2


@dataclass(slots=True)
class Page:
    """One page."""

    _socket: Connection
    _last: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)  # of the domains that are enabled

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and wait for its result."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if "method" in answer:
                self.events.append(answer)
            if answer.get("id") == self._last:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def open(self, url: str, *, dark: bool = False, width: int = 1280, height: int = 900) -> None:
        """Load a page as a screen of this size would show it."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'")

    def ask(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait(self, script: str) -> None:
        """Wait until an expression is true."""
        until = time.monotonic() + 30
        while not self.ask(script):
            assert time.monotonic() < until, script
            time.sleep(0.02)

    def press(self, *keys: str, modifiers: int = 0) -> None:
        """Press keys by their names or letters."""
        for key in keys:
            said: dict[str, object] = {"key": key, "modifiers": modifiers}
            said["windowsVirtualKeyCode"] = CODES.get(key, ord(key[0].upper()))
            text = key if len(key) == 1 and not modifiers & CONTROL else ""
            text = "\r" if key == "Enter" else text
            self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **said)
            self.call("Input.dispatchKeyEvent", type="keyUp", **said)

    def write(self, text: str) -> None:
        """Put in a text as an input method does."""
        self.call("Input.insertText", text=text)

    def photograph(self, path: Path) -> None:
        """Keep what is seen as a PNG."""
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def photograph_whole(self, path: Path) -> None:
        """Keep the whole page as a PNG, also what lies below the screen."""
        box = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {side: box[side] for side in ("width", "height")} | {"x": 0, "y": 0, "scale": 1}
        shot = self.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def browser(profile: Path) -> Iterator[Page]:
    """Start Chromium with an empty profile and yield a page."""
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stderr is not None
            lines = iter(process.stderr.readline, "")
            port = next(
                found[1] for line in lines if (found := re.search(r"ws://[^:]+:(\d+)", line))
            )
            listed = build_opener(ProxyHandler({})).open(
                f"http://127.0.0.1:{port}/json", timeout=30
            )
            pages = json.loads(listed.read())
            address = next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page")
            with connect(address, max_size=None, proxy=None) as socket:
                yield Page(socket)
        finally:
            process.terminate()
            process.communicate(timeout=30)
