"""Fixtures for pytest, which finds them by itself once the distribution is installed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .server import Emulator


_MQTT_PORT = "dps_emulator_mqtt_port"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The setting of pytest.ini, or of the table of pytest in pyproject.toml."""
    parser.addini(_MQTT_PORT, "MQTT port of the DPS emulator: 8883 for devices that know no other, 0 for any, or off")


@pytest.fixture(scope="session")
def dps_emulator_session(pytestconfig: pytest.Config) -> Iterator[Emulator]:
    """One emulator for all tests of the session, on free ports; override it to start another one."""
    # Loaded by the first test that uses it: most sessions in which this is installed may not.
    from .server import Emulator

    with Emulator(mqtt_port=_mqtt_port(str(pytestconfig.getini(_MQTT_PORT)))) as emulator:
        yield emulator


def _mqtt_port(setting: str) -> int | None:
    """None for none. Raises UsageError for what is no port."""
    if not setting:
        # Python 3.9 has no library for MQTT
        return 0 if find_spec("amqtt") else None
    if setting == "off":
        return None
    if not (setting.isascii() and setting.isdecimal()) or int(setting) > 65535:
        raise pytest.UsageError(f"{_MQTT_PORT} must be off or a number from 0 to 65535, not {setting!r}.")
    return int(setting)


@pytest.fixture
def dps_emulator(dps_emulator_session: Emulator) -> Emulator:
    """The emulator of the session without records, registrations, faults and log."""
    dps_emulator_session.reset()
    return dps_emulator_session


@pytest.fixture
def dps(dps_emulator: Emulator) -> Emulator:
    """The same by a short name."""
    return dps_emulator


@pytest.fixture
def dps_emulator_env(dps_emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The variables that `dps-emulator --print-env` prints, set during the test; with a fresh folder for az."""
    from . import azure_folder
    from .environment import Environment

    folder = tmp_path_factory.mktemp("azure")
    azure_folder.write(folder, dps_emulator.url)
    environment = Environment(dps_emulator, str(folder))
    variables = environment.all_variables()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield variables
