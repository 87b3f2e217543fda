"""The emulator against contract.md: devices that register, and what the service API shows of it."""

from __future__ import annotations

import re
from urllib.parse import quote_plus

import pytest

from dps_emulator.refusal import Refusal
from dps_emulator.signatures import sign
from emulator_client import FAR, KEY1, KEY2, group, sas, symmetric

SCOPE = "0ne00000A0A"


@pytest.fixture
def device(api):
    """Calls of a device: the method, what follows its registration's path, its key."""

    def call(method, rest="", id="dev", key=KEY1, version="2021-06-01", skn="registration", **members):
        path = f"/{SCOPE}/registrations/{id}"
        body = None if method == "GET" else {"registrationId": id, **members}
        authorization = {"Authorization": sas(path[1:], skn, key)}
        return api(method, path + rest, body, version=version, headers=authorization)

    return call


def codes(response):
    return response.status_code, response.json()["errorCode"]


def test_registering_is_assigning_twice_and_then_assigned(device, api, service):
    service.arm.link("a.azure-devices.net")
    service.enrollments.put(symmetric(deviceId="hub-id", iotHubs=["a.azure-devices.net", "b.azure-devices.net"]))
    accepted = device("PUT", "/register")
    assert (accepted.status_code, accepted.headers["Retry-After"]) == (202, "3")
    assert accepted.headers["Location"] == f"{service.url}/{SCOPE}/registrations/dev/register"
    operation = accepted.json()["operationId"]
    assert re.fullmatch(r"5\.[0-9a-f]{16}\.[0-9a-f-]{36}", operation)
    assert accepted.json() == {"operationId": operation, "status": "assigning"}
    assert device("GET", f"/operations/{operation}").status_code == 202
    finished = device("GET", f"/operations/{operation}")
    assert finished.status_code == 200
    state = finished.json()["registrationState"]
    assert list(state) == [
        *("registrationId", "createdDateTimeUtc", "assignedHub", "deviceId", "status", "substatus"),
        *("lastUpdatedDateTimeUtc", "etag"),
    ]
    assert (state["assignedHub"], state["deviceId"]) == ("a.azure-devices.net", "hub-id")
    assert (state["status"], state["substatus"]) == ("assigned", "initialAssignment")
    assert device("POST").json() == state
    assert api("GET", "/registrations/DEV").json() == state
    assert api("GET", "/enrollments/dev").json()["registrationState"] == state


def test_the_key_of_a_group_is_derived_for_each_device(device, api, service):
    service.groups.put(group())
    id = "sn-007"
    assert device("PUT", "/register", id=id, key=sign(KEY2, id)).status_code == 202
    assert device("POST", id=id, key=sign(KEY1, id)).json()["symmetricKey"] == {"enrollmentGroupId": "grp"}
    assert codes(device("PUT", "/register", id=id, key=KEY1)) == (401, 401002)
    assert [state["deviceId"] for state in api("POST", "/registrations/grp/query").json()] == [id]
    assert "symmetricKey" not in api("GET", f"/registrations/{id}").json()


def test_an_individual_enrollment_goes_before_its_group(device, service):
    service.groups.put(group())
    service.enrollments.put(symmetric())
    assert codes(device("PUT", "/register", key=sign(KEY1, "dev"))) == (401, 401002)


def test_a_device_must_prove_itself(device, api, service):
    service.enrollments.put(symmetric())
    refused = [
        device("PUT", "/register", key="/" * 43 + "="),
        device("PUT", "/register", skn="other"),
        device("PUT", "/register", id="absent"),
        api("PUT", f"/{SCOPE}/registrations/dev/register", {"registrationId": "dev"}),
        api("PUT", "/0ne00000B0B/registrations/dev/register", {"registrationId": "dev"}),
    ]
    assert [codes(answer) for answer in refused] == [(401, 401002)] * 5
    body = refused[0].json()
    assert (body["message"], refused[0].headers["x-ms-request-id"]) == ("Unauthorized", body["trackingId"])
    assert len(service.registrations) == 0


def test_a_disabled_enrollment_is_200_with_status_disabled(device, api, service):
    service.enrollments.put(symmetric(provisioningStatus="disabled"))
    answer = device("PUT", "/register")
    assert (answer.status_code, answer.json()["status"]) == (200, "disabled")
    state = answer.json()["registrationState"]
    assert (state["status"], "assignedHub" in state) == ("disabled", False)
    assert api("GET", "/registrations/dev").json() == state


def test_a_hub_no_longer_linked_is_200_with_status_failed(device, service):
    service.enrollments.put(symmetric(iotHubs=["gone.azure-devices.net"]))
    state = device("PUT", "/register").json()["registrationState"]
    assert (state["status"], state["errorCode"]) == ("failed", 404203)
    assert state["errorMessage"] == "The hub gone.azure-devices.net is not linked to this service."


@pytest.mark.parametrize(
    "policy, hub, substatus",
    [
        (None, "new", "deviceDataMigrated"),
        ({"updateHubAssignment": True, "migrateDeviceData": False}, "new", "deviceDataReset"),
        ({"updateHubAssignment": False, "migrateDeviceData": False}, "old", "initialAssignment"),
    ],
)
def test_registering_again_follows_the_reprovision_policy(service, policy, hub, substatus):
    service.arm.link("old", "new")
    service.enrollments.put(symmetric(iotHubs=["old"]))
    first = service.register("dev")
    service.enrollments.put(symmetric(iotHubs=["new"], **({"reprovisionPolicy": policy} if policy else {})))
    second = service.register("dev")
    assert (second["assignedHub"], second["substatus"]) == (hub, substatus)
    assert second["createdDateTimeUtc"] == first["createdDateTimeUtc"]
    assert second["etag"] != first["etag"]


@pytest.mark.parametrize("payload", [{"model": {"ü": [1, None]}}, '{"a": 1}', [1, "two"], 7, False, ""])
def test_a_payload_is_any_json_and_kept_as_sent(device, service, payload):
    service.enrollments.put(symmetric())
    assert device("PUT", "/register", payload=payload).status_code == 202
    assert service.payloads == {"dev": payload}


def test_a_payload_of_null_is_none(device, service):
    service.enrollments.put(symmetric())
    assert device("PUT", "/register", payload=None).status_code == 202
    assert service.payloads == {}


def test_a_resource_that_is_not_encoded_and_an_empty_policy_are_accepted(api, service):
    service.enrollments.put(symmetric())
    resource = f"{SCOPE}/registrations/dev"
    signature = quote_plus(sign(KEY1, f"{resource}\n{FAR}"))
    token = f"SharedAccessSignature sr={resource}&sig={signature}&se={FAR}&skn="
    answer = api(
        "PUT",
        f"/{resource}/register",
        {"registrationId": "dev"},
        version="2019-03-31",
        headers={"Authorization": token},
    )
    assert (answer.status_code, answer.json()["status"]) == (202, "assigning")


def test_registrations_are_deleted_by_id_with_or_without_etag(api, service):
    service.enrollments.put(symmetric())
    service.groups.put(group())
    states = [service.register("dev"), service.register("other", group_id="grp")]
    assert codes(api("DELETE", "/registrations/dev", etag="stale")) == (412, 412000)
    assert api("DELETE", "/registrations/dev", etag=states[0]["etag"]).status_code == 204
    assert api("DELETE", "/registrations/other").status_code == 204
    assert codes(api("DELETE", "/registrations/other")) == (404, 404202)
    assert api("GET", "/enrollments/dev").json()["registrationState"]["status"] == "unassigned"


@pytest.mark.parametrize(
    "version, status",
    [
        ("2018-11-01", 202),
        ("2019-01-15", 202),
        ("2019-03-31", 202),
        ("2021-06-01", 202),
        ("2021-10-01", 202),
        ("2025-07-01-preview", 202),
        ("2026-11-01", 202),
        ("2019-04-15", 400),
    ],
)
def test_the_device_api_has_versions_of_its_own(device, service, version, status):
    service.enrollments.put(symmetric())
    assert device("PUT", "/register", version=version).status_code == status


def test_a_device_in_process_goes_by_the_same_rules(service):
    service.enrollments.put(symmetric())
    service.groups.put(group())
    assert service.register("dev", key=KEY1)["assignedHub"] == "linked-hub.azure-devices.net"
    assert service.register("member", key=sign(KEY1, "member"))["status"] == "assigned"
    assert service.register("dev", payload={"a": 1}) == service.registrations["DEV"]
    for arguments in ({"key": KEY1 + "x"}, {"key": None}):
        with pytest.raises(Refusal):
            service.register("stranger", **arguments)
