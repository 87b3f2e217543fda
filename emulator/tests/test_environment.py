"""What the program says about itself: lines for shells, JSON, a file, a folder for az."""

from __future__ import annotations

import json
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from dps_emulator import Emulator, azure_folder
from dps_emulator.environment import Environment, write_private
from emulator_tool import launched, refused, told

MEMBERS = [
    *("connectionString", "serviceHost", "deviceHost", "mqttPort", "idScope", "caFile", "issuerFile", "azureConfigDir"),
    *("adminUrl", "adminToken", "pid", "subscription", "tenant", "resourceGroup", "name", "clientId", "clientSecret"),
    "identityEndpoint",
]


@pytest.fixture
def environment(service):
    return Environment(service, "/tmp/it's a folder")


def test_json_on_standard_output_and_in_the_file_is_the_same(tmp_path):
    file = tmp_path / "env.json"
    file.write_text("of an earlier start")
    with launched("--print-env", "json", "--env-file", str(file), "--admin-port", "0") as program:
        printed = json.loads(program.stdout.readline())
        written = told(file)
        assert file.stat().st_mode & 0o777 == 0o600
        assert (written, written["pid"], list(written)) == (printed, program.pid, MEMBERS)
        assert [Path(written[name]).exists() for name in ("caFile", "issuerFile", "azureConfigDir")] == [True] * 3
        assert written["mqttPort"] is None
        assert written["serviceHost"] == written["deviceHost"] == written["connectionString"].split(";")[0][9:]
        assert written["identityEndpoint"] == f"https://{written['serviceHost']}/msi/token"
        ids = {name: written[name][-4:] for name in ("subscription", "tenant")}
        assert ids == {"subscription": "00aa", "tenant": "00ff"}
        assert [written[name] for name in ("resourceGroup", "name")] == ["myrg", "mydps"]
        program.terminate()
        assert program.communicate(timeout=10) == ("", "")
    assert not file.exists()
    assert list(tmp_path.iterdir()) == []


def test_without_an_admin_port_its_members_are_null(environment):
    members = json.loads(environment.json)
    assert (members["adminUrl"], members["adminToken"]) == (None, None)


@pytest.mark.parametrize(
    ("before", "extensions"),
    [
        ({"HOME": "/home/me"}, "/home/me/.azure/cliextensions"),
        ({"HOME": "/home/me", "AZURE_CONFIG_DIR": "/my az"}, "/my az/cliextensions"),
        ({"HOME": "/home/me", "AZURE_CONFIG_DIR": "/a", "AZURE_EXTENSION_DIR": "/b"}, "/b"),
    ],
)
def test_bash_evaluates_its_lines(environment, before, extensions):
    script = environment.lines("bash") + "env -0"
    done = subprocess.run([shutil.which("bash"), "-c", script], check=True, capture_output=True, text=True, env=before)
    values = dict(line.split("=", 1) for line in done.stdout.split("\0") if line)
    assert {name: values[name] for name in environment.variables} == environment.variables
    assert values["AZURE_CONFIG_DIR"] == "/tmp/it's a folder"
    assert values["AZURE_EXTENSION_DIR"] == extensions


def test_github_has_a_line_for_each(environment):
    lines = environment.lines("github", {"AZURE_EXTENSION_DIR": "/b"}).splitlines()
    assert lines[0] == "AZURE_EXTENSION_DIR=/b"
    assert "AZURE_CONFIG_DIR=/tmp/it's a folder" in lines
    assert dict(line.split("=", 1) for line in lines[1:]) == environment.variables


def test_powershell_doubles_quotes(environment):
    lines = environment.lines("powershell").splitlines()
    assert lines[0].startswith("$Env:AZURE_EXTENSION_DIR = if ($Env:AZURE_EXTENSION_DIR)")
    assert "$Env:AZURE_CONFIG_DIR = '/tmp/it''s a folder'" in lines
    assert "$Env:IDENTITY_HEADER = 'x'" in lines


def test_what_clients_read(environment, service):
    variables = environment.variables
    files = {variables[name] for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")}
    assert files == {service.ca_file}
    assert variables["PROVISIONING_HOST"] == service.host
    assert variables["PROVISIONING_CONNECTION_STRING"] == service.connection_string
    assert variables["PROVISIONING_IDSCOPE"] == "0ne00000A0A"


def test_the_folder_for_az_has_a_cloud_and_keeps_the_rest(tmp_path):
    (tmp_path / "config").write_text("[core]\noutput = table\n[cloud]\nname = AzureCloud\n")
    azure_folder.write(tmp_path, "https://localhost:1")
    azure_folder.write(tmp_path, "https://localhost:2")
    config, clouds = ConfigParser(), ConfigParser()
    config.read(tmp_path / "config")
    clouds.read(tmp_path / "clouds.config")
    assert {name: dict(config[name]) for name in ("core", "cloud")} == {
        "core": {"output": "table", "instance_discovery": "false", "collect_telemetry": "false"},
        "cloud": {"name": "lab"},
    }
    assert set(clouds["lab"].values()) == {"https://localhost:2"}
    assert len(clouds["lab"]) == 6


def test_a_file_that_cannot_be_put_in_place_leaves_nothing(tmp_path):
    (tmp_path / "env.json").mkdir()
    with pytest.raises(OSError):
        write_private(tmp_path / "env.json", "{}")
    assert [path.name for path in tmp_path.iterdir()] == ["env.json"]


def test_a_port_in_use_ends_the_program_with_a_sentence():
    with Emulator() as other:
        status, out, said = refused("--host", "127.0.0.1", "--port", str(other.port))
    assert (status, out) == (1, "")
    assert said == (
        f"Port {other.port} of 127.0.0.1 is in use. End the program that uses it, or specify another --port: 0 for any "
        "free port."
    )


def test_an_env_file_in_a_folder_that_is_not_there(tmp_path):
    status, _, said = refused("--print-env", "json", "--env-file", str(tmp_path / "no" / "env.json"))
    assert status == 1
    assert said.startswith("The emulator cannot start: [Errno 2] No such file or directory: ")
