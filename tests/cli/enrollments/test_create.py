"""create, and what every command refuses: command lines, and what reaches the service."""

import pytest

KEY1 = "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="
KEY2 = "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="
EK = "14963E8F3BA5B3984110B3C1CA8E8B89"
MIGRATE = {"updateHubAssignment": True, "migrateDeviceData": True}
SYMMETRIC = {
    "registrationId": "dev",
    "attestation": {"type": "symmetricKey"},
    "capabilities": {"iotEdge": False},
    "reprovisionPolicy": MIGRATE,
}
TPM = {**SYMMETRIC, "attestation": {"type": "tpm", "tpm": {"endorsementKey": EK}}}
CREATE = "enrollment create --eid dev --at symmetricKey "


def test_create_sends_one_put_without_if_match_and_prints_the_answer(iot, dps):
    result = iot(CREATE)
    assert dps.sent() == [("PUT", "/enrollments/dev", None, SYMMETRIC)]
    assert (result.exit_code, result.json) == (0, dps.requests[0].answer)
    assert len(result.json["attestation"]["symmetricKey"]["primaryKey"]) == 88


@pytest.mark.parametrize(
    ("options", "members"),
    [
        ("--device-id D1", {"deviceId": "D1"}),
        ("--provisioning-status disabled", {"provisioningStatus": "disabled"}),
        ("--ps ENABLED", {"provisioningStatus": "enabled"}),
        ("--edge-enabled", {"capabilities": {"iotEdge": True}}),
        ("--ee true", {"capabilities": {"iotEdge": True}}),
        ("--ee false", {"capabilities": {"iotEdge": False}}),
        ("--rp reprovisionandmigratedata", {"reprovisionPolicy": MIGRATE}),
        (
            "--rp reprovisionAndResetData",
            {"reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": False}},
        ),
        (
            "--reprovision-policy never",
            {"reprovisionPolicy": {"updateHubAssignment": False, "migrateDeviceData": False}},
        ),
        ("--tags '{\"a\": 1}'", {"initialTwin": {"tags": {"a": 1}}}),
        ("--props '{\"a\": 1}'", {"initialTwin": {"properties": {"desired": {"a": 1}}}}),
        ("--device-info \"{'color':'red'}\"", {"optionalDeviceInformation": {"color": "red"}}),
        ("--tags '' --props '' --info ''", {}),
        ("--tags '{}' --props ' {} ' --info '{}'", {}),
    ],
)
def test_create_sends_what_was_given(iot, dps, options, members):
    assert iot(CREATE + options).exit_code == 0
    assert dps.sent() == [("PUT", "/enrollments/dev", None, {**SYMMETRIC, **members})]


@pytest.mark.parametrize("kind", ["tpm", "TPM", "Tpm"])
def test_create_tpm(iot, dps, kind):
    assert iot(f"enrollment create --eid dev --at {kind} --ek {EK}").exit_code == 0
    assert dps.sent() == [("PUT", "/enrollments/dev", None, TPM)]


def test_create_with_own_keys(iot, dps):
    result = iot(CREATE + f"--pk {KEY1} --sk {KEY2}")
    assert result.json["attestation"]["symmetricKey"] == {"primaryKey": KEY1, "secondaryKey": KEY2}
    assert dps.enrollments["dev"]["attestation"]["symmetricKey"] == {"primaryKey": KEY1, "secondaryKey": KEY2}


def test_create_never_overwrites(iot, dps):
    iot(CREATE + f"--pk {KEY1} --sk {KEY2}")
    again = iot(CREATE)
    assert again.exit_code == 1
    assert "Enrollment already exists. (error 409201, tracking ID " in again.err
    assert "'dev' was not changed. Use `update` to change it." in again.err
    assert dps.enrollments["dev"]["attestation"]["symmetricKey"] == {"primaryKey": KEY1, "secondaryKey": KEY2}


@pytest.mark.parametrize("id", ["a", "Dev_1.a:b-c", "A" * 128, "..a", "query"])
def test_ids_reach_the_service_as_they_are(iot, dps, id):
    assert iot(f"enrollment create --at symmetricKey --eid {id}").exit_code == 0
    assert iot(f"enrollment show --eid {id}").json["registrationId"] == id
    assert iot(f"enrollment delete --eid {id}").exit_code == 0
    assert [request.path for request in dps.requests] == [f"/enrollments/{id}"] * 3


@pytest.mark.parametrize("id", ["", "A" * 129, "dev/../x", "a b", "ä", ".", "..", "a\n", "a%2e"])
@pytest.mark.parametrize("command", ["enrollment show", "enrollment registration delete"])
def test_other_ids_are_refused(iot, dps, command, id):
    result = iot(command, "--eid", id)
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err == (
        "ERROR: --enrollment-id must be 1 to 128 letters, digits, '-', '.', '_' or ':', and not '.' or '..' alone.\n"
    )


SECRET = "c2hvcnQ="


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (f"--at symmetricKey --pk {SECRET}", "--primary-key must be base64 of 16 to 64 bytes."),
        (f"--at symmetricKey --sk {'QUFB' * 22}", "--secondary-key must be base64 of 16 to 64 bytes."),
        ("--at symmetricKey --pk not*base64", "--primary-key must be base64 of 16 to 64 bytes."),
        ("--at symmetricKey --sk 'YWJj ZGVm'", "--secondary-key must be base64 of 16 to 64 bytes."),
        ("--at tpm --ek not*base64", "--endorsement-key must be base64 and not empty."),
        ("--at tpm --ek ''", "--endorsement-key must be base64 and not empty."),
        ("--at tpm", "tpm attestation requires --endorsement-key."),
        ("--at x509", "x509 attestation requires a certificate: --certificate-path or --secondary-certificate-path."),
        (
            f"--at tpm --ek {EK} --pk {KEY1}",
            "--primary-key belongs to symmetricKey attestation, but --attestation-type is tpm.",
        ),
        (
            f"--at symmetricKey --ek {EK}",
            "--endorsement-key belongs to tpm attestation, but --attestation-type is symmetricKey.",
        ),
        (
            f"--at x509 --pk {KEY1} --sk {KEY2}",
            "--primary-key belongs to symmetricKey attestation, but --attestation-type is x509.",
        ),
        (
            "--at symmetricKey --scp no-such-file",
            "--secondary-certificate-path belongs to x509 attestation, but --attestation-type is symmetricKey.",
        ),
    ],
)
def test_create_refuses_before_it_connects(az, dps, options, message):
    result = az("iot dps enrollment create -n mydps --eid dev " + options)
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err.splitlines()[0] == f"ERROR: {message}"
    assert SECRET not in result.err and "not*base64" not in result.err


@pytest.mark.parametrize(
    "line",
    [
        "enrollment create --eid dev",
        "enrollment create --at symmetricKey",
        "enrollment create --eid dev --at none",
        "enrollment create --eid dev --at symmetricKey --rp sometimes",
        "enrollment create --eid dev --at symmetricKey --ps on",
        "enrollment create --eid dev --at symmetricKey --ee perhaps",
        "enrollment create --eid dev --at symmetricKey --device-i x",
        "enrollment show",
        "enrollment delete",
        "enrollment registration show",
        "enrollment list --no-such-option",
    ],
)
def test_what_the_parser_refuses_ends_with_2(iot, dps, line):
    assert iot(line).exit_code == 2
    assert dps.requests == []
