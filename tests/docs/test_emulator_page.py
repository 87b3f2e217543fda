"""docs/emulator.md: commands and programs of the page, run unchanged on free ports."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "emulator.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SCRIPT = """\
import sys, urllib.request
from dps_emulator.signatures import sign

JSON = {"Content-Type": "application/json"}

def run_my_script(connection_string, ca_file=None):
    host, _, key = (part.partition("=")[2] for part in connection_string.split(";"))
    query = f"sr={host}&sig={urllib.request.quote(sign(key, host + chr(10) + '4102444800'), safe='')}&se=4102444800"
    request = urllib.request.Request(
        f"https://{host}/enrollments/meter-1?api-version=2021-10-01",
        b'{"registrationId": "meter-1", "attestation": {"type": "symmetricKey"}}',
        {"Authorization": f"SharedAccessSignature {query}&skn=provisioningserviceowner", **JSON},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=10).close()

"""

needs_tools = pytest.mark.skipif(not (shutil.which("jq") and shutil.which("curl")), reason="needs jq and curl")


def block(language, begins):
    (found,) = (text for name, text in BLOCKS if name == language and text.startswith(begins))
    return found


@pytest.fixture
def bash(tmp_path, monkeypatch):
    """Runs a script in a folder of its own, with `dps-emulator` and `python` of this environment; its output."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # an emulator of a reader may use the default ports
    ports = {"DPS_EMULATOR_PORT": "0", "DPS_EMULATOR_MQTT_PORT": "off", "DPS_EMULATOR_ADMIN_PORT": "0"}
    (tmp_path / "devices.csv").write_text(block("", "registrationId,"))

    def run(script, **variables):
        environ = {**os.environ, **ports, "PATH": path, **variables}
        line = ["bash", "-e", "-c", script]
        done = subprocess.run(line, check=False, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_programs_of_devices_are_those_that_make_clients_runs():
    clients = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
    for language, begins in (("python", "import json, os"), ("js", "const")):
        assert f"```{language}\n{block(language, begins)}```" in clients


@needs_tools
def test_a_shell_script(bash, tmp_path):
    script = f"{SCRIPT}run_my_script(open('dps.txt').read().strip())\n"
    (tmp_path / "enroll.py").write_text(script)
    enroll = tmp_path / "enroll-fleet.sh"
    # Python reads another variable than az
    enroll.write_text('#!/bin/sh\nSSL_CERT_FILE="$REQUESTS_CA_BUNDLE" exec python enroll.py\n')
    enroll.chmod(0o700)
    assert bash(block("bash", "set -e")) == "1\n"
    assert not (tmp_path / "dps.json").exists()


@needs_tools
def test_control_from_any_other_language(bash, tmp_path):
    out = bash(block("bash", "rm -f dps.json") + "wait\n")
    assert out == '[]{"enrollments": [], "enrollmentGroups": [], "registrations": []}'
    assert not (tmp_path / "dps.json").exists()


@needs_tools
def test_the_step_of_github_actions(bash, tmp_path):
    (start,) = (step["run"] for step in yaml.safe_load(block("yaml", "- run: pip")) if step.get("name"))
    state = (
        'curl -fsS -H "$(jq -r \'"Authorization: Bearer " + .adminToken\' dps.json)" $(jq -r .adminUrl dps.json)/state'
    )
    # the job ends what its steps left running
    printed = bash(f"{start}cat dps.json\n{state}\nkill $!\nwait\n", GITHUB_ENV=str(tmp_path / "github"))
    facts, stored = (json.loads(line) for line in printed.splitlines())
    exported = dict(line.split("=", 1) for line in (tmp_path / "github").read_text().splitlines())
    for name in ("PROVISIONING_CONNECTION_STRING", "PROVISIONING_HOST", "PROVISIONING_IDSCOPE"):
        assert f"`{name}`" in PAGE
        assert exported[name] in (facts["connectionString"], facts["deviceHost"], facts["idScope"])
    (enrollment,) = stored["enrollments"]
    assert enrollment["registrationId"] == "meter-1"
    # the key that the programs of the page use
    key = enrollment["attestation"]["symmetricKey"]["primaryKey"]
    assert block("", "export DEVICE_KEY") == f"export DEVICE_KEY={key}\n"
    assert f'DEVICE_KEY: "{key}"' in PAGE


def test_the_fixtures_and_the_setting(bash, tmp_path):
    (tmp_path / "pytest.ini").write_text(block("ini", "[pytest]"))
    (tmp_path / "test_mine.py").write_text(SCRIPT + block("python", "def test_my_script"))
    plugin = "-p dps_emulator.pytest_plugin -p no:cacheprovider --strict-config -o dps_emulator_mqtt_port=off"
    assert "1 passed" in bash(f"python -m pytest -q -W error {plugin}")


def test_failures_in_python(bash, tmp_path):
    (tmp_path / "mine.py").write_text(
        "def run_my_script(connection_string, ca_file): pass\n" + block("python", "from dps_emulator import")
    )
    assert bash("python mine.py") == "[]\n"
