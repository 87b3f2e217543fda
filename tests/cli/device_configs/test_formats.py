"""What the configurations of each attestation are, in each format, and which warnings come with them."""

from __future__ import annotations

import pytest

from dps_emulator.lab import certificates
from tests.devices import GROUP_KEY, KEY1, MEMBER, MEMBER_KEY, SCOPE, group, symmetric, x509
from tests.toml import toml

HOST = "global.azure-devices-provisioning.net"
FILES = "--certificate-file-path /certs/dev.pem --key-file-path /certs/dev.key"
NO_KEY = "WARNING: The configuration has a placeholder in place of the symmetric key. Use --show-keys.\n"
NO_FILES = (
    "WARNING: The configuration has placeholders in place of the files of the certificate and its private key. "
    "Use --certificate-file-path and --key-file-path.\n"
)
OF_GROUP = f"enrollment-group device-config --group-id grp --registration-id {MEMBER}"
EDGE = {"capabilities": {"iotEdge": True}}


def by_certificate():
    return {"registrationId": "dev", "attestation": x509("clientCertificates", certificates.pem("dev")), **EDGE}


def by_tpm():
    return {"registrationId": "dev", "attestation": {"type": "tpm", "tpm": {"endorsementKey": KEY1}}, **EDGE}


def test_iot_edge_with_a_symmetric_key(config, dps):
    dps.enrollments.put(symmetric(**EDGE))
    result = config("--format edge-toml --show-keys")
    assert (result.exit_code, result.err) == (0, "")
    assert result.out == (
        "[provisioning]\n"
        'source = "dps"\n'
        'global_endpoint = "https://global.azure-devices-provisioning.net"\n'
        'id_scope = "0ne00000A0A"\n'
        "\n"
        "[provisioning.attestation]\n"
        'method = "symmetric_key"\n'
        'registration_id = "dev"\n'
        'symmetric_key = { value = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=" }\n'
    )
    assert toml.loads(result.out) == {
        "provisioning": {
            "source": "dps",
            "global_endpoint": "https://global.azure-devices-provisioning.net",
            "id_scope": "0ne00000A0A",
            "attestation": {"method": "symmetric_key", "registration_id": "dev", "symmetric_key": {"value": KEY1}},
        }
    }


def test_iot_edge_with_a_certificate(config, dps):
    dps.enrollments.put(by_certificate())
    result = config("--format edge-toml --kp /certs/ö.key --cp", "/certs/line 7/dev.pem")
    assert (result.exit_code, result.err) == (0, "")
    assert toml.loads(result.out)["provisioning"]["attestation"] == {
        "method": "x509",
        "registration_id": "dev",
        "identity_cert": "file:///certs/line%207/dev.pem",
        "identity_pk": "file:///certs/%C3%B6.key",
    }


def test_a_path_of_windows(config, dps):
    dps.enrollments.put(by_certificate())
    paths = ["--cp", r"C:\certs\line 7.pem", "--kp", r"C:\certs\dev.key"]
    result = config("--format edge-toml", *paths)
    assert toml.loads(result.out)["provisioning"]["attestation"]["identity_cert"] == "file:///C:/certs/line%207.pem"
    assert r"X509_CERT_FILE='C:\certs\line 7.pem'" in config("--format env", *paths).out.splitlines()


def test_iot_edge_with_a_tpm(config, dps):
    dps.enrollments.put(by_tpm())
    result = config("--format edge-toml")
    assert (result.exit_code, result.err) == (0, "")
    attestation = toml.loads(result.out)["provisioning"]["attestation"]
    assert attestation == {"method": "tpm", "registration_id": "dev"}


def test_environment_variables(config, dps):
    head = f"PROVISIONING_HOST={HOST}\nPROVISIONING_IDSCOPE={SCOPE}\nPROVISIONING_REGISTRATION_ID=dev\n"
    dps.enrollments.put(by_tpm())
    assert config("--format env").out == head
    dps.enrollments.put(symmetric())
    assert config("--format env --show-keys").out == f"{head}PROVISIONING_SYMMETRIC_KEY={KEY1}\n"
    dps.enrollments.put(by_certificate())
    assert config(f"--format env {FILES}").out == (
        f"{head}DPS_X509_REGISTRATION_ID=dev\nX509_CERT_FILE=/certs/dev.pem\nX509_KEY_FILE=/certs/dev.key\n"
        "CERTIFICATE_FILE=/certs/dev.pem\nKEY_FILE=/certs/dev.key\n"
    )


def test_members(config, dps):
    members = {"provisioningHost": HOST, "idScope": SCOPE, "registrationId": "dev"}
    dps.enrollments.put(symmetric())
    assert config("--show-keys true").json == {**members, "attestation": "symmetricKey", "symmetricKey": KEY1}
    dps.enrollments.put(by_certificate())
    files = {"certificateFile": "/certs/dev.pem", "keyFile": "/certs/dev.key"}
    assert config(FILES).json == {**members, "attestation": "x509", **files}
    names, _, values = config(f"{FILES} -o table").out.splitlines()
    assert names.split()[-3:] == ["Attestation", "CertificateFile", "KeyFile"]
    assert values.split()[-3:] == ["x509", "/certs/dev.pem", "/certs/dev.key"]


@pytest.mark.parametrize("line", ["", "--show-keys false"])
def test_a_key_is_not_even_read_unless_it_is_asked_for(config, dps, line):
    dps.enrollments.put(symmetric())
    for form, expected in (
        ("env", "PROVISIONING_SYMMETRIC_KEY='<symmetric key>'\n"),
        ("json", '  "symmetricKey": "<symmetric key>"\n}\n'),
    ):
        result = config(f"--format {form} {line}")
        assert (result.exit_code, result.err) == (0, NO_KEY)
        assert result.out.endswith(expected)
    assert dps.sent() == [("GET", "/enrollments/dev", None, None)] * 2


def test_files_that_are_not_named_are_placeholders(config, dps):
    dps.enrollments.put(by_certificate())
    result = config()
    assert result.err == NO_FILES
    assert (result.json["certificateFile"], result.json["keyFile"]) == (
        "/path/to/device.pem",
        "/path/to/device.key.pem",
    )


def test_a_device_of_a_group_gets_its_own_key_and_never_that_of_the_group(config, dps):
    dps.groups.put(group(**EDGE))
    for form in ("edge-toml", "env", "json"):
        result = config(f"--format {form} --show-keys", of=OF_GROUP)
        assert (result.exit_code, result.err) == (0, "")
        assert MEMBER_KEY in result.out
        assert MEMBER in result.out
        assert GROUP_KEY not in result.out
        assert "grp" not in result.out


def test_a_device_of_a_group_with_a_certificate(config, dps):
    dps.groups.put({"enrollmentGroupId": "grp", "attestation": x509("caReferences", None), **EDGE})
    result = config(f"--format edge-toml {FILES}", of=OF_GROUP)
    assert (result.exit_code, result.err) == (0, "")
    assert toml.loads(result.out)["provisioning"]["attestation"]["registration_id"] == MEMBER


def test_a_warning_tells_why_the_device_could_not_use_it(config, dps):
    dps.groups.put(group(provisioningStatus="disabled"))
    result = config("--format edge-toml --show-keys", of=OF_GROUP)
    assert result.exit_code == 0
    assert result.err == (
        "WARNING: The enrollment group 'grp' is disabled: its devices cannot register.\n"
        "WARNING: The enrollment group 'grp' is not for IoT Edge: its devices are registered without that capability. "
        "Use `update --edge-enabled true`.\n"
    )


def test_without_a_symmetric_key_there_is_none_to_show(config, dps):
    dps.enrollments.put(by_tpm())
    result = config("--show-keys")
    assert result.err == "WARNING: --show-keys has no effect: the attestation is tpm, not symmetricKey.\n"
    assert "symmetricKey" not in result.json
