"""The fixtures for pytest, in a pytest of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

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


MQTT = """\
import socket

def test_mqtt_answers(dps):
    socket.create_connection(("127.0.0.1", dps.mqtt_port), timeout=10).close()
"""


@pytest.fixture
def run(tmp_path):
    """Runs a file of tests with the plugin; what pytest printed."""

    def run(tests, *more):
        (tmp_path / "test_it.py").write_text(tests)
        arguments = ("-p", "dps_emulator.pytest_plugin", "-p", "no:cacheprovider", "-W", "error", "-q", "test_it.py")
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PROVISIONING_")}
        line = [sys.executable, "-m", "pytest", *arguments, *more]
        done = subprocess.run(line, check=False, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60)
        return done.stdout + done.stderr

    return run


def test_the_fixtures(run):
    printed = run(TESTS)
    assert "3 passed" in printed, printed


def test_mqtt_is_on_any_free_port(run):
    pytest.importorskip("amqtt", reason="MQTT needs Python 3.10")
    printed = run(MQTT)
    assert "1 passed" in printed, printed


def test_mqtt_is_on_the_port_of_the_setting(run):
    pytest.importorskip("amqtt", reason="MQTT needs Python 3.10")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    printed = run(f"{MQTT}    assert dps.mqtt_port == {port}\n", "-o", f"dps_emulator_mqtt_port={port}")
    assert "1 passed" in printed, printed


def test_mqtt_can_be_off(run):
    printed = run("def test_none(dps): assert dps.mqtt_port is None", "-o", "dps_emulator_mqtt_port=off")
    assert "1 passed" in printed, printed


def test_a_setting_that_is_no_port(run):
    printed = run(MQTT, "-o", "dps_emulator_mqtt_port=65536")
    assert "dps_emulator_mqtt_port must be off or a number from 0 to 65535, not '65536'." in printed, printed
