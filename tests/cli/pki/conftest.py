"""Where the tests of `az iot dps pki` write their files."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def pki(az, folder):
    """The folder of a PKI with the devices dev1 and dev2."""
    assert az("iot dps pki create --out pki --registration-id dev1 dev2").exit_code == 0
    return folder / "pki"
