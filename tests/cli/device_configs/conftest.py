"""Prints the configuration of a device."""

from __future__ import annotations

import pytest

from tests.devices import SCOPE


@pytest.fixture
def config(iot):
    """Runs the command for an individual enrollment, or for another noun and ID, of a service with a known ID scope."""

    def config(line="", *more, of="enrollment device-config --eid dev"):
        return iot(f"{of} --id-scope {SCOPE} {line}", *more)

    return config
