"""The emulator against contract-2026.md: api-versions side by side, and members that not all of them have."""

from __future__ import annotations

from base64 import b64encode

import pytest

from emulator_client import certificate, group, pem, symmetric

OLD, PREVIEW, NEW, NEXT = "2021-10-01", "2025-07-01-preview", "2026-11-01", "2026-11-02-preview"
POLICY = {
    "namespaceName": "factory-ns",
    "certificateAuthorityName": "factory-ca",
    "certificatePolicyName": "ninety-days",
}


def refusal(answer):
    return answer.status_code, answer.json()["errorCode"], answer.json()["message"]


@pytest.mark.parametrize("version", ["2018-09-01-preview", "2018-11-01", "2019-03-31", OLD, PREVIEW, NEW, NEXT])
def test_the_versions_of_todays_clients_are_served(api, version):
    assert api("PUT", "/enrollments/dev", symmetric(), version=version).status_code == 200
    assert api("GET", "/enrollments/dev", version=version).json()["registrationId"] == "dev"
    assert api("POST", "/enrollments/query", {"query": "*"}, version=version).json()[0]["registrationId"] == "dev"


def test_a_switch_refuses_versions_as_a_region_that_is_behind(api, service):
    service.switches.api_versions = (OLD,)
    assert api("PUT", "/enrollments/dev", symmetric(), version=OLD).status_code == 200
    assert refusal(api("GET", "/enrollments/dev", version=NEW)) == (400, 400004, f"Unsupported API version {NEW}.")
    path = "/0ne00000A0A/registrations/dev"
    assert api("POST", path, {"registrationId": "dev"}, version=NEW).status_code == 401
    service.switches.device_api_versions = (OLD,)
    assert api("POST", path, {"registrationId": "dev"}, version=OLD).status_code == 401
    answer = api("POST", path, {"registrationId": "dev"}, version=NEW)
    assert refusal(answer) == (400, 400004, f"Unsupported API version {NEW}.")


@pytest.mark.parametrize("record, path", [(symmetric(), "/enrollments/dev"), (group(), "/enrollmentGroups/grp")])
def test_older_versions_hide_newer_members_and_clear_them_by_default(api, record, path):
    stored = api("PUT", path, {**record, **POLICY}, version=NEW).json()
    assert {name: stored[name] for name in POLICY} == POLICY
    listing = path.rpartition("/")[0] + "/query"
    for version in (OLD, PREVIEW):
        assert not POLICY.keys() & api("GET", path, version=version).json().keys()
        assert not POLICY.keys() & api("POST", listing, {"query": "*"}, version=version).json()[0].keys()
    assert api("GET", path, version=NEW).json()["certificatePolicyName"] == "ninety-days"
    assert api("PUT", path, {**record, **POLICY}, etag="*", version=OLD).status_code == 200
    assert not POLICY.keys() & api("GET", path, version=NEW).json().keys()


def test_each_version_has_its_own_members(api):
    sent = symmetric(credentialPolicyName="p", optionalDeviceInformation={"floor": 3})
    assert api("PUT", "/enrollments/dev", sent, version=PREVIEW).json()["credentialPolicyName"] == "p"
    assert "credentialPolicyName" not in api("GET", "/enrollments/dev", version=NEW).json()
    sent = symmetric("dev2", **POLICY, deviceTypeRefs=["urn:example:1"])
    assert api("PUT", "/enrollments/dev2", sent, version=NEXT).json()["namespaceName"] == "factory-ns"
    assert "deviceTypeRefs" not in api("GET", "/enrollments/dev2", version=NEW).json()
    assert api("GET", "/enrollments/dev2", version=NEXT).json()["deviceTypeRefs"] == ["urn:example:1"]
    assert "optionalDeviceInformation" in api("GET", "/enrollments/dev", version="2019-03-31").json()
    assert "optionalDeviceInformation" not in api("GET", "/enrollments/dev", version="2018-11-01").json()


def test_by_switch_an_older_put_keeps_shows_or_is_refused(api, service):
    api("PUT", "/enrollments/dev", symmetric(**POLICY), version=NEW)
    service.switches.newer_members = "hide-and-keep"
    changed = {"namespaceName": "other-ns"}
    assert "namespaceName" not in api("PUT", "/enrollments/dev", symmetric(**changed), etag="*").json()
    assert api("GET", "/enrollments/dev", version=NEW).json()["namespaceName"] == "factory-ns"
    service.switches.newer_members = "show-all"
    assert api("GET", "/enrollments/dev").json()["namespaceName"] == "factory-ns"
    service.switches.newer_members = "refuse"
    refused = api("PUT", "/enrollments/dev", symmetric(**changed), etag="*")
    assert refusal(refused) == (400, 400004, "API version 2021-10-01 has no namespaceName.")
    assert api("PUT", "/enrollments/dev", symmetric(), etag="*").status_code == 200
    assert "namespaceName" not in api("GET", "/enrollments/dev", version=NEW).json()


@pytest.mark.parametrize(
    "changed",
    [
        {"namespaceName": None},
        {"namespaceName": "ns"},
        {"namespaceName": "Factory"},
        {"certificateAuthorityName": "-ca1"},
        {"certificatePolicyName": "x" * 64},
        {"certificatePolicyName": "ninety_days"},
    ],
)
def test_names_of_a_certificate_policy_come_together_and_in_their_form(api, changed):
    answer = api("PUT", "/enrollments/dev", symmetric(**{**POLICY, **changed}), version=NEW)
    assert refusal(answer)[:2] == (400, 400004)


def test_null_in_all_three_names_is_as_if_left_out(api):
    answer = api("PUT", "/enrollments/dev", symmetric(**dict.fromkeys(POLICY)), version=NEW)
    assert answer.status_code == 200
    assert not POLICY.keys() & answer.json().keys()


def test_a_slash_at_the_end_changes_nothing(api):
    bulk = {"mode": "create", "enrollments": [symmetric()]}
    assert api("POST", "/enrollments/", bulk).json() == {"errors": [], "isSuccessful": True}
    assert api("POST", "/enrollments/query/", {"query": "*"}).json()[0]["registrationId"] == "dev"
    assert api("DELETE", "/enrollments/dev/").status_code == 204


def test_an_id_that_comes_twice_in_one_bulk_call_stops_all_of_it(api, service):
    answer = api("POST", "/enrollments", {"mode": "create", "enrollments": [symmetric(), symmetric("DEV")]})
    assert refusal(answer) == (400, 400004, "Every item needs another registrationId.")
    assert len(service.enrollments) == 0


def test_a_certificate_may_be_the_base64_of_its_pem(api):
    made = certificate()
    infos = []
    for text in (pem(made), b64encode(pem(made).encode()).decode()):
        x509 = {"type": "x509", "x509": {"clientCertificates": {"primary": {"certificate": text}}}}
        record = {"registrationId": "dev", "attestation": x509}
        answer = api("PUT", "/enrollments/dev", record, etag=None if not infos else "*").json()
        infos.append(answer["attestation"]["x509"]["clientCertificates"]["primary"]["info"])
    assert infos[0] == infos[1]
    assert infos[0]["serialNumber"] == "0ABC"


def test_geo_latency_keeps_a_definition_of_custom_allocation(api):
    definition = {"webhookUrl": "https://hook.example/api", "apiVersion": "2019-03-31"}
    sent = symmetric(allocationPolicy="geoLatency", customAllocationDefinition=definition)
    assert api("PUT", "/enrollments/dev", sent).json()["customAllocationDefinition"] == definition
