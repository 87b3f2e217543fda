"""A real az whose command lines are printed with what they print."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

from tools.lab.real_az import ROOT, RealAz

# Of an environment without azure-cli, which `make demo` installs.
DEVICE_PYTHON = ROOT / ".venv-device" / "bin" / "python"
DEVICE = Path(__file__).with_name("device.py")


class Unexpected(Exception):
    """A step that did not end as it should."""


class Narrated(RealAz):
    """The az of the demonstration, and the device in it."""

    def __init__(self, folder: Path, program: str | None = None) -> None:
        super().__init__(folder, program)
        # azure-cli was installed without being compiled: it is when it first runs, and warns of itself then.
        self.environ["PYTHONWARNINGS"] = "ignore"
        self.environ.pop("PYTHONDONTWRITEBYTECODE", None)

    def install(self) -> str:
        """Add the built wheel; its file name."""
        line = "extension add --source {} --yes".format
        self(line(shlex.quote(str(self.wheel))), shown=line(f"dist/{self.wheel.name}"))
        return self.wheel.name

    def __call__(self, line: str, shown: str | None = None, exit_code: int = 0, says: str = "") -> str:
        """Print and run `az line`; its output, when it ended with this code and said this."""
        shown = shown or line
        print(f"$ az {shown}", flush=True)
        process = self.run(line)
        output = process.stdout + process.stderr
        print(output, f"(exit code {process.returncode})\n" if process.returncode else "", sep="", end="", flush=True)
        self._check(f"az {shown}", process, exit_code, says)
        return process.stdout

    def quietly(self, line: str) -> str:
        """The output of `az line`, which is printed only if it fails."""
        process = self.run(line)
        if process.returncode:
            print(process.stdout, process.stderr, sep="", end="", flush=True)
        self._check(f"az {line}", process, 0, "")
        return process.stdout.strip()

    def device(self, says: str, **how: str) -> None:
        """Let a device register; `how` are the arguments of device.py by name."""
        arguments = [f"--{name.replace('_', '-')}={value}" for name, value in how.items()]
        print(f"> device.py --registration-id={how['registration_id']} …", flush=True)
        process = subprocess.run(
            [str(DEVICE_PYTHON), str(DEVICE), *arguments], check=False, cwd=self.folder, capture_output=True, text=True
        )
        print(process.stdout + process.stderr, end="", flush=True)
        self._check("device.py", process, 0, says)

    @staticmethod
    def _check(name: str, process: subprocess.CompletedProcess[str], exit_code: int, says: str) -> None:
        if process.returncode != exit_code:
            raise Unexpected(f"'{name}' ended with exit code {process.returncode} instead of {exit_code}.")
        if says not in process.stdout + process.stderr:
            raise Unexpected(f"'{name}' does not say '{says}'.")
