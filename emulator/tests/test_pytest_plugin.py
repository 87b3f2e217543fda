"""The fixtures for pytest, in a pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys

TESTS = """\
import os, urllib.request, json, ssl

def test_one(dps, dps_emulator):
    assert dps is dps_emulator
    dps.enrollments.put({"registrationId": "dev", "attestation": {"type": "symmetricKey"}})

def test_two_is_empty(dps_emulator, dps_emulator_env):
    assert list(dps_emulator.enrollments) == []
    assert os.environ["PROVISIONING_HOST"] == dps_emulator.host
    assert {name: os.environ[name] for name in dps_emulator_env} == dps_emulator_env
    assert sorted(os.listdir(dps_emulator_env["AZURE_CONFIG_DIR"])) == ["clouds.config", "config"]
    # SSL_CERT_FILE is all that Python's own client needs
    answer = urllib.request.urlopen(dps_emulator.url + "/metadata/endpoints?api-version=2022-09-01", timeout=10)
    assert json.load(answer)["name"] == "lab"

def test_three_has_its_own_variables():
    assert "PROVISIONING_HOST" not in os.environ
"""


def test_the_fixtures(tmp_path):
    (tmp_path / "test_it.py").write_text(TESTS)
    arguments = ("-p", "dps_emulator.pytest_plugin", "-p", "no:cacheprovider", "-W", "error", "-q", "test_it.py")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PROVISIONING_")}
    line = [sys.executable, "-m", "pytest", *arguments]
    done = subprocess.run(line, check=False, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60)
    assert "3 passed" in done.stdout, done.stdout + done.stderr
