"""Real `az` processes with the built wheel added to them, signed in the real way."""

import base64
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.signin import ENDPOINTS, environment

pytestmark = pytest.mark.az
ROOT = Path(__file__).parent.parent
KEY = base64.b64encode(b"marked-secret-marked-secret-mark").decode()


@pytest.fixture(scope="session")
def wheel():
    """What `make build` left; `make test` builds it first."""
    (found,) = (ROOT / "dist").glob("*.whl")
    return found


class Az:
    """An az with its own configuration and only our extension."""

    def __init__(self, folder, emulator, wheel):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AZURE_")}
        clean.pop("REQUESTS_CA_BUNDLE", None)
        self._environment = {
            **clean,
            "AZURE_CONFIG_DIR": str(folder / "config"),
            "AZURE_EXTENSION_DIR": str(folder / "extensions"),
            "AZURE_CORE_COLLECT_TELEMETRY": "0",
        }
        assert self(f"extension add --yes --source {wheel}").returncode == 0
        self._environment.update(environment(emulator))
        endpoints = " ".join(f"--endpoint-{name.replace('_', '-')} {emulator.url}" for name in ENDPOINTS)
        for line in (f"cloud register -n lab {endpoints}", "cloud set -n lab", "login --identity"):
            done = self(line)
            assert done.returncode == 0, done.stderr

    def __call__(self, line, *more):
        command = [sys.executable, "-m", "azure.cli", *line.split(), *more]
        return subprocess.run(
            command, env=self._environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
        )


@pytest.fixture(scope="session")
def real_az(tmp_path_factory, emulator, wheel):
    return Az(tmp_path_factory.mktemp("az"), emulator, wheel)


def test_the_wheel_is_pure_and_small(wheel):
    assert wheel.name == "azure_iot_dps-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read("azure_iot_dps-0.1.0.dist-info/METADATA").decode()
        assert json.loads(archive.read("azext_iot_dps/azext_metadata.json")) == {"azext.minCliCoreVersion": "2.46.0"}
    assert {name.partition("/")[0] for name in names} == {"azext_iot_dps", "azure_iot_dps-0.1.0.dist-info"}
    assert [line for line in metadata.splitlines() if line.startswith("Requires-Dist")] == ["Requires-Dist: msrest"]
    assert any(name.endswith("/LICENSE") for name in names)


def test_az_knows_the_extension(real_az):
    (known,) = json.loads(real_az("extension list").stdout)
    assert (known["name"], known["version"]) == ("azure-iot-dps", "0.1.0")


@pytest.mark.parametrize("how", ["connection-string", "name-and-key", "name-and-login", "host-and-login"])
def test_the_ways_to_sign_in(real_az, dps, how):
    target = {
        "connection-string": ["--login", dps.connection_string],
        "name-and-key": ["-n", "mydps", "-g", "myrg"],
        "name-and-login": ["-n", "MyDps", "--auth-type", "login"],
        "host-and-login": ["-n", f"127.0.0.1:{dps.port}", "--auth-type", "login"],
    }[how]
    created = real_az("iot dps enrollment create --eid dev --at symmetricKey", *target)
    assert (created.returncode, created.stderr) == (0, "")
    assert json.loads(created.stdout) == dps.service_requests[0].answer
    scheme = dps.service_requests[0].headers["Authorization"].split()[0]
    assert scheme == ("Bearer" if "login" in how else "SharedAccessSignature")


def test_exit_codes(real_az, dps):
    target = ["--login", dps.connection_string]
    assert real_az("iot dps enrollment list", *target).returncode == 0
    assert real_az("iot dps enrollment show --eid nope", *target).returncode == 3
    assert real_az("iot dps enrollment show", *target).returncode == 2
    refused = real_az("iot dps enrollment create --eid dev --at tpm", *target)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "ERROR: tpm attestation needs --endorsement-key.\n"


def test_debug_tells_of_the_requests_and_of_no_secret(real_az, dps):
    dps.policies = [{**dps.policies[0], "primaryKey": KEY}]
    create = real_az("iot dps enrollment create --eid dev --at symmetricKey -n mydps -g myrg --debug")
    show = real_az("iot dps enrollment show --eid dev --show-keys -n mydps -g myrg --debug")
    keys = json.loads(show.stdout)["attestation"]["symmetricKey"].values()
    assert "PUT /enrollments/dev: 200 in " in create.stderr
    for secret in (KEY, "SharedAccessSignature", "Bearer ", *keys):
        assert secret not in create.stderr + show.stderr
