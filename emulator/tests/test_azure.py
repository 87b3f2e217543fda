"""The emulator as the Azure around DPS: ARM, cloud metadata, tokens."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode

import pytest

from emulator_arm import AA, AB, GROUP, LIST, PROVIDER, error
from emulator_client import KEY1, KEY2

OWNER = {
    "keyName": "provisioningserviceowner",
    "primaryKey": KEY1,
    "secondaryKey": KEY2,
    "rights": "ServiceConfig, DeviceConnect, EnrollmentWrite",
}


def test_a_listing_goes_on_by_absolute_links(arm, api, service):
    first = arm("GET", LIST).json()
    assert [item["name"] for item in first["value"]] == ["Other-DPS", "mydps-test"]
    assert first["nextLink"].startswith(service.url + "/subscriptions/")
    token = api.token(service.url)
    second = api("GET", first["nextLink"].removeprefix(service.url), version=None, headers=token).json()
    assert [item["name"] for item in second["value"]] == ["mydps"]
    assert "nextLink" not in second


def test_a_service_is_found_in_any_case_and_shows_no_keys(arm, service):
    found = arm(
        "GET", f"/SUBSCRIPTIONS/{AA}/resourcegroups/MyRG/Providers/microsoft.devices/ProvisioningServices/MYDPS"
    )
    assert found.json()["properties"]["serviceOperationsHostName"] == service.host
    assert (found.json()["resourcegroup"], found.json()["subscriptionid"]) == ("myrg", AA)
    assert found.json()["id"] == f"{GROUP}/mydps"
    assert found.json()["properties"]["allocationPolicy"] == "Hashed"
    assert "authorizationPolicies" not in found.json()["properties"]
    assert KEY1 not in found.text


def test_groups_and_subscriptions_have_their_own(arm, service):
    service.arm.page_size = 10
    assert [item["name"] for item in arm("GET", GROUP).json()["value"]] == ["mydps-test", "mydps"]
    spare = arm("GET", f"/subscriptions/{AB}/{PROVIDER}").json()["value"]
    assert [(item["name"], item["resourcegroup"]) for item in spare] == [("sparedps", "sparerg")]


def test_keys_are_listed_page_by_page(arm, api, service):
    assert arm("POST", f"{GROUP}/mydps/listkeys").json() == {"value": [OWNER]}
    service.policies = [{**OWNER, "keyName": name} for name in ("one", "two", "three")]
    first = arm("POST", f"{GROUP}/mydps/listKeys")
    assert first.headers["Cache-Control"] == "no-cache"
    assert [rule["keyName"] for rule in first.json()["value"]] == ["one", "two"]
    second = api(
        "GET",
        first.json()["nextLink"].removeprefix(service.url),
        version=None,
        headers=api.token(service.url),
    ).json()
    assert [rule["keyName"] for rule in second["value"]] == ["three"]
    assert arm("GET", f"{GROUP}/mydps/listkeys").status_code == 405


def test_one_key_is_a_rule(arm):
    assert arm("POST", f"{GROUP}/mydps/keys/ProvisioningServiceOwner/listkeys").json() == OWNER
    assert error(arm("POST", f"{GROUP}/mydps/keys/absent/listkeys")) == (404, "ResourceNotFound")


@pytest.mark.parametrize(
    "path, code",
    [
        (f"{GROUP}/absent", "ResourceNotFound"),
        (f"{GROUP.replace('myrg', 'absent')}/mydps", "ResourceGroupNotFound"),
        (GROUP.replace("myrg", "absent"), "ResourceGroupNotFound"),
        (LIST.replace(AA, AA[::-1]), "SubscriptionNotFound"),
    ],
)
def test_what_is_missing_is_404_in_the_form_of_arm(arm, path, code):
    assert error(arm("GET", path)) == (404, code)


@pytest.mark.parametrize(
    "method, path, action",
    [
        ("GET", LIST, "read"),
        ("GET", f"{GROUP}/mydps", "read"),
        ("POST", f"{GROUP}/mydps/listkeys", "listkeys/action"),
        ("POST", f"{GROUP}/mydps/keys/provisioningserviceowner/listkeys", "listkey/action"),
    ],
)
def test_forbidden_actions_are_403_and_named(arm, service, method, path, action):
    full = f"Microsoft.Devices/provisioningServices/{action}"
    assert arm(method, path).status_code == 200
    service.arm.forbid.add(full)
    answer = arm(method, path)
    assert error(answer) == (403, "AuthorizationFailed")
    assert f"'{full}'" in answer.json()["error"]["message"]


@pytest.mark.parametrize("version", ["2017-11-15", "2021-10-15", "2022-02-05", "2026-08-31", "2026-11-01"])
def test_known_api_versions_are_served(arm, version):
    assert arm("GET", LIST, version).status_code == 200


def test_other_api_versions_are_refused(arm):
    answer = arm("GET", LIST, "2021-10-01")
    assert error(answer) == (400, "NoRegisteredProviderFound")
    assert "API version '2021-10-01' for type 'ProvisioningServices'" in answer.json()["error"]["message"]
    assert error(arm("GET", LIST, None)) == (400, "MissingApiVersionParameter")


def test_arm_takes_only_tokens_for_itself(api):
    assert error(api("GET", LIST, version="2021-10-15")) == (401, "AuthenticationFailed")
    token = api.token("https://azure-devices-provisioning.net")
    answer = api("GET", LIST, version="2021-10-15", headers=token)
    assert error(answer) == (401, "InvalidAuthenticationTokenAudience")


@pytest.mark.parametrize("audience", ["https://management.azure.com", "https://management.core.windows.net/"])
def test_arm_takes_tokens_for_the_public_cloud(api, audience):
    assert api("GET", LIST, version="2021-10-15", headers=api.token(audience)).status_code == 200


def test_subscriptions_and_tenants(arm):
    found = arm("GET", "/subscriptions", "2022-12-01").json()["value"]
    assert [(item["subscriptionId"], item["displayName"], item["state"]) for item in found] == [
        (AA, "lab", "Enabled"),
        (AB, "spare", "Enabled"),
    ]
    assert arm("GET", f"/subscriptions/{AB}", "2022-12-01").json() == found[1]
    assert arm("GET", "/tenants", "2022-12-01").json()["value"][0]["tenantId"] == found[0]["tenantId"]


def test_metadata_has_what_old_and_new_azure_cli_read(api, service):
    old = api("GET", "/metadata/endpoints", version="2015-01-01").json()
    assert (old["galleryEndpoint"], old["graphEndpoint"]) == (service.url, service.url)
    assert old["authentication"]["loginEndpoint"] == service.url
    assert old["authentication"]["audiences"] == [service.url]
    new = api("GET", "/metadata/endpoints", version="2022-09-01").json()
    assert (new["name"], new["resourceManager"], new["graphAudience"]) == ("lab", service.url, service.url)
    assert api("GET", "/metadata/endpoints", version="2019-05-01").json() == [new]


@pytest.mark.parametrize(
    "method, path, header, arguments",
    [
        ("GET", "/msi/token", "X-IDENTITY-HEADER", {"params": {"resource": "https://r", "api-version": "2019-08-01"}}),
        ("GET", "/msi/token/", "secret", {"params": {"resource": "https://r", "api-version": "2017-09-01"}}),
        ("POST", "/msi/token", "Metadata", {"data": {"resource": "https://r"}}),
    ],
)
def test_a_managed_identity_gets_tokens(api, service, method, path, header, arguments):
    answer = api.session.request(method, service.url + path, headers={header: "true"}, **arguments).json()
    assert (answer["resource"], answer["token_type"], answer["expires_in"]) == ("https://r", "Bearer", "86400")
    payload = answer["access_token"].split(".")[1]
    claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert (claims["aud"], str(claims["exp"])) == ("https://r", answer["expires_on"])
    assert claims["xms_mirid"] == f"/subscriptions/{AA}/resourcegroups/myrg/providers/Microsoft.Web/sites/x"
    assert {"tid", "oid"} <= claims.keys()


def test_the_token_endpoint_wants_its_header_and_a_resource(api, service):
    url = service.url + "/msi/token"
    assert api.session.get(url, params={"resource": "https://r"}).status_code == 400
    assert api.session.get(url, headers={"X-IDENTITY-HEADER": "x"}).status_code == 400
