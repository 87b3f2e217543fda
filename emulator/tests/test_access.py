"""The emulator against contract.md: signatures, rights, tokens and roles."""

from __future__ import annotations

import pytest

from dps_emulator.signatures import parse, sign
from emulator_client import KEY1, KEY2, sas, symmetric

OWNER = "provisioningserviceowner"
AUDIENCE = "https://azure-devices-provisioning.net"
OPERATIONS = {
    ("GET", "/enrollments/dev"): "EnrollmentRead",
    ("POST", "/enrollments/query"): "EnrollmentRead",
    ("PUT", "/enrollments/dev"): "EnrollmentWrite",
    ("POST", "/enrollments/dev/attestationmechanism"): "EnrollmentWrite",
    ("POST", "/enrollments"): "EnrollmentWrite",
    ("DELETE", "/enrollments/dev"): "EnrollmentWrite",
    ("GET", "/registrations/dev"): "RegistrationStatusRead",
    ("DELETE", "/registrations/dev"): "RegistrationStatusWrite",
}


def call(api, authorization, method="GET", path="/enrollments/dev"):
    answer = api(method, path, headers={"Authorization": authorization})
    return answer.status_code, answer.json().get("errorCode")


def allowed(api, authorization):
    """The operations that this credential may call."""
    return {operation for operation in OPERATIONS if call(api, authorization, *operation)[0] != 403}


def test_vectors_of_the_contract():
    host = "my-dps.azure-devices-provisioning.net"
    assert sas(host, OWNER, KEY1, 1700000000) == (
        "SharedAccessSignature sr=my-dps.azure-devices-provisioning.net"
        "&sig=H6WFyONeCIMVWZ3j6DiTPAOZxf8phJxubW3Vv6xDE%2FA%3D&se=1700000000&skn=provisioningserviceowner"
    )
    assert sign(KEY1, "0ne00000A0A%2Fregistrations%2Fdevice-1\n1700000000") == (
        "jlmUFLmfYPTVprpTbIGgKnZjNI7oRDt9CwrmLH2rg9k="
    )
    group_key = "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw=="
    assert sign(group_key, "sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6") == "Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc="


def test_a_signature_is_read_in_any_order():
    token = parse("SharedAccessSignature skn=p&se=5&sig=a%2Bb%3D&sr=h%3A1")
    assert (token.resource, token.raw_resource, token.sig, token.expiry, token.policy) == (
        "h:1",
        "h%3A1",
        "a+b=",
        5,
        "p",
    )


@pytest.mark.parametrize("key", [KEY1, KEY2])
def test_both_keys_of_a_policy_open_the_service(api, service, key):
    assert call(api, sas(service.host, OWNER, key)) == (404, 404201)


@pytest.mark.parametrize("resource", ["{}", "{}/enrollments", "{}/enrollments/dev", "{}/"])
def test_the_resource_is_the_host_or_the_start_of_a_path(api, service, resource):
    assert call(api, sas(resource.format(service.host), OWNER, KEY1)) == (404, 404201)
    assert call(api, sas(resource.format(service.host.upper()), OWNER, KEY1)) == (404, 404201)


def test_credentials_that_prove_nothing_are_401002(api, service):
    other_key = "/" * 43 + "="
    good = sas(service.host, OWNER, KEY1)
    refused = [
        None,
        "",
        sas(service.host, OWNER, other_key),
        sas(service.host, OWNER, KEY1, 1700000000),
        sas(service.host, "absent", KEY1),
        sas("elsewhere.azure-devices-provisioning.net", OWNER, KEY1),
        sas(service.host + "/enrollmentGroups", OWNER, KEY1),
        sas(service.host + "/enroll", OWNER, KEY1),
        good.replace("&skn=" + OWNER, ""),
        good.replace("SharedAccessSignature ", ""),
        good.replace("&sig=", "&sig=%C3%BC"),
        "Bearer made.up.token",
        api.token(AUDIENCE + "/")["Authorization"],
        api.token("https://management.azure.com")["Authorization"],
        "Bearer " + service.tokens.mint(AUDIENCE, lifetime=-1)["access_token"],
    ]
    assert {header: call(api, header) for header in refused} == dict.fromkeys(refused, (401, 401002))


@pytest.mark.parametrize(
    "rights, expected",
    [
        ("ServiceConfig, DeviceConnect", set()),
        ("EnrollmentRead", {"EnrollmentRead"}),
        ("RegistrationStatusRead", {"RegistrationStatusRead"}),
        (
            "EnrollmentRead, RegistrationStatusWrite",
            {"EnrollmentRead", "RegistrationStatusRead", "RegistrationStatusWrite"},
        ),
        ("ServiceConfig, EnrollmentWrite", set(OPERATIONS.values())),
    ],
)
def test_a_policy_opens_what_its_rights_and_what_they_imply_allow(api, service, rights, expected):
    service.policies = [{"keyName": "p", "primaryKey": KEY2, "secondaryKey": KEY1, "rights": rights}]
    may = allowed(api, sas(service.host, "p", KEY2))
    assert may == {operation for operation, right in OPERATIONS.items() if right in expected}


def test_a_missing_right_is_403_and_named(api, service):
    service.policies[0]["rights"] = "EnrollmentRead"
    answer = api("PUT", "/enrollments/dev", symmetric())
    assert (answer.status_code, answer.json()["errorCode"]) == (403, 403002)
    assert answer.json()["message"] == "Forbidden: EnrollmentWrite is required."


@pytest.mark.parametrize(
    "role, expected",
    [
        ("contributor", set(OPERATIONS.values())),
        ("reader", {"EnrollmentRead", "RegistrationStatusRead"}),
        (None, set()),
    ],
)
def test_a_token_opens_what_its_role_allows(api, service, role, expected):
    service.roles = role
    may = allowed(api, api.token(AUDIENCE)["Authorization"])
    assert may == {operation for operation, right in OPERATIONS.items() if right in expected}


def test_the_connection_string_follows_the_first_policy(service):
    assert service.connection_string == (
        f"HostName=localhost:{service.port};SharedAccessKeyName=provisioningserviceowner;SharedAccessKey={KEY1}"
    )
    assert service.policies[0]["rights"] == "ServiceConfig, DeviceConnect, EnrollmentWrite"
