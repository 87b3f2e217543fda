"""The README's commands, typed into a bash with a real az, in their order."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys

import pytest

from tests.devices import symmetric
from tools.lab.real_az import ROOT

pytestmark = pytest.mark.az

BLOCKS = re.findall(
    r"^```(\w*)\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
# A command and what it printed, until the next command.
SHOWN = [
    found for _, block in BLOCKS for found in re.findall(r"^\$ (az iot .*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]


def names_nothing(text):
    """Without what is another each time: moments, keys and etags, tracking ids, durations."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "MOMENT", text)
    text = re.sub(r"[A-Za-z0-9+/]{30,}=*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "MARK", text)
    return re.sub(r'("seconds": )[\d.]+', r"\1N", text)


@pytest.fixture
def bash(real_az, dps, tmp_path):
    """Runs a script where a reader would be, with `az` the real one, and the connection string in dps.txt."""
    (tmp_path / "dps.txt").write_text(dps.connection_string)
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    az = f'az() {{ {shlex.quote(sys.executable)} -m azure.cli "$@"; }}; export -f az\n'

    def run(script, *arguments):
        return subprocess.run(
            ["bash", "-c", az + script, "bash", *arguments],
            check=False,
            cwd=tmp_path,
            env=real_az.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return run


def test_commands_print_what_is_shown(bash):
    assert len(SHOWN) == 7
    for command, output in SHOWN:
        done = bash(command)
        found, expected = names_nothing(done.stdout), names_nothing(output)
        # of a help the first line is shown
        assert found == expected or (command.endswith(" -h") and found.startswith(expected)), command
        assert done.returncode == (3 if "(error 404201" in output else 0)


def test_ways_to_authenticate(bash, dps):
    lines = [
        line for _, block in BLOCKS for line in block.splitlines() if line.startswith("az iot dps enrollment list")
    ]
    assert len(lines) == 4
    # the emulator stands for the host
    host = f"localhost:{dps.port}"
    for line in lines:
        done = bash(line.replace("mydps.azure-devices-provisioning.net", host))
        assert (done.returncode, done.stdout) == (0, "[]\n"), line


def test_configuration(bash):
    (block,) = (block for _, block in BLOCKS if block.startswith("az config set"))
    assert [bash(line).returncode for line in block.splitlines()] == [0, 0]
    (line,) = (block for _, block in BLOCKS if block.startswith("az configure"))
    done = bash(line + "az iot dps enrollment list -n mydps; az configure --defaults iotdps-data-auth-type= group=")
    assert (done.returncode, done.stdout) == (0, "[]\n")


def test_an_update_by_etag(bash, dps):
    dps.enrollments.put(symmetric(registrationId="thermostat-1"))
    (block,) = (block for _, block in BLOCKS if block.startswith("etag="))
    done = bash(block)
    assert (done.returncode, done.stdout) == (0, "")
    assert dps.enrollments["thermostat-1"]["provisioningStatus"] == "disabled"


def test_the_script_of_a_pipeline_may_run_twice(bash, dps):
    (script,) = (block for language, block in BLOCKS if language == "bash")
    for _ in range(2):
        done = bash(script, "thermostat-1")
        assert (done.returncode, done.stdout) == (0, "")
    assert [method for method, *_ in dps.sent()] == ["PUT", "PUT", "GET", "POST"]
    assert dps.enrollments["thermostat-1"]["initialTwin"] == {"tags": {"site": "north"}}
