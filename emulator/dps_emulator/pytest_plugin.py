"""Fixtures for pytest, which finds them by itself once the distribution is installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .server import Emulator


@pytest.fixture(scope="session")
def dps_emulator_session() -> Iterator[Emulator]:
    """One emulator for all tests of the session, on a free port; override it to start another one."""
    # Loaded by the first test that uses it: most sessions in which this is installed may not.
    from .server import Emulator

    with Emulator() as emulator:
        yield emulator


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
