"""az iot dps pki prove: proof of possession against Azure Resource Manager."""

from __future__ import annotations

import shutil
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from dps_emulator.lab import certificates

PROVE = "iot dps pki prove -n mydps -g myrg --certificate-path pki/root.pem --key-path pki/root.key"
STEPS = ("upload", "generateVerificationCode", "sign", "verify")
ARM = "Microsoft.Devices/provisioningServices"


def changes(dps):
    """(method, last part of the path, status) of what changes a certificate."""
    return [
        (each.method, each.path.rpartition("/")[2], each.status)
        for each in dps.requests
        if "/certificates/" in each.path and each.method != "GET"
    ]


def states(result):
    assert [each["step"] for each in result.json["steps"]] == [*STEPS]
    return [each["state"] for each in result.json["steps"]]


def is_verified(dps):
    return {name: verified for name, (_, verified) in dps.arm.certificates.items()}


ALL = [("PUT", "root", 200), ("POST", "generateVerificationCode", 200), ("POST", "verify", 200)]


def test_a_certificate_is_uploaded_and_verified(az, dps, pki):
    result = az(PROVE)
    assert (result.exit_code, result.err) == (0, "")
    assert (result.json["certificateName"], result.json["isVerified"]) == ("root", True)
    assert result.json["subjectName"] == "CN=Test Only Root CA"
    assert states(result) == ["done"] * 4
    assert changes(dps) == ALL
    etags = [each.answer.get("etag") for each in dps.requests if "/certificates/root" in each.path]
    sent = [each.headers.get("If-Match") for each in dps.requests if "/certificates/root" in each.path]
    assert sent == [None, *etags[:2]]
    # as azure-cli's own commands send and show it
    body = next(each.body for each in dps.requests if each.method == "PUT")
    assert body == {"certificate": b64encode((pki / "root.pem").read_bytes()).decode()}
    assert is_verified(dps) == {"root": True}


def test_what_is_verified_is_left_as_it_is(az, dps, pki):
    az(PROVE + " --certificate-name Plant")
    before = len(dps.requests)
    result = az(PROVE)
    assert (result.exit_code, states(result), result.json["isVerified"]) == (0, ["notNeeded"] * 4, True)
    # found by its thumbprint
    assert result.json["certificateName"] == "Plant"
    assert {each.method for each in dps.requests[before:]} == {"GET"}


def test_what_was_interrupted_is_continued(az, dps, pki):
    dps.fail(path="/verify", status=400, body={"error": {"code": "BadRequest", "message": "Not now."}})
    result = az(PROVE)
    assert result.exit_code == 1
    assert result.err.startswith("ERROR: Not now. (error BadRequest")
    assert is_verified(dps) == {"root": False}
    result = az(PROVE)
    assert (result.exit_code, states(result)) == (0, ["notNeeded", "done", "done", "done"])
    assert is_verified(dps) == {"root": True}


def test_what_if_only_reads(az, dps, pki):
    result = az(f"{PROVE} --what-if")
    assert (result.exit_code, states(result), result.json["isVerified"]) == (0, ["planned"] * 4, False)
    assert (changes(dps), is_verified(dps)) == ([], {})


def test_the_service_may_be_anywhere_in_the_subscription(az, dps, pki):
    result = az(PROVE.replace("-n mydps -g myrg", "-n MYDPS.azure-devices-provisioning.net"))
    assert (result.exit_code, is_verified(dps)) == (0, {"root": True})


def test_an_intermediate_ca_is_verified_too(az, dps, pki):
    assert az(PROVE.replace("root", "intermediate")).exit_code == 0
    assert is_verified(dps) == {"intermediate": True}


def test_a_ca_with_an_rsa_key_in_der_is_verified(az, dps, pki):
    az("iot dps pki create --out rsa --key-type rsa")
    certificate = x509.load_pem_x509_certificate(Path("rsa/root.pem").read_bytes())
    Path("rsa/root.cer").write_bytes(certificate.public_bytes(Encoding.DER))
    result = az(PROVE.replace("pki/", "rsa/").replace("root.pem", "root.cer"))
    assert (result.exit_code, is_verified(dps)) == (0, {"root": True})


def test_the_key_is_not_sent(az, dps, pki):
    result = az(f"{PROVE} --debug")
    lines = (pki / "root.key").read_text().splitlines()[1:-1]
    sent = "".join(str(each.body) for each in dps.requests)
    assert [line for line in lines if line in sent + result.out + result.err] == []


def test_a_certificate_of_that_name_is_not_replaced(az, dps, pki):
    az(PROVE)
    az("iot dps pki create --out new")
    before = dps.arm.certificates
    result = az(PROVE.replace("pki/", "new/"))
    assert (result.exit_code, result.err) == (
        1,
        "ERROR: The service has another certificate of the name 'root'.\n"
        "Specify another name with --certificate-name.\n",
    )
    assert dps.arm.certificates == before
    assert az(PROVE.replace("pki/", "new/"), "--certificate-name", "root2").exit_code == 0
    assert is_verified(dps) == {"root": True, "root2": True}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("pki/root.pem --kp pki/dev1.key", "--key-path: the key in pki/dev1.key does not belong to pki/root.pem."),
        ("pki/dev1.pem --kp pki/dev1.key", "--certificate-path: pki/dev1.pem is not a CA certificate."),
        ("pki/root.key --kp pki/root.key", "--certificate-path: pki/root.key is not a certificate: it is a private"),
        ("pki/none.pem --kp pki/root.key", "--certificate-path: cannot read pki/none.pem: No such file or directory."),
        ("pki/root.pem --kp pki/root.key --certificate-name a/b", "--certificate-name must be 1 to 256 letters"),
        ("pki/root.pem --kp locked.key", "--key-path: the key in locked.key is encrypted."),
    ],
)
def test_what_cannot_succeed_sends_nothing(az, dps, pki, folder, options, message):
    (folder / "locked.key").write_bytes(certificates.encrypted_key("correct horse"))
    result = az(f"iot dps pki prove -n mydps --certificate-path {options}")
    assert result.exit_code == 1
    assert result.err.startswith(f"ERROR: {message}")
    assert dps.requests == []


def test_a_file_name_that_no_certificate_can_have_needs_a_name(az, dps, pki):
    shutil.copy(pki / "root.pem", pki / "my root.pem")
    result = az("iot dps pki prove -n mydps -g myrg --kp pki/root.key --cp", "pki/my root.pem")
    assert (result.exit_code, changes(dps)) == (1, [])
    assert result.err.endswith("cannot be that of a certificate.\nSpecify a name with --certificate-name.\n")


@pytest.mark.parametrize(
    "action",
    ["read", "write", "generateVerificationCode/action", "verify/action"],
)
def test_a_missing_action_is_named(az, dps, pki, action):
    dps.arm.forbid = {f"{ARM}/certificates/{action}"}
    result = az(PROVE)
    assert result.exit_code == 1
    assert result.err.endswith(f"\nAsk for a role with the action {ARM}/certificates/{action}.\n")


def test_another_client_at_the_same_time_is_said(az, dps, pki):
    dps.fail(path="/generateVerificationCode", status=412, body={"error": {"code": "PreconditionFailed"}})
    result = az(PROVE)
    assert (result.exit_code, result.err) == (
        1,
        "ERROR: The CA certificate 'root' was changed by another client at the same time.\nRun the command again.\n",
    )


def test_a_lost_response_is_not_repeated_and_said(az, dps, pki):
    dps.fail(path="/certificates/root", method="PUT", drop="after")
    result = az(PROVE)
    assert result.exit_code == 1
    assert result.err.endswith("The request may have succeeded. Check the CA certificate before retrying.\n")
    assert [method for method, *_ in changes(dps)] == ["PUT"]
    assert states(az(PROVE))[0] == "notNeeded"


@pytest.mark.parametrize(
    ("path", "body", "what"),
    [
        ("/certificates/root", {"name": "root", "properties": {}}, "ETag"),
        ("/generateVerificationCode", {"name": "root", "etag": "x"}, "verification code"),
    ],
)
def test_an_incomplete_response_is_said(az, dps, pki, path, body, what):
    dps.fail(path=path, body=body)
    result = az(PROVE)
    message = f"ERROR: Azure Resource Manager returned no {what} for the certificate 'root'.\n"
    assert (result.exit_code, result.err) == (1, message)


def test_a_device_of_a_proven_root_registers(az, dps, pki):
    assert az(PROVE).exit_code == 0
    owner = ["--login", dps.connection_string]
    assert az("iot dps enrollment-group create --group-id plant --root-ca-name root", *owner).exit_code == 0
    files = "--certificate-file-path pki/dev1.pem --key-file-path pki/dev1.key"
    result = az(f"iot device registration create -n mydps --host {dps.host} --registration-id dev1 {files}")
    assert (result.exit_code, result.json["status"]) == (0, "assigned")
    assert result.json["registrationState"]["x509"] == {"enrollmentGroupId": "plant"}


def test_a_device_of_a_group_with_the_intermediate_registers(az, dps, pki):
    owner = ["--login", dps.connection_string]
    created = az("iot dps enrollment-group create --group-id plant --certificate-path pki/intermediate.pem", *owner)
    assert (created.exit_code, created.err) == (0, "")
    files = "--certificate-file-path pki/dev2.pem --key-file-path pki/dev2.key"
    result = az(f"iot device registration create -n mydps --host {dps.host} --registration-id dev2 {files}")
    assert result.json["status"] == "assigned"
