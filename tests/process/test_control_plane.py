"""azure-cli's own `iot dps` commands, unmodified, create and change services of the emulator."""

import inspect
import json

import pytest
from azure.cli.core.auth import identity

from dps_emulator.lab import certificates as lab

pytestmark = pytest.mark.az
PLANT = "--dps-name plant-dps -g myrg"


@pytest.fixture
def az(real_az, dps):
    """The JSON of a command that succeeds."""

    def az(line, *more):
        done = real_az.run(f"{line} -o json", *more)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    return az


def test_services_policies_and_hubs(az, real_az, dps):
    created = az("iot dps create -n plant-dps -g myrg")
    assert (created["location"], created["properties"]["state"], created["properties"]["iotHubs"]) == (
        "eastus",
        "Active",
        [],
    )
    again = real_az.run("iot dps create -n plant-dps -g myrg")
    assert (again.returncode, again.stderr) == (
        1,
        "ERROR: The name 'plant-dps' is not available: another service has it.\n",
    )
    az(f"iot dps policy create {PLANT} --policy-name reader --rights EnrollmentRead")
    assert [policy["keyName"] for policy in dps.access.of(created["id"])] == ["provisioningserviceowner", "reader"]
    updated = az(f"iot dps policy update {PLANT} --policy-name reader --rights EnrollmentWrite RegistrationStatusRead")
    assert updated["rights"] == "EnrollmentWrite, RegistrationStatusRead"
    # the policy signs at once
    login = f"HostName={dps.host};SharedAccessKeyName=reader;SharedAccessKey={updated['primaryKey']}"
    assert az("iot dps enrollment create --eid dev --at symmetrickey", "--login", login)["etag"]
    assert [policy["keyName"] for policy in az(f"iot dps policy delete {PLANT} --policy-name reader")] == [
        "provisioningserviceowner"
    ]
    hubs = az(f"iot dps linked-hub create {PLANT} --hub-name spare-hub")
    assert [hub["name"] for hub in hubs] == ["spare-hub.azure-devices.net"]
    hub = az(f"iot dps linked-hub update {PLANT} --linked-hub spare-hub --allocation-weight 2")
    assert (hub["allocationWeight"], hub["connectionString"][-21:]) == (2, ";SharedAccessKey=****")
    assert dps.arm.linked_hubs() == ["linked-hub.azure-devices.net", "spare-hub.azure-devices.net"]
    assert az(f"iot dps linked-hub delete {PLANT} --linked-hub spare-hub") == []
    az("iot dps update -n plant-dps -g myrg --set tags.line=3")
    assert az("iot dps show -n plant-dps")["tags"] == {"line": "3"}
    az("iot dps delete -n plant-dps -g myrg")
    assert [service["name"] for service in az("iot dps list")] == ["Other-DPS", "mydps-test", "mydps"]


def test_a_certificate_is_verified(az, real_az):
    def file(name, certificate):
        path = real_az.folder / name
        path.write_text(lab.text(certificate))
        return str(path)

    command = "iot dps certificate {} --dps-name mydps -g myrg -n root"
    created = az(command.format("create"), "--path", file("ca.pem", lab.authority()))
    coded = az(command.format("generate-verification-code"), f"--etag={created['etag']}")
    code = coded["properties"]["verificationCode"]
    wrong = real_az.run(
        command.format("verify"), f"--etag={coded['etag']}", "--path", file("wrong.pem", lab.signed(code, "other"))
    )
    assert wrong.stderr.startswith("ERROR: (BadRequest) The verification certificate is not signed by the key of")
    right = file("right.pem", lab.signed(code, "authority"))
    verified = az(command.format("verify"), f"--etag={coded['etag']}", "--path", right)
    assert verified["properties"]["isVerified"] is True
    assert az("iot dps certificate list --dps-name mydps -g myrg")["value"][0]["etag"] == verified["etag"]
    az(command.format("delete"), f"--etag={verified['etag']}")
    assert real_az.run(command.format("show")).returncode == 3


@pytest.mark.skipif(
    "instance_discovery" not in inspect.getsource(identity), reason="this azure-cli asks a host on the internet"
)
@pytest.mark.parametrize("secret", ["-p any", "--federated-token a.b.c"])
@pytest.mark.parametrize("tenant", ["00000000-0000-0000-0000-0000000000ff", "organizations"])
def test_a_service_principal_signs_in(az, real_az, dps, monkeypatch, tmp_path, secret, tenant):
    monkeypatch.setitem(real_az.environ, "AZURE_CONFIG_DIR", str(tmp_path))
    for line in real_az.sign_in_lines(dps)[:2]:
        real_az.run(line).check_returncode()
    # otherwise the sign-in library asks a host on the internet about the authority
    real_az.run("config set core.instance_discovery=false").check_returncode()
    (first, _) = az(f"login --service-principal -u app {secret} --tenant {tenant}")
    assert (first["name"], first["user"]) == ("lab", {"name": "app", "type": "servicePrincipal"})
    assert az("iot dps enrollment list --dps-name mydps --auth-type login") == []
