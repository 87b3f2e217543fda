"""An emulator for the tests of a module, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dps_emulator import Emulator
from emulator_arm import Arm
from emulator_client import Client


@pytest.fixture(scope="module")
def serving() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def service(serving: Emulator) -> Emulator:
    serving.reset()
    return serving


@pytest.fixture
def arm(api: Client, service: Emulator) -> Arm:
    """A client with a token for Azure Resource Manager."""
    return Arm(api, api.token(service.url + "/"))


@pytest.fixture
def api(service: Emulator) -> Iterator[Client]:
    client = Client(service)
    with client.session:
        yield client
