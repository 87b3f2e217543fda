"""Control characters in what comes from outside: a terminal would obey them, so they are shown as escapes."""

from __future__ import annotations

import pytest

SYMMETRIC = {"type": "symmetricKey", "symmetricKey": {"primaryKey": "A" * 24, "secondaryKey": "B" * 24}}
# a color, a command that sets the clipboard, a line that overwrites itself, C1, a change of direction
EVIL = "a\x1b[31m\x1b]52;c;aGk=\x07\rb\b\x9b31m\u202ec\u2066\x7f"
SHOWN = r"a\x1b[31m\x1b]52;c;aGk=\x07\rb\x08\x9b31m\u202ec\u2066\x7f"


def raw(result):
    """The control characters of what was printed."""
    return [each for each in result.out + result.err if not each.isprintable() and each != "\n"]


@pytest.mark.parametrize("member", ["message", "errorCode", "trackingId"])
@pytest.mark.parametrize("verbosity", ["", "--debug"])
def test_a_refusal(iot, dps, member, verbosity):
    dps.fail(status=400, body={"message": "Wrong.", "errorCode": 400004, "trackingId": "t", member: EVIL})
    result = iot(f"enrollment show --eid dev {verbosity}")
    assert (result.exit_code, raw(result)) == (1, [])
    assert SHOWN in result.err


@pytest.mark.parametrize("verbosity", ["", "--debug"])
def test_a_header_and_a_body_that_is_no_json(iot, dps, verbosity):
    dps.fail(status=400, raw=EVIL, headers={"x-ms-request-id": "a\x1b[31m\x9b"})
    result = iot(f"enrollment show --eid dev {verbosity}")
    assert (result.exit_code, raw(result)) == (1, [])
    assert r"(error 400, tracking ID a\x1b[31m\x9b)" in result.err


def test_a_reason_phrase(iot, dps):
    dps.fail(status="400 Bad \x1b[31m\x9b", raw="")
    result = iot("enrollment show --eid dev")
    assert result.err == "ERROR: The service returned HTTP 400 Bad \\x1b[31m\\x9b. (error 400)\n"


def test_a_refused_import(iot, dps, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"registrationId": "dev", "attestation": {"type": "symmetricKey"}}')
    error = {"registrationId": "dev", "errorCode": 400004, "errorStatus": EVIL}
    dps.fail(method="POST", body={"isSuccessful": False, "errors": [error]})
    result = iot(f"enrollment import --file {tmp_path / 'a.jsonl'}")
    assert (result.exit_code, raw(result)) == (1, [])
    assert result.json["failures"][0]["message"] == SHOWN


TABLES = {
    "deviceId": ("enrollment list", "/query", [{"registrationId": "dev", "deviceId": EVIL}]),
    "hubs": ("enrollment list", "/query", [{"registrationId": "dev", "iotHubs": [EVIL]}]),
    "policy": ("enrollment show --eid dev", "/enrollments/", {"registrationId": "dev", "allocationPolicy": EVIL}),
    "attestation": ("enrollment-group list", "/query", [{"enrollmentGroupId": "grp", "attestation": {"type": EVIL}}]),
    "id": ("enrollment-group show --gid grp", "/enrollmentGroups/", {"enrollmentGroupId": EVIL}),
    "hub": (
        "enrollment registration show --eid dev",
        "/registrations/",
        {"registrationId": "dev", "assignedHub": EVIL},
    ),
    "substatus": (
        "enrollment-group registration list --gid grp",
        "/query",
        [{"registrationId": "dev", "substatus": EVIL}],
    ),
    "updated": ("enrollment list", "/query", [{"registrationId": "dev", "lastUpdatedDateTimeUtc": EVIL}]),
}


@pytest.mark.parametrize(("line", "path", "body"), TABLES.values(), ids=TABLES)
def test_a_table(iot, dps, line, path, body):
    dps.fail(path=path, body=body)
    result = iot(f"{line} -o table")
    assert (result.exit_code, raw(result)) == (0, [])
    assert r"a\x1b[31m\x1" in result.out


def test_json_is_that_of_the_service(iot, dps):
    dps.fail(body={"registrationId": "dev", "deviceId": EVIL})
    assert iot("enrollment show --eid dev").json["deviceId"] == EVIL


def test_a_table_of_connection_strings(az, dps):
    dps.arm.services[2]["name"] = f"mydps{EVIL}"
    dps.policies = [{**dps.policies[0], "keyName": "own\x9b\u202eer"}]
    dps.fail(path="/provisioningServices", body={"value": [dps.arm.services[2]]})
    dps.fail(path="/listkeys", body={"value": dps.policies})
    result = az("iot dps connection-string show --policy-name own\x9b\u202eer -o table")
    assert (result.exit_code, raw(result)) == (0, [])
    assert (f"mydps{SHOWN}" in result.out, r"SharedAccessKeyName=own\x9b\u202eer" in result.out) == (True, True)


def test_names_of_azure_resource_manager(az, dps):
    dps.fail(2, path="/provisioningServices", body={"value": [{"name": "mydp\x9b", "resourcegroup": EVIL}]})
    result = az("iot dps enrollment list -n mydps")
    assert (result.exit_code, raw(result)) == (3, [])
    assert "Did you mean mydp\\x9b?\n" in result.err
    dps.fail(status=404, path="/resourceGroups/nogroup")
    result = az("iot dps enrollment list -n 'mydpt\x1b[31m\x9b' -g nogroup")
    assert raw(result) == []


def test_a_group_of_azure_resource_manager(az, dps):
    dps.arm.services[2]["resourcegroup"] = EVIL
    result = az("iot dps enrollment list -n mydps -g nogroup")
    assert (result.exit_code, raw(result)) == (3, [])
    assert f"'mydps' is in resource group {SHOWN}.\n" in result.err


def test_a_state_of_azure_resource_manager(az, dps):
    dps.arm.services[2]["properties"]["state"] = EVIL
    result = az("iot dps connection-string show -g myrg")
    assert [each for each in result.err if not each.isprintable() and each != "\n"] == []
    assert f"WARNING: 'mydps' was omitted because its state is {SHOWN}, not Active.\n" in result.err


def test_a_linked_hub(az, dps):
    dps.arm.services[2]["properties"]["iotHubs"] = [{"name": "north-hub\x1b[31m\x9b.azure-devices.net"}]
    line = "iot dps enrollment create --eid dev --at symmetricKey --ap static --ih nort-hub.azure-devices.net -n mydps"
    result = az(line)
    assert raw(result) == []
    assert r"Did you mean north-hub\x1b[31m\x9b.azure-devices.net?" in result.err


@pytest.mark.parametrize(
    "line", ["enrollment show --show-keys --eid dev", "enrollment update --eid dev --pk QUFBQUFBQUFBQUFBQUFBQQ=="]
)
def test_an_attestation_type(iot, dps, line):
    dps.fail(body={"registrationId": "dev", "etag": "e", "attestation": {"type": EVIL}})
    result = iot(f"{line} -o none")
    assert [each for each in result.err if not each.isprintable() and each != "\n"] == []
    assert r"a\x1b[31m" in result.err


def test_a_registration_that_failed(az, dps):
    state = {"registrationId": "dev", "errorMessage": EVIL, "errorCode": "\x1b[31m"}
    dps.fail(path="/register", body={"operationId": "o", "status": "failed", "registrationState": state})
    result = az(f"iot device registration create --rid dev --id-scope 0ne00000A0A --key {'QUFB' * 8} --host {dps.host}")
    assert (result.exit_code, raw(result)) == (1, [])
    assert f"The registration of 'dev' failed: {SHOWN} (error \\x1b[31m)\n" in result.err
