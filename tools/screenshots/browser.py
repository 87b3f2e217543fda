"""A headless Chromium, by its DevTools protocol: what it shows of a file, at any width and in both themes.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import websocket

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Seconds until a browser has started, or has responded.
_START, _RESPONSE = 60, 60
_MISSING = f"Install Chromium. None of these is on the PATH: {', '.join(NAMES)}."


@contextmanager
def browser() -> Iterator[Tab]:
    """A tab of a browser of its own. Raises FileNotFoundError when there is no Chromium, and TimeoutError."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise FileNotFoundError(_MISSING)
    with TemporaryDirectory(prefix="azure-iot-dps-browser-", ignore_cleanup_errors=True) as folder:
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
        profile = [f"--user-data-dir={folder}", "--remote-debugging-port=0", "about:blank"]
        process = subprocess.Popen([program, *options, *profile], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with Tab(_port(Path(folder, "DevToolsActivePort"))) as tab:
                yield tab
        finally:
            process.terminate()
            process.wait()


class Tab:
    """A page that is shown; `complaints` are what it logged, such as breaches of its own policy."""

    def __init__(self, port: int):
        """`port` is that of the DevTools protocol on this machine."""
        self._connection = websocket.create_connection(
            f"ws://127.0.0.1:{port}{_path(port)}", timeout=_RESPONSE, suppress_origin=True
        )
        self._number = 0
        self.complaints: list[str] = []

    def __enter__(self) -> Tab:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._connection.close()

    def open(self, file: Path, width: int, theme: str, medium: str = "") -> None:
        """Show the file; `theme` is light or dark, `medium` print or empty."""
        for domain in ("Page", "Log", "Runtime"):
            self.call(f"{domain}.enable")
        phone = {"deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, **phone)
        feature = {"name": "prefers-color-scheme", "value": theme}
        self.call("Emulation.setEmulatedMedia", media=medium, features=[feature])
        self.call("Page.navigate", url=file.resolve().as_uri())
        while self._received().get("method") != "Page.loadEventFired":
            pass

    def evaluate(self, expression: str) -> Any:
        """The value of an expression of JavaScript in the page."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def picture(self, file: Path, height: int | None = None) -> None:
        """Write what is shown as a PNG: all of the page, or the first `height` pixels of it."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": height or size["height"], "scale": 1}
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        file.write_bytes(base64.b64decode(shot["data"]))

    def call(self, method: str, **parameters: Any) -> Any:
        """The result of a method of the protocol. Raises ValueError when the browser refuses it."""
        self._number += 1
        self._connection.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while (message := self._received()).get("id") != self._number:
            pass
        if "error" in message:
            raise ValueError(f"{method}: {message['error']['message']}")
        return message["result"]

    def _received(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._connection.recv())
        if message.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown"):
            self.complaints.append(json.dumps(message["params"]))
        return message


def _port(file: Path) -> int:
    end = time.monotonic() + _START
    while not (file.exists() and file.read_text().count("\n")):
        if time.monotonic() > end:
            raise TimeoutError(f"Chromium did not start within {_START} seconds.")
        time.sleep(0.05)
    return int(file.read_text().split("\n")[0])


def _path(port: int) -> str:
    """The path of the connection to the tab that is open."""
    with urlopen(f"http://127.0.0.1:{port}/json/list", timeout=_RESPONSE) as response:
        tabs = json.load(response)
    page = next(tab for tab in tabs if tab["type"] == "page")
    return urlsplit(str(page["webSocketDebuggerUrl"])).path
