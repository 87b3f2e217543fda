"""The emulator against contract.md: records, etags, queries, bulk operations."""

from __future__ import annotations

import re
from base64 import b64decode

import pytest

from emulator_client import KEY1, KEY2, group, symmetric

CUSTOM = {"allocationPolicy": "custom"}
DEFINITION = {"webhookUrl": "https://hook.example", "apiVersion": "2021-10-01"}


def codes(response):
    return response.status_code, response.json()["errorCode"]


def refusal(response):
    return response.status_code, response.json()["message"]


def test_unknown_and_missing_api_versions_are_refused(api):
    assert codes(api("GET", "/enrollments/dev", version=None)) == (400, 400004)
    assert refusal(api("GET", "/enrollments/dev", version="2019-04-15")) == (
        400,
        "Unsupported API version 2019-04-15.",
    )


def test_fixed_segments_and_ids_match_in_any_case_and_ids_are_decoded(api, service):
    assert api("PUT", "/EnrollmentGROUPS/a%3Ab", group("a:b")).status_code == 200
    assert api("GET", "/enrollmentgroups/A:B").json()["enrollmentGroupId"] == "a:b"
    assert api("POST", "/enrollmentGroups/QUERY", {"query": "*"}).json()[0]["enrollmentGroupId"] == "a:b"
    assert service.requests[0].path == "/EnrollmentGROUPS/a:b"
    assert service.requests[0].raw_path == "/EnrollmentGROUPS/a%3Ab"


def test_what_is_not_there_says_so(api):
    answer = api("GET", "/trustBundles/query")
    assert (answer.status_code, answer.json()["message"]) == (501, "The emulator has no GET /trustBundles/query.")
    assert codes(api("PUT", "/enrollments")) == (405, 405000)


def test_create_answers_200_in_the_services_order_with_keys(api):
    sent = {
        "registrationId": "sym",
        "attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY1, "secondaryKey": KEY2}},
        "allocationPolicy": "GeoLatency",
        "capabilities": None,
        "reprovisionPolicy": {"migrateDeviceData": True, "updateHubAssignment": True},
        "provisioningStatus": None,
        "deviceId": "sym-device",
        "optionalDeviceInformation": None,
        "iotHubs": None,
        "initialTwin": {"properties": {"desired": {"key": "value"}}},
    }
    created = api("PUT", "/enrollments/sym", sent)
    record = created.json()
    assert created.status_code == 200
    assert list(record) == [
        *("registrationId", "deviceId", "attestation", "initialTwin", "etag", "provisioningStatus"),
        *("reprovisionPolicy", "createdDateTimeUtc", "lastUpdatedDateTimeUtc", "allocationPolicy"),
    ]
    assert record["attestation"] == sent["attestation"]
    assert record["provisioningStatus"] is None
    assert record["allocationPolicy"] == "geoLatency"
    assert list(record["reprovisionPolicy"]) == ["updateHubAssignment", "migrateDeviceData"]
    assert re.fullmatch(r'"[0-9a-f]{8}-0000-0800-0000-[0-9a-f]{12}"', b64decode(record["etag"]).decode())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,6}[1-9])?Z", record["createdDateTimeUtc"])
    assert record["createdDateTimeUtc"] == record["lastUpdatedDateTimeUtc"]
    assert "ETag" not in created.headers


def test_get_hides_keys_and_shows_the_registration_state(api):
    created = api("PUT", "/enrollments/dev", symmetric()).json()
    assert api("GET", "/enrollments/dev").json() == {
        **created,
        "registrationState": {"registrationId": "dev", "status": "unassigned"},
        "attestation": {"type": "symmetricKey"},
    }
    assert api("POST", "/enrollments/query", {"query": "SELECT *"}).json() == [
        {**created, "attestation": {"type": "symmetricKey"}}
    ]
    assert api("POST", "/enrollments/dev/attestationmechanism").json() == created["attestation"]


def test_status_left_out_is_enabled_and_a_put_replaces_the_record(api):
    first = api("PUT", "/enrollments/dev", symmetric(deviceId="d", provisioningStatus="disabled")).json()
    second = api("PUT", "/enrollments/dev", symmetric(), etag=first["etag"]).json()
    assert second["provisioningStatus"] == "enabled"
    assert "deviceId" not in second
    assert second["createdDateTimeUtc"] == first["createdDateTimeUtc"] < second["lastUpdatedDateTimeUtc"]
    assert second["etag"] != first["etag"]


def test_create_of_an_existing_id_is_a_conflict(api):
    api("PUT", "/enrollments/dev", symmetric())
    api("PUT", "/enrollmentGroups/grp", group())
    again = api("PUT", "/enrollments/DEV", symmetric("DEV"))
    assert codes(again) == (409, 409201)
    assert again.headers["x-ms-error-code"] == "409201"
    assert sorted(again.json()) == ["errorCode", "message", "timestampUtc", "trackingId"]
    assert again.json()["message"] == "Enrollment already exists."
    again = api("PUT", "/enrollmentGroups/grp", group()).json()
    assert (again["errorCode"], again["message"]) == (409202, "EnrollmentGroup already exists.")


@pytest.mark.parametrize("form", ["{}", '"{}"', "*", '"*"'])
def test_if_match_takes_the_etag_and_the_star_with_and_without_quotes(api, form):
    etag = api("PUT", "/enrollments/dev", symmetric()).json()["etag"]
    assert api("PUT", "/enrollments/dev", symmetric(), etag=form.format(etag)).status_code == 200


def test_an_etag_that_does_not_match_is_412_or_by_a_switch_409203(api, service):
    api("PUT", "/enrollments/dev", symmetric())
    assert codes(api("PUT", "/enrollments/dev", symmetric(), etag="other")) == (412, 412000)
    assert codes(api("DELETE", "/enrollments/dev", etag="other")) == (412, 412000)
    service.switches.precondition_as_409 = True
    assert codes(api("DELETE", "/enrollments/dev", etag="other")) == (409, 409203)


def test_what_is_missing_is_404_with_its_own_code(api):
    assert codes(api("PUT", "/enrollments/dev", symmetric(), etag="*")) == (404, 404201)
    assert codes(api("PUT", "/enrollmentGroups/grp", group(), etag="*")) == (404, 404204)
    assert codes(api("GET", "/enrollments/dev")) == (404, 404201)
    assert codes(api("GET", "/enrollmentGroups/grp")) == (404, 404204)
    assert codes(api("GET", "/registrations/dev")) == (404, 404202)
    assert codes(api("DELETE", "/enrollments/dev")) == (404, 404201)


def test_delete_is_204_without_body_or_type(api, service):
    api("PUT", "/enrollments/dev", symmetric())
    deleted = api("DELETE", "/enrollments/dev")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert "Content-Type" not in deleted.headers
    assert "dev" not in service.enrollments


def test_a_body_etag_is_ignored_unless_it_has_quotes_of_its_own(api):
    assert api("PUT", "/enrollments/dev", symmetric(etag="stale")).status_code == 200
    assert refusal(api("PUT", "/enrollments/dev", symmetric(etag='"IjBh="'), etag="*")) == (400, "ETag is invalid")


def test_twins_and_unknown_members_come_back_as_they_went(api):
    twin = {"version": 1.0, "count": "x", "metadata": [None, {"$x": {}}], "ü": "漢", "additional_properties": 2**70}
    members = {"initialTwin": {"tags": twin, "properties": {"desired": twin}}, "optionalDeviceInformation": twin}
    new = {"newMember": "p", "futureMember": None}
    created = api("PUT", "/enrollments/dev", symmetric(**members, **new)).json()
    assert {name: created[name] for name in (*members, *new)} == {**members, **new}


@pytest.mark.parametrize(
    "members, message",
    [
        ({"registrationId": "other"}, "registrationId in the body must equal the id in the path."),
        ({"iotHubs": ["h"]}, "Enrollment allocationPolicy must be specified when iotHubs are specified."),
        (CUSTOM, "A CustomAllocationDefinition is required when the allocation policy is set to 'Custom'"),
        ({"allocationPolicy": "nearest"}, "allocationPolicy must be one of hashed, geoLatency, static, custom."),
        ({"provisioningStatus": "on"}, "provisioningStatus must be enabled or disabled."),
        ({"capabilities": {"iotEdge": "true"}}, "Enrollment.capabilities.iotEdge must be a boolean."),
        ({"initialTwin": {"tags": "{}"}}, "Enrollment.initialTwin.tags must be an object."),
        ({"iotHubs": "h", "allocationPolicy": "static"}, "Enrollment.iotHubs must be a list."),
    ],
)
def test_records_that_the_service_refuses(api, service, members, message):
    answer = api("PUT", "/enrollments/dev", {**symmetric(), **members})
    assert (answer.status_code, answer.json()["errorCode"], answer.json()["message"]) == (400, 400004, message)
    assert len(service.enrollments) == 0


@pytest.mark.parametrize(
    "members", [{"allocationPolicy": "static"}, {**CUSTOM, "customAllocationDefinition": DEFINITION}]
)
def test_policies_that_the_service_accepts(api, members):
    assert api("PUT", "/enrollments/dev", symmetric(**members)).status_code == 200


@pytest.mark.parametrize("id", ["a b", "a@b", "x" * 129])
def test_ids_of_other_characters_or_lengths_are_refused(api, id):
    assert codes(api("PUT", f"/enrollments/{id}", symmetric(id))) == (400, 400004)


def test_bodies_that_are_no_json_are_refused(api, service):
    as_text = {"headers": {"Authorization": api.owner(), "Content-Type": "text/plain"}, "data": "{}"}
    url = service.url + "/enrollments/dev?api-version=2021-10-01"
    assert api.session.put(url, **as_text).status_code == 415
    as_text["headers"]["Content-Type"] = "application/json"
    assert api.session.put(url, **{**as_text, "data": "{"}).json()["message"] == "The body is not valid JSON."
