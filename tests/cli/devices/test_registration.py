"""az iot device registration create, with symmetric keys: what is sent, where to, and what comes of it."""

from __future__ import annotations

import re

import pytest

from dps_emulator.lab.allocation_function import AllocationFunction
from tests.devices import GROUP_KEY, HUB, KEY1, MEMBER, MEMBER_KEY, SCOPE, group, said, symmetric

OPERATION = r"5\.[0-9a-f]{16}\.[0-9a-f-]{36}"


def lookups(dps):
    return [each.path for each in dps.requests if each.path.startswith("/subscriptions/")]


def test_the_operation_is_printed_as_the_service_answers_it(create, dps, device_requests):
    dps.enrollments.put(symmetric(deviceId="hub-id"))
    result = create(f"--symmetric-key {KEY1}")
    assert result.exit_code == 0
    assert result.json == dps.requests[-1].answer
    assert set(result.json) == {"operationId", "status", "registrationState"}
    assert re.fullmatch(OPERATION, result.json["operationId"])
    assert result.json["status"] == "assigned"
    state = dps.registrations["dev"]
    assert result.json["registrationState"] == state
    assert (state["assignedHub"], state["deviceId"], state["substatus"]) == (HUB, "hub-id", "initialAssignment")
    poll = f"/{SCOPE}/registrations/dev/operations/{result.json['operationId']}"
    assert device_requests() == [("PUT", f"/{SCOPE}/registrations/dev/register"), ("GET", poll), ("GET", poll)]


def test_the_wire(create, dps):
    dps.enrollments.put(symmetric())
    assert create(f"--symmetric-key {KEY1}").exit_code == 0
    assert [each.query for each in dps.requests] == [{"api-version": "2021-06-01"}] * 3
    register = dps.requests[0]
    assert register.body == {"registrationId": "dev"}
    assert re.fullmatch(
        rf"SharedAccessSignature sr={SCOPE}%2Fregistrations%2Fdev&sig=[^&]+&se=[0-9]{{10}}&skn=registration",
        register.headers["Authorization"],
    )


def test_an_id_keeps_its_letter_case_and_is_percent_encoded(create, dps):
    dps.enrollments.put({**symmetric(), "registrationId": "Dev:A_1"})
    result = create(f"--key {KEY1}", id="Dev:A_1")
    assert result.exit_code == 0
    assert dps.requests[0].raw_path == f"/{SCOPE}/registrations/Dev%3AA_1/register"
    assert dps.requests[0].body == {"registrationId": "Dev:A_1"}


def test_a_table_shows_where_the_device_went(create, dps):
    dps.enrollments.put(symmetric())
    names, _, values = create(f"--symmetric-key {KEY1} -o table").out.splitlines()
    assert names.split() == ["RegistrationId", "Status", "Substatus", "AssignedHub", "DeviceId"]
    assert values.split() == ["dev", "assigned", "initialAssignment", HUB, "dev"]


def test_compute_key_derives_the_devices_key_from_the_groups(create, dps):
    dps.groups.put(group())
    result = create(f"--symmetric-key {GROUP_KEY} --compute-key --group-id grp", id=MEMBER)
    assert result.exit_code == 0
    assert result.json["registrationState"]["symmetricKey"] == {"enrollmentGroupId": "grp"}
    assert dps.service_requests == []


def test_compute_key_needs_no_group(create, dps):
    dps.groups.put(group())
    result = create(f"--symmetric-key {GROUP_KEY} --compute-key", id=MEMBER)
    assert (result.exit_code, result.json["registrationState"]["deviceId"]) == (0, MEMBER)


PAYLOADS = {
    "[1, null]": [1, None],
    '{"a": null}': {"a": None},
    '"text"': "text",
    "1.50": 1.5,
    "true": True,
    "null": None,
    "{}": {},
}


@pytest.mark.parametrize(("typed", "sent"), PAYLOADS.items())
def test_a_payload_of_any_type(create, dps, typed, sent):
    dps.enrollments.put(symmetric())
    assert create(f"--symmetric-key {KEY1}", "--payload", typed).exit_code == 0
    assert dps.requests[0].body == {"registrationId": "dev", "payload": sent}


def test_a_derived_key_is_used_as_it_is_without_compute_key(create, dps):
    dps.groups.put(group())
    assert create(f"--symmetric-key {MEMBER_KEY} --group-id grp", id=MEMBER).exit_code == 0


def test_the_own_key_is_read_with_a_connection_string(create, dps):
    dps.enrollments.put(symmetric())
    result = create("--login", dps.connection_string)
    assert result.json["status"] == "assigned"
    assert dps.sent() == [("POST", "/enrollments/dev/attestationmechanism", None, None)]
    assert lookups(dps) == []


@pytest.mark.parametrize("compute", ["", "--compute-key"])
def test_the_groups_key_is_read_and_the_devices_derived(create, dps, compute):
    dps.groups.put(group())
    result = create(f"--group-id grp {compute} --login", dps.connection_string, id=MEMBER)
    assert result.json["status"] == "assigned"
    assert dps.sent() == [("POST", "/enrollmentGroups/grp/attestationmechanism", None, None)]


@pytest.mark.parametrize("auth", ["", "--auth-type login"])
def test_with_a_name_everything_is_looked_up_once(create, dps, auth):
    dps.enrollments.put(symmetric())
    result = create(f"-n mydps -g myrg {auth}", where="")
    assert result.json["status"] == "assigned"
    found = "/subscriptions/00000000-0000-0000-0000-0000000000aa/resourceGroups/myrg/providers/"
    found += "Microsoft.Devices/provisioningServices/mydps"
    assert lookups(dps) == ([found] if auth else [found, f"{found}/listkeys"])


def test_a_name_without_a_group_is_looked_for_in_the_subscription(create, dps):
    dps.enrollments.put(symmetric())
    assert create("-n mydps", where="").json["status"] == "assigned"


def test_the_id_scope_is_looked_up_by_the_host_of_a_connection_string(create, dps):
    dps.enrollments.put(symmetric())
    dps.arm.services.append(dps.arm.service("localhost", "myrg"))
    result = create("-g myrg --login", dps.connection_string, where="")
    assert result.json["status"] == "assigned"


@pytest.mark.az
def test_without_an_id_scope_and_a_sign_in_the_way_out_is_told(create, dps, profile):
    dps.enrollments.put(symmetric())
    profile.unlink()
    result = create("--login", dps.connection_string, where="")
    assert (result.exit_code, result.out) == (1, "")
    assert result.err == (
        "ERROR: Without --id-scope the ID scope is looked up in Azure Resource Manager, which failed: Please run 'az "
        "login' to setup account.\nSpecify --id-scope to work without signing in: the portal shows it on the "
        "service's Overview page.\n"
    )
    assert lookups(dps) == []


def test_no_name_is_needed_and_no_service_asked_with_a_key_and_an_id_scope(create, dps):
    dps.enrollments.put(symmetric())
    assert create(f"--symmetric-key {KEY1} -n mydps").exit_code == 0
    assert (dps.service_requests, lookups(dps)) == ([], [])


def test_a_host_that_was_given_stays_when_the_id_scope_is_looked_up(az, dps):
    dps.enrollments.put(symmetric())
    for service in dps.arm.services:
        service["properties"]["deviceProvisioningHostName"] = "nowhere.invalid"
    line = f"iot device registration create --rid dev -n mydps --key {KEY1}"
    assert az(f"{line} --provisioning-host https://{dps.host}/").exit_code == 0
    result = az(line)
    assert result.exit_code == 1
    assert "nowhere.invalid could not be reached" in result.err


def test_the_host_is_the_services_once_that_is_looked_up_and_else_the_clouds(az, dps, monkeypatch):
    dps.enrollments.put(symmetric())
    line = f"iot device registration create --rid dev --scope {SCOPE} -n mydps"
    assert az(line).json["status"] == "assigned"
    # a proxy that is not there: no device may register in earnest
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    dps.requests.clear()
    result = az(f"{line} --key {KEY1}")
    assert "ERROR: global.azure-devices-provisioning.net could not be reached." in result.err
    assert dps.requests == []


def test_the_keys_of_a_tpm_are_sent_beside_the_devices_key(create, dps):
    dps.enrollments.put(symmetric())
    result = create(f"--symmetric-key {KEY1} --endorsement-key RUtFSw== --storage-root-key U1JLSw== --debug")
    assert result.exit_code == 0
    keys = {"endorsementKey": "RUtFSw==", "storageRootKey": "U1JLSw=="}
    assert dps.requests[0].body == {"registrationId": "dev", "tpm": keys}
    assert "RUtFSw" not in said(result) and "U1JLSw" not in said(result)


def test_a_service_without_an_id_scope_is_an_error(create, dps):
    for service in dps.arm.services:
        service["properties"]["idScope"] = None
    result = create(f"-n mydps --symmetric-key {KEY1}", where="")
    assert result.exit_code == 1
    assert "Azure Resource Manager returned no ID scope for 'mydps'." in result.err


def test_a_payload_is_sent_as_json(create, dps, tmp_path):
    dps.enrollments.put(symmetric())
    assert create(f"--symmetric-key {KEY1}", "--payload", '{"ü": {"a": [1, null]}}').exit_code == 0
    assert dps.payloads == {"dev": {"ü": {"a": [1, None]}}}
    file = tmp_path / "payload.json"
    file.write_text('{"from": "file"}')
    assert create(f"--symmetric-key {KEY1} --payload @{file}").exit_code == 0
    assert dps.payloads == {"dev": {"from": "file"}}


def test_the_function_of_a_custom_allocation_gets_the_payload_and_answers_the_device(create, dps):
    with AllocationFunction({"iotHubHostName": "second.azure-devices.net", "payload": {"hello": "dev"}}) as function:
        dps.switches.webhook_authority = function.authority
        dps.arm.link("second.azure-devices.net")
        dps.enrollments.put(symmetric(**function.enrollment_members()))
        result = create(f"--symmetric-key {KEY1}", "--payload", "{'site': 'north'}")
        assert function.asked[0]["deviceRuntimeContext"]["payload"] == {"site": "north"}
        state = result.json["registrationState"]
        assert (state["assignedHub"], state["payload"]) == ("second.azure-devices.net", {"hello": "dev"})
        function.status = 503
        result = create(f"--symmetric-key {KEY1}")
    assert result.exit_code == 1
    assert "The custom allocation webhook answered 503. (error 400209)" in result.err
