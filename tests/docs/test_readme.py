"""The commands of the README and of the pages that it begins, typed into a bash with a real az, in their order."""

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

PAGES = ("README.md", "docs/authentication.md", "docs/pipelines.md", "docs/fleets.md")
BLOCKS = {
    page: re.findall(r"^```(\w*)\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for page in PAGES
}


def only(page, begin):
    """The block of a page that begins with this."""
    (found,) = (block for _, block in BLOCKS[page] if block.startswith(begin))
    return found


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


@pytest.mark.parametrize("page", ["README.md", "docs/fleets.md"])
def test_commands_print_what_is_shown(bash, page):
    # a command and what it printed, until the next command
    shown = [
        found
        for _, block in BLOCKS[page]
        for found in re.findall(r"^\$ (az iot .*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    ]
    assert len(shown) == 3
    for command, output in shown:
        done = bash(command)
        assert names_nothing(done.stdout) == names_nothing(output), command
        assert done.returncode == (3 if "(error 404201" in output else 0)


@pytest.mark.parametrize("page, number", [("README.md", 3), ("docs/authentication.md", 4)])
def test_ways_to_authenticate(bash, dps, page, number):
    lines = [
        line
        for language, block in BLOCKS[page]
        for line in block.splitlines()
        if line.startswith("az iot dps enrollment list")
    ]
    assert len(lines) == number
    # the emulator stands for the host
    host = f"localhost:{dps.port}"
    for line in lines:
        done = bash(line.replace("mydps.azure-devices-provisioning.net", host))
        assert (done.returncode, done.stdout) == (0, "[]\n"), line


def test_configuration(bash):
    block = only("docs/authentication.md", "az config set")
    assert [bash(line).returncode for line in block.splitlines()] == [0, 0]
    line = only("docs/authentication.md", "az configure")
    done = bash(line + "az iot dps enrollment list -n mydps; az configure --defaults iotdps-data-auth-type= group=")
    assert (done.returncode, done.stdout) == (0, "[]\n")


def test_an_update_by_etag(bash, dps):
    dps.enrollments.put(symmetric(registrationId="thermostat-1"))
    done = bash(only("docs/pipelines.md", "etag="))
    assert (done.returncode, done.stdout) == (0, "")
    assert dps.enrollments["thermostat-1"]["provisioningStatus"] == "disabled"


def test_updates_of_single_members(bash, dps):
    dps.enrollments.put(symmetric(registrationId="thermostat-1"))
    (block,) = (block for _, block in BLOCKS["docs/pipelines.md"] if " --set " in block)
    done = bash("set -e\n" + block)
    assert (done.returncode, done.stdout) == (0, "")
    assert dps.enrollments["thermostat-1"]["initialTwin"]["tags"] == {"floor": 3}
    assert dps.enrollments["thermostat-1"]["iotHubs"] == ["hub2.azure-devices.net"]


# What the scripts set is unset for the tests after them.
UNSET = "\naz config unset extension.use_dynamic_install 2> /dev/null"


def test_the_script_of_a_pipeline_may_run_twice(bash, dps):
    (script,) = (block for language, block in BLOCKS["docs/pipelines.md"] if language == "bash")
    for _ in range(2):
        done = bash(script + UNSET, "thermostat-1")
        assert (done.returncode, without_warning(done.stdout)) == (0, "")
    assert [method for method, *_ in dps.sent()] == ["PUT", "PUT", "GET", "POST"]
    assert dps.enrollments["thermostat-1"]["initialTwin"] == {"tags": {"site": "north"}}


def test_the_pipeline_of_the_readme_applies_a_file(bash, dps):
    (script,) = (block for language, block in BLOCKS["README.md"] if language == "bash")
    lines = [line for line in script.splitlines() if not line.startswith("az extension add")]
    assert lines[0] == "set -e" and len(lines) == 3
    done = bash("cd samples\n" + "\n".join(lines) + UNSET)
    assert done.returncode == 0
    assert '"created": 3' in done.stdout
    assert [dps.enrollments[f"sensor-{number}"]["registrationId"] for number in (1, 2, 3)]


def test_a_fleet_that_is_exported_and_applied_is_unchanged(bash, dps):
    dps.enrollments.put(symmetric(registrationId="thermostat-1"))
    done = bash("set -e\n" + only("README.md", "az iot dps enrollment export"))
    assert done.returncode == 0
    assert '"count": 1' in done.stdout
    assert '"unchanged": 1' in done.stdout


def test_az_and_the_emulator_in_five_lines(bash):
    block = only("README.md", ".venv/bin/dps-emulator")
    assert len(block.splitlines()) == 5
    # of this environment, on ports that are free
    program = f"DPS_EMULATOR_PORT=0 DPS_EMULATOR_MQTT_PORT=off {shlex.quote(sys.executable)} -m dps_emulator"
    done = bash("trap 'kill %1' EXIT; " + block.replace(".venv/bin/dps-emulator", program))
    assert done.returncode == 0, done.stdout
    assert re.search(r"^meter-1 +symmetricKey +enabled ", done.stdout, re.MULTILINE)
    assert re.search(r"^meter-1 +assigned ", done.stdout, re.MULTILINE), done.stdout


def without_warning(output):
    """Without what az prints of its own command `config`."""
    return re.sub(r"^WARNING: Command group 'config' is experimental .*\n", "", output, flags=re.MULTILINE)
