"""A real az: processes of their own, an empty configuration, and the built wheel added to it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from dps_emulator import Emulator
from dps_emulator.azure_folder import ENDPOINTS
from tools.lab.signin import environment

ROOT = Path(__file__).parents[2]


class RealAz:
    """`folder` holds its configuration, `config`, its extensions and the folder in which it runs.

    `program` is an az of this machine; without it, this environment's azure-cli runs.
    """

    def __init__(self, folder: Path, program: str | None = None) -> None:
        self.command = [program] if program else [sys.executable, "-m", "azure.cli"]
        # Another az's settings, an authority that pip would obey as well, and code that would hide the wheel.
        unwanted = ("AZURE_", "REQUESTS_CA_BUNDLE", "PYTHONPATH")
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
        self.config = folder / "config"
        self.environ.update(
            AZURE_CONFIG_DIR=str(self.config),
            AZURE_EXTENSION_DIR=str(folder / "extensions"),
            AZURE_CORE_COLLECT_TELEMETRY="0",
            AZURE_CORE_NO_COLOR="1",
            # Before its first iot command azure-cli praises another extension, and rewrites its configuration.
            AZURE_IOT_FIRST_RUN="yes",
        )
        self.folder = folder / "work"
        self.folder.mkdir()

    @property
    def wheel(self) -> Path:
        """What `make build` left."""
        wheels = sorted(ROOT.glob("dist/azure_iot_dps-*.whl"))
        if not wheels:
            raise SystemExit("There is no wheel in dist: run 'make build'.")
        return wheels[-1]

    def run(self, line: str, *more: str) -> subprocess.CompletedProcess[str]:
        """`az line`, split as a shell does; `more` are arguments that are not split."""
        command = [*self.command, *shlex.split(line), *more]
        # In a folder of its own: in the checkout's, `python -m` would find the checkout before the wheel.
        return subprocess.run(
            command,
            check=False,
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    def trust(self, dps: Emulator) -> None:
        """Trust the emulator's authority alone from here on; pip would as well."""
        self.environ.update(environment(dps), NO_PROXY="localhost,127.0.0.1", no_proxy="localhost,127.0.0.1")

    @staticmethod
    def sign_in_lines(dps: Emulator) -> tuple[str, str, str]:
        """What signs an az in to the emulator's cloud."""
        endpoints = " ".join(f"--endpoint-{name.replace('_', '-')} {dps.url}" for name in ENDPOINTS)
        return f"cloud register -n lab {endpoints}", "cloud set -n lab", "login --identity"

    def prepare(self, dps: Emulator) -> None:
        """Add the wheel and sign in, quietly."""
        self.run(f"extension add --yes --source {shlex.quote(str(self.wheel))}").check_returncode()
        self.trust(dps)
        for line in self.sign_in_lines(dps):
            self.run(line).check_returncode()
