"""The emulator of this checkout as a process of its own, and a state for it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from dps_emulator import Emulator
from dps_emulator.state import State
from tools.bench import records
from tools.bench.service import ROOT


class Emulated:
    """A context manager that starts it on a free port and ends it; `log` is the file with a line per request."""

    def __init__(self, log: Path, *options: str) -> None:
        self.log = log
        self._command = [sys.executable, "-m", "dps_emulator", "--port", "0", "--mqtt-port", "off", *options]

    def __enter__(self) -> Emulated:
        """Raises SystemExit when it does not start."""
        with self.log.open("w") as log:
            # In its folder `python -m` finds it before one that is installed.
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT / "emulator",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        try:
            self.connection_string, self.ca_file = self._instructions()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        end(self._process)

    def _instructions(self) -> tuple[str, str]:
        """The connection string and the file of the CA certificate."""
        assert self._process.stdout
        printed = ""
        for line in self._process.stdout:
            printed += line
            if line.startswith("az iot dps"):
                break
        found = re.search(r"^ +(HostName=\S+)$.*REQUESTS_CA_BUNDLE=(\S+)$", printed, re.MULTILINE | re.DOTALL)
        if not found:
            raise SystemExit(f"The emulator did not start:\n{self.log.read_text()}")
        return found[1], found[2]


def end(process: subprocess.Popen[str]) -> None:
    """Terminate a process that has not ended, and wait for it."""
    if process.poll() is None:
        process.terminate()
    try:
        process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def stock(file: Path, count: int) -> None:
    """Write a state with this number of enrollments that have symmetric keys."""
    dps = Emulator(state=State(str(file)))
    try:
        for number in range(count):
            dps.enrollments.put(records.sent(number))
    finally:
        dps.stop()
