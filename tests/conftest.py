"""Fixtures: the emulator over TLS, and an azure-cli of this process that is signed in to it."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
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

from hypothesis import settings  # noqa: E402

from azext_iot_dps.service import pace  # noqa: E402
from dps_emulator import Emulator  # noqa: E402
from tests.command_line import run  # noqa: E402
from tests.proxied import Proxied  # noqa: E402
from tools.lab.passing_time import PassingTime  # noqa: E402
from tools.lab.real_az import RealAz  # noqa: E402
from tools.lab.signin import sign_in  # noqa: E402

# Speed is no promise of a test.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")


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
    """The emulator, as new, to the extension too."""
    emulator.reset()
    Path(os.environ["AZURE_CONFIG_DIR"], "iot_dps_api_versions.json").unlink(missing_ok=True)
    yield emulator
    emulator.reset()


@pytest.fixture(scope="session")
def second(tmp_path_factory, emulator):
    """A second emulator, and a file with the authorities of both."""
    with Emulator() as server:
        file = tmp_path_factory.mktemp("both") / "ca.pem"
        file.write_text(Path(emulator.ca_file).read_text() + Path(server.ca_file).read_text())
        yield server, file


@pytest.fixture
def other(second, dps, monkeypatch):
    """Another service than `dps`, as new; this process trusts both."""
    server, authorities = second
    server.reset()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authorities))
    return server


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """The seconds that requests waited in this process: none of them really passed."""
    time = PassingTime()
    monkeypatch.setattr(pace, "sleep", time.sleep)
    monkeypatch.setattr(pace, "clock", time.clock)
    monkeypatch.setattr(pace, "random", lambda: 0.0)
    return time.waited


@pytest.fixture
def ten_seconds():
    """Ends a test that hangs; it does not measure."""

    def end(*_):
        raise TimeoutError("this takes far too long")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(10)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def az(dps):
    """Runs a command line of `az` in this process, as given."""
    return run


@pytest.fixture
def iot(dps):
    """Runs `az iot dps …` with the emulator's connection string."""
    return lambda line, *more: run(f"iot dps {line}", *more, "--login", dps.connection_string)


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """A proxy with these arguments, running already where one has been asked for before."""
    started = {}

    def start(*arguments, plugin=""):
        if (arguments, plugin) not in started:
            folder = tmp_path_factory.mktemp("proxy")
            started[arguments, plugin] = Proxied(folder, arguments, plugin)
        return started[arguments, plugin].again()

    yield start
    for proxy in started.values():
        proxy.stop()


@pytest.fixture
def profile(dps):
    """azure-cli's list of subscriptions, put back afterwards."""
    file = Path(os.environ["AZURE_CONFIG_DIR"], "azureProfile.json")
    before = file.read_bytes()
    yield file
    file.write_bytes(before)
