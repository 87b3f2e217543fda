"""The registrations of individual enrollments, each read with its enrollment; --status, --where, --top."""

import pytest

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
UPDATED = "2026-01-01T00:00:00.1234567Z"
ASSIGNED = {
    "registrationId": "a",
    "createdDateTimeUtc": UPDATED,
    "assignedHub": "hub1.azure-devices.net",
    "deviceId": "a",
    "status": "assigned",
    "substatus": "initialAssignment",
    "lastUpdatedDateTimeUtc": UPDATED,
    "etag": "YQ==",
}
FAILED = {
    "registrationId": "b",
    "createdDateTimeUtc": UPDATED,
    "deviceId": "b",
    "status": "failed",
    "errorCode": 400209,
    "errorMessage": "Custom allocation failed.",
    "lastUpdatedDateTimeUtc": UPDATED,
    "etag": "Yg==",
}
NEVER = {"registrationId": "c", "status": "unassigned"}


@pytest.fixture
def fleet(dps):
    """Three enrollments: assigned, failed, and never registered."""
    for id, status in (("a", "enabled"), ("b", "enabled"), ("c", "disabled")):
        dps.enrollments.put({"registrationId": id, "attestation": SYMMETRIC, "provisioningStatus": status})
    for state in (ASSIGNED, FAILED):
        dps.registrations.put(state)
    return dps


def by_id(states):
    return sorted(states, key=lambda state: state["registrationId"])


def reads(dps):
    """The IDs of the enrollments that were read one by one."""
    return sorted(path.rpartition("/")[2] for method, path, *_ in dps.sent("GET"))


def test_the_list_has_what_each_enrollment_shows(iot, fleet):
    result = iot("enrollment registration list")
    assert (result.exit_code, result.err, by_id(result.json)) == (0, "", [ASSIGNED, FAILED, NEVER])
    assert reads(fleet) == ["a", "b", "c"]
    assert len(fleet.service_requests) == 4


@pytest.mark.parametrize(
    ("options", "states"),
    [
        ("--status failed", [FAILED]),
        ("--status Unassigned assigned", [ASSIGNED, NEVER]),
        ("--status assigning", []),
        ("--where \"provisioningStatus == 'enabled'\"", [ASSIGNED, FAILED]),
    ],
)
def test_selections(iot, fleet, options, states):
    assert by_id(iot(f"enrollment registration list {options}").json) == states


def test_where_and_top_read_no_more_than_they_need(iot, fleet):
    iot("enrollment registration list --where \"registrationId == 'b'\"")
    assert reads(fleet) == ["b"]
    fleet.forget()
    assert len(iot("enrollment registration list --top 2").json) == 2
    assert len(reads(fleet)) == 2


def test_one_that_was_deleted_meanwhile_is_left_out(iot, fleet):
    gone = {"errorCode": 404201, "message": "Enrollment not found."}
    fleet.fail(where=lambda request: request.path == "/enrollments/c", status=404, body=gone)
    assert by_id(iot("enrollment registration list").json) == [ASSIGNED, FAILED]


def test_a_refused_read_is_the_error_of_the_command(iot, fleet):
    fleet.fail(9, where=lambda request: request.path == "/enrollments/b", status=403, body={"errorCode": 403002})
    result = iot("enrollment registration list")
    assert (result.exit_code, result.out) == (1, "")
    assert "(error 403002)" in result.err


def test_the_table_has_the_error(iot, fleet):
    lines = iot("enrollment registration list -o table --status failed").out.splitlines()
    assert [line.rstrip() for line in lines] == [
        "RegistrationId    Status    DeviceId    LastUpdated           Error",
        "----------------  --------  ----------  --------------------  --------------------------------",
        "b                 failed    b           2026-01-01T00:00:00Z  400209 Custom allocation failed.",
    ]


def test_a_group_is_listed_as_before_and_by_status(iot, dps):
    dps.groups.put({"enrollmentGroupId": "g", "attestation": SYMMETRIC})
    for state in (ASSIGNED, FAILED):
        dps.registrations.put({**state, "enrollmentGroupId": "g"})
    line = "enrollment-group registration list --group-id g"
    assert by_id(iot(f"{line} --top 5").json) == [ASSIGNED, FAILED]
    assert dps.requests[-1].headers["x-ms-max-item-count"] == "5"
    assert iot(f"{line} --status failed --top 1").json == [FAILED]
    # of those that are listed one may have another status
    assert dps.requests[-1].headers.get("x-ms-max-item-count") is None
    assert iot(f"{line} -o table").out.splitlines()[0].split() == [
        "RegistrationId", "Status", "Substatus", "AssignedHub", "DeviceId", "LastUpdated",
    ]  # fmt: skip
