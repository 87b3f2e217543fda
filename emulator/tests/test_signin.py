"""Service principals and workload identities sign in."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode

import pytest

from emulator_arm import LIST

TENANT = "00000000-0000-0000-0000-0000000000ff"
FORM = {"grant_type": "client_credentials", "client_id": "app", "scope": "https://r//.default"}
ASSERTION = {
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "client_assertion": "a.b.c",
}


@pytest.fixture
def sign_in(api, service):
    """Posts a form to the token endpoint that the configuration of a tenant names."""

    def sign_in(form, tenant=TENANT):
        found = api.session.get(f"{service.url}/{tenant}/v2.0/.well-known/openid-configuration").json()
        assert found["issuer"] == f"{service.url}/{TENANT}/v2.0"
        assert found["authorization_endpoint"].endswith("/oauth2/v2.0/authorize")
        return api.session.post(found["token_endpoint"], data=form)

    return sign_in


@pytest.mark.parametrize("tenant", [TENANT, "organizations", "common"])
@pytest.mark.parametrize("secret", [{"client_secret": "any"}, ASSERTION], ids=["secret", "federated token"])
def test_a_service_principal_gets_tokens(sign_in, tenant, secret):
    answer = sign_in({**FORM, **secret}, tenant).json()
    assert (answer["token_type"], answer["expires_in"], answer["ext_expires_in"]) == ("Bearer", 86400, 86400)
    payload = answer["access_token"].split(".")[1]
    claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert (claims["aud"], claims["appid"], claims["tid"]) == ("https://r/", "app", TENANT)
    assert "xms_mirid" not in claims


def test_its_tokens_open_resource_manager_and_the_service_api(sign_in, api, service):
    def token(scope):
        answer = sign_in({**FORM, "client_secret": "any", "scope": f"{scope}/.default"}).json()
        return {"Authorization": f"Bearer {answer['access_token']}"}

    assert api("GET", LIST, version="2021-10-15", headers=token(service.url)).status_code == 200
    dps = token("https://azure-devices-provisioning.net")
    assert api("GET", "/enrollments/absent", headers=dps).status_code == 404
    assert api("GET", LIST, version="2021-10-15", headers=dps).status_code == 401


@pytest.mark.parametrize(
    ("change", "status", "error", "number"),
    [
        ({"client_secret": ""}, 401, "invalid_client", 7000218),
        ({"client_id": ""}, 400, "invalid_request", 900144),
        ({"scope": "https://r"}, 400, "invalid_scope", 1002012),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
    ],
)
def test_what_does_not_sign_in(sign_in, change, status, error, number):
    answer = sign_in({**FORM, "client_secret": "any", **change})
    assert (answer.status_code, answer.json()["error"], answer.json()["error_codes"]) == (status, error, [number])
    assert answer.json()["error_description"].startswith(f"AADSTS{number}: ")


def test_nothing_is_signed(api, service):
    found = api.session.get(f"{service.url}/{TENANT}/v2.0/.well-known/openid-configuration").json()
    assert api.session.get(found["jwks_uri"]).json() == {"keys": []}
    assert service.service_requests == []


@pytest.mark.parametrize("path", ["v2.0/.well-known/openid-configuration", "oauth2/v2.0/token"])
def test_a_tenant_that_does_not_exist(api, service, path):
    method = "GET" if "well-known" in path else "POST"
    answer = api.session.request(method, f"{service.url}/somewhere/{path}", data=FORM if method == "POST" else None)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_tenant")
    assert TENANT in answer.json()["error_description"]


def test_the_log_says_why_a_sign_in_is_refused(sign_in, service):
    sign_in(FORM)
    assert str(service.requests[-1]).endswith(
        " ms  invalid_client AADSTS7000218: The request body must contain client_assertion or client_secret."
    )


def test_signing_in_is_no_call_to_the_service(sign_in, service):
    sign_in({**FORM, "client_secret": "any"})
    assert len(service.requests) == 2
    assert service.service_requests == []
