"""Real `az` processes with the built wheel added to them, signed in the real way."""

import base64
import json
import zipfile

import pytest

from azext_iot_dps.version import VERSION
from tools.lab.real_az import ROOT

pytestmark = pytest.mark.az
KEY = base64.b64encode(b"marked-secret-marked-secret-mark").decode()


@pytest.fixture
def az_process(real_az):
    return real_az.run


def test_the_wheel_is_pure_and_small():
    (wheel,) = (ROOT / "dist").glob("*.whl")
    assert wheel.name == f"azure_iot_dps-{VERSION}-py3-none-any.whl"
    information = f"azure_iot_dps-{VERSION}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(f"{information}/METADATA").decode()
        assert json.loads(archive.read("azext_iot_dps/azext_metadata.json")) == {"azext.minCliCoreVersion": "2.46.0"}
    assert {name.partition("/")[0] for name in names} == {"azext_iot_dps", information}
    assert [line for line in metadata.splitlines() if line.startswith("Requires-Dist")] == ["Requires-Dist: msrest"]
    assert any(name.endswith("/LICENSE") for name in names)


def test_az_knows_the_extension(az_process):
    (known,) = json.loads(az_process("extension list").stdout)
    assert (known["name"], known["version"]) == ("azure-iot-dps", VERSION)


@pytest.mark.parametrize("how", ["connection-string", "name-and-key", "name-and-login", "host-and-login"])
def test_the_ways_to_sign_in(az_process, dps, how):
    target = {
        "connection-string": ["--login", dps.connection_string],
        "name-and-key": ["-n", "mydps", "-g", "myrg"],
        "name-and-login": ["-n", "MyDps", "--auth-type", "login"],
        "host-and-login": ["-n", f"localhost:{dps.port}", "--auth-type", "login"],
    }[how]
    created = az_process("iot dps enrollment create --eid dev --at symmetricKey", *target)
    assert (created.returncode, created.stderr) == (0, "")
    assert json.loads(created.stdout) == dps.service_requests[0].answer
    scheme = dps.service_requests[0].headers["Authorization"].split()[0]
    assert scheme == ("Bearer" if "login" in how else "SharedAccessSignature")


def test_exit_codes(az_process, dps):
    target = ["--login", dps.connection_string]
    assert az_process("iot dps enrollment list", *target).returncode == 0
    assert az_process("iot dps enrollment show --eid nope", *target).returncode == 3
    assert az_process("iot dps enrollment show", *target).returncode == 2
    refused = az_process("iot dps enrollment create --eid dev --at tpm", *target)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("ERROR: tpm attestation requires --endorsement-key.\n")


def test_debug_tells_of_the_requests_and_of_no_secret(az_process, dps):
    dps.policies = [{**dps.policies[0], "primaryKey": KEY}]
    create = az_process("iot dps enrollment create --eid dev --at symmetricKey -n mydps -g myrg --debug")
    show = az_process("iot dps enrollment show --eid dev --show-keys -n mydps -g myrg --debug")
    keys = json.loads(show.stdout)["attestation"]["symmetricKey"].values()
    assert "PUT /enrollments/dev: 200 in " in create.stderr
    for secret in (KEY, "SharedAccessSignature", "Bearer ", *keys):
        assert secret not in create.stderr + show.stderr
