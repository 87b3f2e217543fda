"""The emulator from its wheel as a process, on the ports that Microsoft's libraries have built in."""

from __future__ import annotations

import json
import shlex
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from .environments import EMULATOR, variables

HTTPS, MQTT = 443, 8883
SECONDS = 20


class Emulated:
    """A context manager; `facts` is what the emulator wrote to its --env-file, `file` that file."""

    facts: dict[str, Any]

    def __init__(self, folder: Path, command: str | None = None) -> None:
        """`command` starts another emulator than that of the wheel."""
        self.file = folder / "dps.json"
        self._log = folder / "emulator.log"
        # Without the right to bind 443, or with another program on it, clients that take no port cannot be run.
        self.has_https = _is_free(HTTPS)
        self.has_mqtt = _is_free(MQTT)
        mqtt = MQTT if self.has_mqtt else "off"
        port = HTTPS if self.has_https else 0
        program = shlex.split(command) if command else [str(EMULATOR / "bin" / "dps-emulator")]
        self._command = [*program, "--port", str(port), "--mqtt-port", str(mqtt), "--env-file", str(self.file)]

    def __enter__(self) -> Emulated:
        """Raises SystemExit when it does not start."""
        with self._log.open("w") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, env=variables())
        end = time.monotonic() + SECONDS
        while not self.file.exists():
            if self._process.poll() is not None or time.monotonic() > end:
                self.__exit__(None, None, None)
                raise SystemExit(f"The emulator did not start:\n{self._log.read_text()}")
            time.sleep(0.05)
        self.facts = json.loads(self.file.read_text())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(timeout=SECONDS)


def _is_free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False
