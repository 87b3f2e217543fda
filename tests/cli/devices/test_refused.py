"""az iot device registration create: options that are refused before anything is sent."""

from __future__ import annotations

import shlex
import subprocess

import pytest
import yaml
from knack.help_files import helps

import azext_iot_dps  # noqa: F401
from dps_emulator.lab import certificates
from tests.devices import KEY1, POLICY, SCOPE, symmetric, x509

WHERE = f"--id-scope {SCOPE}"
WRONG = {
    "certificate without key": (
        f"{WHERE} --certificate-file-path c.pem",
        "--certificate-file-path requires --key-file-path.",
    ),
    "key without certificate": (f"{WHERE} --key-file-path k.pem", "--key-file-path requires --certificate-file-path."),
    "passphrase alone": (
        f"{WHERE} --passphrase x",
        "--passphrase requires --certificate-file-path and --key-file-path.",
    ),
    "key and certificate": (
        f"{WHERE} --key {KEY1} --cp c.pem --kp k.pem",
        "--symmetric-key cannot be used with --certificate-file-path, --key-file-path. A device authenticates with a "
        "symmetric key or with a certificate.",
    ),
    "compute key and certificate": (
        f"{WHERE} --compute-key --gid grp --cp c.pem --kp k.pem",
        "--compute-key cannot be used with --certificate-file-path, --key-file-path.",
    ),
    "key and passphrase": (
        f"{WHERE} --key {KEY1} --passphrase x",
        "--symmetric-key cannot be used with --passphrase.",
    ),
    "compute key without key and group": (
        "-n mydps --compute-key",
        "--compute-key requires the group's key with --symmetric-key, or --group-id.",
    ),
    "compute key without key or service": (
        f"{WHERE} --compute-key --gid grp",
        "Specify how the device authenticates: ",
    ),
    "no authentication": (WHERE, "Specify how the device authenticates: --symmetric-key, or "),
    "group alone": (f"{WHERE} --group-id grp", "Specify how the device authenticates: "),
    "no ID scope": (f"--key {KEY1}", "Specify where the device registers: --id-scope, or the service"),
    "empty name": (f"--key {KEY1} -n ''", "Specify where the device registers: "),
    "bad base64": (f"{WHERE} --key n-o-n-e", "--symmetric-key must be base64 of 16 to 64 bytes."),
    "short key": (f"{WHERE} --key QUFB", "--symmetric-key must be base64 of 16 to 64 bytes."),
    "bad ID scope": (f"--id-scope a/b --key {KEY1}", "--id-scope must be the ID scope of a service"),
    "empty ID scope": (f"--id-scope '' --key {KEY1} -n mydps", "--id-scope must be the ID scope of a service"),
    "bad host": (f"{WHERE} --key {KEY1} --host a/b", "--provisioning-host must be a host name."),
    "bad host before a key is read": ("-n mydps --host 'a b'", "--provisioning-host must be a host name."),
    "empty host": (f"{WHERE} --key {KEY1} --host ''", "--provisioning-host must not be empty."),
    "bad group": (f"{WHERE} --key {KEY1} --compute-key --gid a/b", "--group-id must be 1 to 128 letters"),
    "bad name": ("-n 'a b'", "--dps-name must be the name or the host name of a service."),
    "bad connection string": ("--login nonsense", "--login: The connection string has no HostName"),
    "empty path": (f"{WHERE} --cp '' --kp k.pem", "--certificate-file-path must not be empty."),
    "empty key": (f"{WHERE} --key ''", "--symmetric-key must be base64 of 16 to 64 bytes."),
    "TPM alone": (f"{WHERE} --endorsement-key QUFB --storage-root-key QUFB", "Specify how the device authenticates: "),
    "half of a TPM": (
        f"{WHERE} --key {KEY1} --endorsement-key QUFB",
        "--endorsement-key and --storage-root-key require each other.",
    ),
    "the other half": (
        f"{WHERE} --key {KEY1} --storage-root-key QUFB",
        "--endorsement-key and --storage-root-key require each other.",
    ),
    "bad TPM": (
        f"{WHERE} --key {KEY1} --endorsement-key n-o-n-e --storage-root-key QUFB",
        "--endorsement-key must be base64 and not empty.",
    ),
    "a file for no certificate": (
        f"{WHERE} --key {KEY1} --certificate-out x.pem",
        "--certificate-out requires --csr: only then a certificate is issued.",
    ),
    "payload text": (f"{WHERE} --key {KEY1} --payload hello", "--payload must be JSON: it is text, not JSON."),
    "payload without a brace": (
        f"""{WHERE} --key {KEY1} --payload '{{"a": 1'""",
        "--payload must be JSON: the closing } is missing.",
    ),
    "payload deep": (f"{WHERE} --key {KEY1} --payload {'[' * 102 + ']' * 102}", "--payload must be JSON: it is nested"),
}


@pytest.mark.parametrize("line, message", WRONG.values(), ids=WRONG)
def test_what_is_wrong_whatever_the_service_says_is_refused_before_anything_is_sent(az, dps, line, message):
    result = az(f"iot device registration create --registration-id dev {line}")
    assert (result.exit_code, result.out) == (1, "")
    assert message in result.err
    assert "n-o-n-e" not in result.err
    assert dps.requests == []


@pytest.mark.parametrize("id", ["", "a b", "a/b", "..", "x" * 129])
def test_a_bad_registration_id_is_refused_before_anything_is_sent(az, dps, id):
    result = az("iot device registration create", "--id-scope", SCOPE, "--key", KEY1, "--registration-id", id)
    assert result.exit_code == 1
    assert "--registration-id must be 1 to 128 letters" in result.err
    assert dps.requests == []


def test_the_auth_type_has_a_default_of_its_own(az, dps, monkeypatch):
    dps.enrollments.put({"registrationId": "dev", "attestation": {"type": "symmetricKey"}})
    monkeypatch.setenv("AZURE_DEFAULTS_IOTDPS-DATA-AUTH-TYPE", "nonsense")
    monkeypatch.setenv("AZURE_DEFAULTS_IOTHUB-DATA-AUTH-TYPE", "login")
    az("iot device registration create --rid dev -n mydps")
    assert dps.service_requests[0].headers["Authorization"].startswith("Bearer ")
    dps.requests.clear()
    monkeypatch.setenv("AZURE_DEFAULTS_IOTHUB-DATA-AUTH-TYPE", "nonsense")
    result = az("iot device registration create --rid dev -n mydps")
    assert result.exit_code == 1
    assert "The configured default iothub-data-auth-type must be 'key' or 'login'." in result.err
    assert dps.requests == []


EXAMPLES = [
    (f"iot device registration {verb}", example["text"])
    for verb in ("create", "operation-status")
    for example in yaml.safe_load(helps[f"iot device registration {verb}"])["examples"]
]


@pytest.mark.parametrize(("command", "text"), EXAMPLES)
def test_every_example_works(az, dps, tmp_path, monkeypatch, command, text):
    monkeypatch.chdir(tmp_path)
    filled = {
        "{dps_name}": "mydps",
        "{resource_group}": "myrg",
        "{registration_id}": "dev",
        "{id_scope}": SCOPE,
        "{device_key}": KEY1,
        "{group_id}": "grp",
        "{group_key}": KEY1,
        "{passphrase}": "secret",
        "/certificates": str(tmp_path),
        " \\\n": " ",
    }
    keys, pem = symmetric()["attestation"], x509("clientCertificates", certificates.pem("dev"))
    if "--group-id" in text:
        dps.groups.put({"enrollmentGroupId": "grp", "attestation": keys})
    else:
        attestation = pem if "--key-file-path" in text else keys
        dps.enrollments.put({"registrationId": "dev", "attestation": attestation, **POLICY})
    (tmp_path / "Device.pem").write_text(certificates.pem("dev"))
    (tmp_path / "Device.key").write_bytes(certificates.encrypted_key("secret", "dev"))
    if "{operation_id}" in text:
        created = az(f"iot device registration create --rid dev --scope {SCOPE} --key {KEY1} --host {dps.host}")
        filled["{operation_id}"] = created.json["operationId"]
    for placeholder, value in filled.items():
        text = text.replace(placeholder, value)
    for line in text.splitlines():
        words = shlex.split(line)
        if words[0] != "az":
            subprocess.run(words, check=True, capture_output=True)
            continue
        result = az("", *words[1:], *([] if "-n" in words else ["--host", dps.host]))
        assert (result.exit_code, result.err) == (0, "")
        assert result.json["status"] == "assigned"
        assert words[1:5] == command.split()
