"""Shared access policies that are written by Azure Resource Manager sign calls to the service at once."""

from __future__ import annotations

from base64 import b64decode

import pytest

from emulator_arm import GROUP, error
from emulator_client import KEY1, KEY2, sas, symmetric

OWNER = {"keyName": "provisioningserviceowner", "primaryKey": KEY1, "secondaryKey": KEY2, "rights": "ServiceConfig"}
READER = {"keyName": "reader", "primaryKey": KEY2, "secondaryKey": KEY1, "rights": "EnrollmentRead"}


@pytest.fixture
def keys(arm):
    """The policies of a service."""
    return lambda name="mydps": arm("POST", f"{GROUP}/{name}/listkeys").json()["value"]


@pytest.fixture
def status(api, service):
    """Status of a read and of a write that a policy signs."""

    def status(policy, key):
        token = {"Authorization": sas(service.host, policy, key)}
        read = api("GET", "/enrollments/dev", headers=token)
        return read.status_code, api("PUT", "/enrollments/dev", symmetric(), headers=token).status_code

    return status


def test_a_policy_signs_as_soon_as_it_is_written(arm, keys, status):
    assert status("reader", KEY2) == (401, 401)
    arm.put("mydps", authorizationPolicies=[*keys(), READER])
    assert status("reader", KEY2) == (404, 403)
    arm.put("mydps", authorizationPolicies=[*keys()[:1], {**READER, "rights": "EnrollmentWrite", "primaryKey": KEY1}])
    assert status("reader", KEY1) == (404, 200)
    arm.put("mydps", authorizationPolicies=keys()[:1])
    assert status("reader", KEY1) == (401, 401)


def test_policies_stay_when_a_body_has_none(arm, keys):
    before = keys()
    arm.put("mydps")
    assert keys() == before
    arm.put("mydps", authorizationPolicies=None)
    assert keys() == before
    assert "authorizationPolicies" not in arm("GET", f"{GROUP}/mydps").json()["properties"]


def test_keys_are_made_and_rights_come_with_and_without_blanks(arm, keys):
    rights = "RegistrationStatusWrite,enrollmentread, ServiceConfig"
    arm.put("mydps", authorizationPolicies=[{"keyName": "one", "rights": rights}])
    (policy,) = keys()
    assert policy["rights"] == "ServiceConfig, EnrollmentRead, RegistrationStatusWrite"
    assert {len(b64decode(policy[name])) for name in ("primaryKey", "secondaryKey")} == {32}
    assert policy["primaryKey"] != policy["secondaryKey"]


def test_a_created_service_has_keys_of_its_own(arm, keys, status):
    arm.put("plant-dps")
    (own,) = keys("plant-dps")
    assert (own["keyName"], own["rights"]) == (
        "provisioningserviceowner",
        "ServiceConfig, DeviceConnect, EnrollmentWrite",
    )
    assert own["primaryKey"] not in (KEY1, KEY2)
    assert status("provisioningserviceowner", own["primaryKey"]) == (404, 200)
    assert keys()[0]["primaryKey"] == KEY1
    arm.put("plant-dps", authorizationPolicies=[READER])
    assert [policy["keyName"] for policy in keys("plant-dps")] == ["reader"]
    assert [policy["keyName"] for policy in keys()] == ["provisioningserviceowner"]
    arm("DELETE", f"{GROUP}/plant-dps")
    assert status("reader", KEY2) == (401, 401)


@pytest.mark.parametrize(
    "policies",
    [
        [{"rights": "ServiceConfig"}],
        [{**READER, "rights": ""}],
        [{**READER, "rights": "Everything"}],
        [{**READER, "primaryKey": "not base64"}],
        [{**READER, "primaryKey": "AAAA"}],
        [READER, {**READER, "keyName": "Reader"}],
        ["reader"],
    ],
    ids=["no name", "no right", "unknown right", "no key", "short key", "twice", "text"],
)
def test_what_is_no_policy(arm, keys, policies):
    assert error(arm.put("mydps", authorizationPolicies=policies)) == (400, "BadRequest")
    assert [policy["keyName"] for policy in keys()] == ["provisioningserviceowner"]


def test_a_reset_takes_policies_back(arm, service, keys, status):
    arm.put("mydps", authorizationPolicies=[OWNER, READER])
    service.reset()
    assert status("reader", KEY2) == (401, 401)
    assert [policy["keyName"] for policy in keys()] == ["provisioningserviceowner"]
