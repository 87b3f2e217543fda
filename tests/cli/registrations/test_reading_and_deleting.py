"""show, list, delete and the registrations: command lines, and what reaches the service."""

import json

import pytest

KEY1 = "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="
KEY2 = "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="
EK = "14963E8F3BA5B3984110B3C1CA8E8B89"
SYMMETRIC = {"registrationId": "dev", "attestation": {"type": "symmetricKey"}}
TPM = {"registrationId": "dev", "attestation": {"type": "tpm", "tpm": {"endorsementKey": EK}}}
CREATE = "enrollment create --eid dev --at symmetricKey "


def test_show_prints_the_record_as_it_is(iot, dps):
    dps.enrollments.put(
        {**TPM, "unheardOf": {"a": [None, 1.5]}, "initialTwin": {"tags": {"id": "/a/b/resourceGroups/c/"}}}
    )
    result = iot("enrollment show --eid dev")
    assert result.json == dps.requests[0].answer
    assert result.json["unheardOf"] == {"a": [None, 1.5]}
    assert result.json["initialTwin"] == {"tags": {"id": "/a/b/resourceGroups/c/"}}
    assert result.json["registrationState"] == {"registrationId": "dev", "status": "unassigned"}


def test_show_keys_replaces_the_attestation(iot, dps):
    iot(CREATE + f"--pk {KEY1} --sk {KEY2}")
    plain, full = iot("enrollment show --eid dev").json, iot("enrollment show --eid dev --show-keys").json
    assert plain["attestation"] == {"type": "symmetricKey"}
    assert full == {
        **plain,
        "attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY1, "secondaryKey": KEY2}},
    }
    assert dps.sent()[-1] == ("POST", "/enrollments/dev/attestationmechanism", None, None)
    assert iot("enrollment show --eid dev --keys false").json == plain


def test_show_keys_of_another_attestation_warns(iot, dps):
    iot(f"enrollment create --eid dev --at tpm --ek {EK}")
    result = iot("enrollment show --eid dev --show-keys")
    assert (result.exit_code, result.json) == (0, iot("enrollment show --eid dev").json)
    assert result.err == "WARNING: --show-keys has no effect: the attestation is tpm, not symmetricKey.\n"


@pytest.mark.parametrize(
    "command",
    ["show", "update --ps disabled", "delete", "registration show", "registration delete"],
)
def test_what_is_not_there_ends_with_3(iot, command):
    result = iot(f"enrollment {command} --eid nope")
    assert (result.exit_code, result.out) == (3, "")
    assert "(error 404" in result.err


def test_list_prints_the_records_as_they_are(iot, dps):
    for id in ("a", "b", "c"):
        dps.enrollments.put({**SYMMETRIC, "registrationId": id})
    result = iot("enrollment list")
    assert dps.sent() == [("POST", "/enrollments/query", None, {"query": "SELECT *"})]
    assert result.json == dps.requests[0].answer
    assert sorted(record["registrationId"] for record in result.json) == ["a", "b", "c"]


def test_list_of_nothing_is_an_empty_list(iot):
    assert iot("enrollment list").json == []


def test_delete_prints_nothing_and_sends_a_star(iot, dps):
    dps.enrollments.put(SYMMETRIC)
    result = iot("enrollment delete --eid dev")
    assert (result.exit_code, result.out, result.err) == (0, "", "")
    assert dps.sent() == [("DELETE", "/enrollments/dev", "*", None)]
    assert "dev" not in dps.enrollments


@pytest.mark.parametrize("etag", ["AAAAAAAAAAA=", '"quoted"', "*"])
def test_a_given_etag_goes_out_as_typed(iot, dps, etag):
    iot("enrollment delete --eid dev", "--etag", etag)
    iot("enrollment registration delete --eid dev", "-e", etag)
    assert dps.sent() == [
        ("DELETE", "/enrollments/dev", etag, None),
        ("DELETE", "/registrations/dev", etag, None),
    ]


@pytest.mark.parametrize("etag", ["", " ", "a\r\nHost: x", "ä"])
def test_an_etag_that_can_be_none_is_refused(iot, dps, etag):
    dps.enrollments.put(SYMMETRIC)
    result = iot("enrollment delete --eid dev", "--etag", etag)
    assert (result.exit_code, dps.requests) == (1, [])
    assert "--etag must be an ETag as `show` prints it, or * for any." in result.err
    assert "dev" in dps.enrollments


def test_delete_with_an_old_etag_changes_nothing(iot, dps):
    dps.enrollments.put(SYMMETRIC)
    result = iot("enrollment delete --eid dev --etag AAAAAAAAAAA=")
    assert result.exit_code == 1
    assert "The enrollment was modified after this ETag was read." in result.err
    assert "dev" in dps.enrollments


def test_a_registration_is_shown_and_deleted(iot, dps):
    created = iot(CREATE).json
    dps.register("dev", key=created["attestation"]["symmetricKey"]["primaryKey"])
    shown = iot("enrollment registration show --eid dev")
    assert shown.json == dps.requests[-1].answer
    assert (shown.json["status"], shown.json["deviceId"]) == ("assigned", "dev")
    deleted = iot("enrollment registration delete --eid dev")
    assert (deleted.exit_code, deleted.out) == (0, "")
    assert dps.sent()[-1] == ("DELETE", "/registrations/dev", "*", None)
    assert iot("enrollment registration show --eid dev").exit_code == 3


@pytest.mark.parametrize(
    ("line", "head"),
    [
        ("list", "EnrollmentId    Attestation    Status    AllocationPolicy    DeviceId    LastUpdated"),
        ("show --eid dev", "EnrollmentId    Attestation    Status    AllocationPolicy    DeviceId    AssignedHub"),
        ("registration show --eid dev", "RegistrationId    Status    Substatus          AssignedHub"),
    ],
)
def test_tables_have_columns(iot, dps, line, head):
    record = {
        **TPM,
        "deviceId": "device-1",
        "allocationPolicy": "hashed",
        "provisioningStatus": "enabled",
        "lastUpdatedDateTimeUtc": "2026-01-01T00:00:00Z",
    }
    dps.enrollments.put(record)
    dps.registrations.put(
        {"registrationId": "dev", "status": "assigned", "substatus": "initialAssignment", "assignedHub": "hub.example"}
    )
    lines = iot(f"enrollment {line} -o table").out.splitlines()
    assert lines[0].startswith(head)
    assert lines[2].split()[0] == "dev"


def test_query_filters_locally(iot, dps):
    for id, status in (("a", "disabled"), ("b", "enabled")):
        dps.enrollments.put({**SYMMETRIC, "registrationId": id, "provisioningStatus": status})
    assert json.loads(iot("enrollment list --query \"[?provisioningStatus=='disabled'].registrationId\"").out) == ["a"]
