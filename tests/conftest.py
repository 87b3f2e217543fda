"""Fixtures: the emulator over TLS, and an azure-cli of this process that is signed in to it."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import shlex
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDER = Path(tempfile.mkdtemp(prefix="azext-iot-dps-"))

# azure-cli reads these when it is imported.
for name in [name for name in os.environ if name.startswith("AZURE_")]:
    del os.environ[name]
os.environ.update(
    AZURE_CONFIG_DIR=str(FOLDER / "config"),
    AZURE_EXTENSION_DIR=str(FOLDER / "extensions"),
    AZURE_EXTENSION_DEV_SOURCES=str(ROOT),
    AZURE_CORE_COLLECT_TELEMETRY="0",
    AZURE_CORE_NO_COLOR="1",
    # Before its first iot command azure-cli 2.46 praises another extension.
    AZURE_IOT_FIRST_RUN="yes",
)

from azext_iot_dps.service import retry  # noqa: E402
from dps_emulator import Emulator  # noqa: E402
from tools.lab.real_az import RealAz  # noqa: E402
from tools.lab.signin import sign_in  # noqa: E402


@dataclass
class Result:
    """What a command line left behind."""

    exit_code: int
    out: str
    err: str

    @property
    def said(self):
        """What it said, without the examples that follow a refusal."""
        return self.err.partition("For example:\n")[0]

    @property
    def json(self):
        return json.loads(self.out) if self.out.strip() else None


@pytest.fixture(scope="session")
def emulator():
    with Emulator() as server:
        sign_in(Path(os.environ["AZURE_CONFIG_DIR"]), server)
        # azure-cli builds its index of commands with the first line, and its core alone complains of missing modules
        run("iot dps enrollment -h")
        yield server
    shutil.rmtree(FOLDER)


@pytest.fixture(scope="session")
def real_az(tmp_path_factory, emulator):
    """An az in processes of its own, with the wheel added, signed in to the emulator's cloud in the real way."""
    az = RealAz(tmp_path_factory.mktemp("az"))
    az.prepare(emulator)
    return az


@pytest.fixture
def dps(emulator):
    """The emulator, as new."""
    emulator.reset()
    yield emulator
    emulator.reset()


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """The seconds that the retry layer waited in this process: none of them really passed."""
    waited = []
    monkeypatch.setattr(retry, "sleep", lambda seconds, stopped=None: waited.append(seconds))
    return waited


@pytest.fixture
def az(dps):
    """Runs a command line of `az` in this process, as given."""
    return run


@pytest.fixture
def iot(dps):
    """Runs `az iot dps …` with the emulator's connection string."""
    return lambda line, *more: run(f"iot dps {line}", *more, "--login", dps.connection_string)


def run(line, *more):
    """`line` is split as a shell would; `more` are arguments as they stand. A new azure-cli for each."""
    from azure.cli.core import get_default_cli

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _fresh_logging():
        try:
            exit_code = get_default_cli().invoke([*shlex.split(line), *more], out_file=out)
        except SystemExit as exit:
            exit_code = exit.code or 0
    return Result(exit_code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _fresh_logging():
    """azure-cli configures logging once a process; here it shall do so for every line, as it does in a shell."""
    loggers = [logging.getLogger(name) for name in (None, "cli", "az_command_data_logger")]
    before = [(logger, logger.handlers[:], logger.level) for logger in loggers]
    for logger in loggers:
        logger.handlers = []
    try:
        yield
    finally:
        for logger, handlers, level in before:
            logger.handlers = handlers
            logger.setLevel(level)
