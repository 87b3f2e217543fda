"""copy: from one service to another, which is an emulator of its own; what cannot be copied is counted and said."""

import pytest

from dps_emulator.lab import certificates
from tests.results import failures

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
TPM = {
    "type": "tpm",
    "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="},
}
X509 = {"type": "x509", "x509": {"clientCertificates": {"primary": {"certificate": certificates.pem()}}}}
OLD, NEW = "old.azure-devices.net", "new.azure-devices.net"
# members that older versions of the service API do not show
POLICY = {"namespaceName": "factory-ns", "certificateAuthorityName": "factory-ca", "certificatePolicyName": "days"}
COUNTS = ("total", "created", "updated", "unchanged", "deleted", "failed", "notSent")
RECORDS = {
    "chip": {"attestation": TPM, "allocationPolicy": "static", "iotHubs": [OLD.upper()], "newer": {"a": [1.50]}},
    "key": {"attestation": SYMMETRIC, "initialTwin": {"tags": {"site": "north"}}, **POLICY},
    "paper": {"attestation": X509, "deviceId": "d1"},
}


@pytest.fixture
def fleet(dps):
    """A TPM with a hub, a symmetric key with a policy, and a certificate."""
    for id, record in RECORDS.items():
        dps.enrollments.put({"registrationId": id, **record})
    return dps


@pytest.fixture
def copy(iot, fleet, other):
    return lambda options="", kind="enrollment": iot(f"{kind} copy {options}", "--to-login", other.connection_string)


def counted(result):
    return [result.json[name] for name in COUNTS]


def is_write(sent):
    method, _, _, body = sent
    return method in ("PUT", "DELETE") or bool(body and "mode" in body)


def test_what_can_be_copied_is_and_the_rest_is_counted_and_said(copy, fleet, other):
    result = copy(f"--show-keys --map-hub {OLD}={NEW}")
    assert (result.exit_code, counted(result)) == (0, [3, 2, 0, 0, 0, 0, 0])
    assert result.json["notCopied"] == {"certificates": 1, "keys": 0}
    assert result.err == (
        "WARNING: 1 of 3 enrollments are not copied: they have certificates, which the service never shows, and which "
        f"{other.host} does not have. Create them there from the certificate files.\n"
        f"WARNING: Registrations are not copied. Devices must register at {other.host}, with its ID scope.\n"
    )
    for id, record in (("chip", {**RECORDS["chip"], "iotHubs": [NEW]}), ("key", RECORDS["key"])):
        assert {name: other.enrollments[id][name] for name in record} == record
    assert "paper" not in other.enrollments
    assert not any(is_write(sent) for sent in fleet.sent())
    again = copy(f"--show-keys --map-hub {OLD}={NEW}")
    assert (again.exit_code, counted(again)) == (0, [3, 0, 0, 2, 0, 0, 0])


def test_without_keys_the_other_service_makes_its_own(copy, fleet, other):
    result = copy("--where \"registrationId == 'key'\"")
    assert (counted(result)[:2], result.json["notCopied"]) == ([1, 1], {"certificates": 0, "keys": 1})
    assert "The service generates keys for those that are created." in result.err
    made = other.enrollments["key"]["attestation"]["symmetricKey"]
    assert made["primaryKey"] != KEYS["primaryKey"]
    # which stay
    assert counted(copy("--where \"registrationId == 'key'\""))[:4] == [1, 0, 0, 1]
    assert other.enrollments["key"]["attestation"]["symmetricKey"] == made


def test_what_the_other_service_has_is_updated(copy, fleet, other):
    other.enrollments.put({"registrationId": "paper", **RECORDS["paper"], "deviceId": "d0"})
    other.enrollments.put({"registrationId": "own", "attestation": TPM})
    result = copy()
    assert (counted(result), result.json["notCopied"]) == ([3, 2, 1, 0, 0, 0, 0], {"certificates": 0, "keys": 1})
    assert other.enrollments["paper"]["deviceId"] == "d1"
    assert "own" in other.enrollments


def test_another_certificate_is_not_replaced(copy, fleet, other):
    paper = {"type": "x509", "x509": {"clientCertificates": {"primary": {"certificate": certificates.pem("another")}}}}
    stored = other.enrollments.put({"registrationId": "paper", "attestation": paper})
    assert copy().json["notCopied"]["certificates"] == 1
    assert other.enrollments["paper"] == stored


def test_what_if_shows_the_plan_and_sends_nothing(copy, fleet, other):
    other.enrollments.put(
        {"registrationId": "chip", "attestation": TPM, "iotHubs": [OLD], "allocationPolicy": "static"}
    )
    line = f"--what-if --map-hub {OLD}={NEW}"
    plan = copy(f"{line} --exit-code")
    changes = [
        {"path": ["iotHubs"], "before": [OLD], "after": [NEW]},
        {"path": ["newer"], "before": None, "after": {"a": [1.5]}},
    ]
    assert (plan.exit_code, plan.json) == (
        10,
        {
            "create": [{"id": "key", "file": None, "line": None}],
            "update": [{"id": "chip", "file": None, "line": None, "changes": changes}],
            "delete": [],
            "unchanged": 0,
            "notCopied": {"certificates": 1, "keys": 1},
        },
    )
    assert [row.split()[:3] for row in copy(f"{line} -o table").out.splitlines()[2:]] == [
        ["create", "key"],
        ["update", "chip", "iotHubs,"],
        ["unchanged", "0"],
        ["notCopied", "certificates", "1"],
        ["notCopied", "keys", "1"],
    ]
    assert not any(is_write(sent) for sent in [*fleet.sent(), *other.sent()])


def test_groups(copy, dps, other):
    dps.groups.put({"enrollmentGroupId": "g", "attestation": SYMMETRIC, "iotHubHostName": OLD})
    result = copy(f"--show-keys --map-hub {OLD}={NEW} other.azure-devices.net={NEW}", "enrollment-group")
    assert (result.exit_code, counted(result)[:2], other.groups["g"]["iotHubHostName"]) == (0, [1, 1], NEW)
    unused = "WARNING: --map-hub: no enrollment that is copied names the IoT hub other.azure-devices.net.\n"
    assert unused in result.err


def test_a_refused_record_is_a_failure_without_a_place(copy, fleet, other):
    error = {"registrationId": "chip", "errorCode": 400005, "errorStatus": "The hub is not linked."}
    other.fail(where=lambda request: request.path == "/enrollments", status=200, carry_out=False,
               body={"isSuccessful": False, "errors": [error]})  # fmt: skip
    result = copy()
    assert (result.exit_code, counted(result)) == (1, [3, 1, 0, 0, 0, 1, 0])
    assert failures(result.json) == [{"line": None, "id": "chip", "code": 400005, "message": "The hub is not linked."}]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("", "Specify the service to copy to with --to or --to-login."),
        ("--to spare --exit-code", "--exit-code requires --what-if."),
        ("--to 'a b'", "--to must be the name or the host name of a service."),
        (
            "--to-login HostName=x.y;SharedAccessKey=a2V5",
            "--to-login: The connection string has no SharedAccessKeyName.",
        ),
        ("--to spare --map-hub a.b", "--map-hub must have two host names with = between them: OLD=NEW."),
        ("--to spare --map-hub a.b=c", "--map-hub must be host names with a domain."),
    ],
)
def test_what_cannot_be_meant_is_refused(iot, fleet, options, message):
    result = iot(f"enrollment copy {options.replace(';', chr(92) + ';')}")
    assert (result.exit_code, fleet.requests) == (1, [])
    assert result.err.startswith(f"ERROR: {message}\n")


def test_a_service_is_not_copied_to_itself(az, fleet):
    result = az("iot dps enrollment copy -n mydps --to MYDPS")
    assert (result.exit_code, result.out) == (1, "")
    assert result.err.endswith("ERROR: --to is the service to copy from. Nothing was sent.\n")


def test_no_key_is_said(copy, other):
    said = [line for line in copy("--show-keys --debug").err.splitlines() if "Command arguments:" not in line]
    assert any(": POST /enrollments: 200 in " in line for line in said)
    secrets = (*KEYS.values(), "SharedAccessKey=", "sig=")
    assert [secret for secret in secrets if any(secret in line for line in said)] == []


def test_both_services_by_name(az, dps, fleet, other):
    dps.arm.services.append(dps.arm.service("other", "myrg", host=other.host))
    result = az("iot dps enrollment copy --from mydps -g myrg --to other --to-resource-group MyRg")
    assert (result.exit_code, counted(result)[:2]) == (0, [3, 2])
    assert sorted(other.enrollments) == ["chip", "key"]


def test_hubs_that_are_not_linked_to_the_other_service_are_said(az, fleet, other):
    line = f"iot dps enrollment copy --to mydps --to-resource-group myrg --map-hub {OLD}={NEW} --what-if"
    other.enrollments.put({"registrationId": "chip", **RECORDS["chip"]})
    result = az(line, "--login", other.connection_string)
    assert f"WARNING: The IoT hub {NEW} is not linked to the service." in result.err
    assert [record["id"] for record in result.json["update"]] == ["chip"]
