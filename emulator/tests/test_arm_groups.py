"""What is around the services in Azure Resource Manager: groups, providers, resources, IoT hubs."""

from __future__ import annotations

import pytest

from emulator_arm import AA, AB, GROUP, error

GROUPS = f"/subscriptions/{AA}/resourcegroups"
HUBS = f"/subscriptions/{AA}/resourceGroups/myrg/providers/Microsoft.Devices/IotHubs"


def names(response):
    return [each["name"] for each in response.json()["value"]]


def test_groups_are_listed_by_subscription(arm):
    assert names(arm("GET", GROUPS, "2024-11-01")) == ["myrg", "OtherRG"]
    assert names(arm("GET", GROUPS.replace(AA, AB), "2024-11-01")) == ["sparerg"]
    assert error(arm("GET", GROUPS.replace(AA, AA[::-1]))) == (404, "SubscriptionNotFound")


def test_a_group_is_created_changed_and_deleted_with_its_services(arm, api):
    plant = f"{GROUPS}/Plant"
    assert error(arm("PUT", plant, body={})) == (400, "LocationRequired")
    created = arm("PUT", plant, body={"location": "West US"})
    assert created.status_code == 201
    assert created.json() == {
        "id": f"/subscriptions/{AA}/resourceGroups/Plant",
        "name": "Plant",
        "type": "Microsoft.Resources/resourceGroups",
        "location": "westus",
        "tags": {},
        "properties": {"provisioningState": "Succeeded"},
    }
    assert arm("PUT", plant.lower(), body={"location": "westus"}).status_code == 200
    assert error(arm("PUT", plant, body={"location": "eastus"})) == (409, "InvalidResourceGroupLocation")
    assert arm("PATCH", plant, body={"tags": {"a": "b"}}).json()["tags"] == {"a": "b"}
    assert arm("GET", plant.upper()).json()["name"] == "Plant"
    assert arm("HEAD", plant).status_code == 204
    body = {"location": "westus", "properties": {}}
    inside = GROUP.replace("myrg", "Plant") + "/plant-dps"
    assert arm("PUT", inside, body=body).status_code == 201
    gone = arm("DELETE", plant)
    assert (gone.status_code, gone.headers["Retry-After"]) == (202, "1")
    assert api.session.get(gone.headers["Location"], headers=arm.token).status_code == 204
    assert error(arm("GET", inside)) == (404, "ResourceGroupNotFound")
    assert error(arm("DELETE", plant)) == (404, "ResourceGroupNotFound")
    assert arm("HEAD", plant).status_code == 404
    # nothing of a HEAD's answer is left in the connection
    assert arm.put("plant-dps").status_code == 201


def test_the_provider_is_registered(arm):
    path = f"/subscriptions/{AA}/providers/Microsoft.Devices"
    provider = arm("GET", path, "2024-11-01").json()
    assert (provider["namespace"], provider["registrationState"]) == ("Microsoft.Devices", "Registered")
    kinds = {kind["resourceType"]: kind["apiVersions"] for kind in provider["resourceTypes"]}
    assert kinds["ProvisioningServices"][0] == "2026-11-01"
    assert arm("POST", f"{path}/register", "2024-11-01").json() == provider
    assert arm("GET", f"/subscriptions/{AA}/providers", "2024-11-01").json() == {"value": [provider]}
    operations = names(arm("GET", "/providers/Microsoft.Devices/operations"))
    assert "Microsoft.Devices/provisioningServices/listkeys/action" in operations
    assert names(arm("GET", f"/subscriptions/{AA}/locations"))[:2] == ["eastus", "westus"]
    assert names(arm("GET", f"{GROUP}/mydps/skus")) == ["S1"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("", ["Other-DPS", "mydps-test", "mydps", "linked-hub", "spare-hub"]),
        ("resourceGroup eq 'MYRG'", ["mydps-test", "mydps", "linked-hub", "spare-hub"]),
        ("resourceGroup eq 'myrg' and resourceType eq 'Microsoft.Devices/IotHubs'", ["linked-hub", "spare-hub"]),
        ("name eq 'mydps'", ["mydps"]),
    ],
)
def test_resources_are_filtered(arm, api, service, wanted, found):
    url = f"{service.url}/subscriptions/{AA}/resources"
    query = {"api-version": "2024-11-01", "$filter": wanted}
    assert names(api.session.get(url, params=query, headers=arm.token)) == found
    query["$filter"] = "tagName eq 'a'"
    assert error(api.session.get(url, params=query, headers=arm.token)) == (501, "NotImplemented")


def test_the_hubs_that_azure_cli_asks_about(arm):
    assert names(arm("GET", f"/subscriptions/{AA}/providers/Microsoft.Devices/IotHubs")) == ["linked-hub", "spare-hub"]
    assert names(arm("GET", HUBS)) == ["linked-hub", "spare-hub"]
    hub = arm("GET", f"{HUBS}/Spare-Hub").json()
    assert (hub["location"], hub["resourcegroup"]) == ("westus", "myrg")
    assert hub["properties"]["hostName"] == "spare-hub.azure-devices.net"
    keys = arm("POST", f"{HUBS}/spare-hub/listkeys").json()["value"]
    assert [key["keyName"] for key in keys] == ["iothubowner"]
    assert arm("POST", f"{HUBS}/spare-hub/IotHubKeys/iothubowner/listkeys").json() == keys[0]
    assert error(arm("POST", f"{HUBS}/spare-hub/IotHubKeys/device/listkeys")) == (404, "ResourceNotFound")
    assert error(arm("GET", f"{HUBS}/absent")) == (404, "ResourceNotFound")
    check = f"/subscriptions/{AA}/providers/Microsoft.Devices/checkNameAvailability"
    assert [arm("POST", check, body={"name": name}).json()["nameAvailable"] for name in ("spare-hub", "no")] == [
        False,
        True,
    ]


def test_what_the_emulator_does_not_have_is_501_in_the_form_of_arm(arm):
    answer = arm("GET", f"{GROUP}/mydps/privateEndpointConnections")
    assert error(answer) == (501, "NotImplemented")
    assert answer.json()["error"]["message"].endswith("/mydps/privateEndpointConnections.")
    answer = arm("POST", f"{GROUP}/mydps")
    assert error(answer) == (405, "MethodNotAllowed")
    assert set(answer.headers["Allow"].split(", ")) == {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "PUT"}


def test_a_group_that_a_test_names_exists(arm, service):
    service.arm.services.append(service.arm.service("far-dps", "FarRG"))
    assert arm("GET", f"{GROUPS}/farrg").json()["name"] == "FarRG"
    service.reset()
    assert error(arm("GET", f"{GROUPS}/farrg")) == (404, "ResourceGroupNotFound")
