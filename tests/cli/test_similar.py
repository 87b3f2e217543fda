"""Names that are not there: those that look like them are suggested."""

import pytest

from dps_emulator.arm import SUBSCRIPTIONS

LIST = "iot dps enrollment list"
CREATE = "iot dps enrollment create --eid dev --at symmetricKey -n mydps -g myrg"


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("plant-nort", "Did you mean plant-North or plant-south?"),
        ("PLANT-NORTH1", "Did you mean plant-North"),
        ("x", ""),
    ],
)
@pytest.mark.parametrize("group", ["", "-g myrg", "-g nosuch"])
def test_close_names_of_services(az, dps, typed, question, group):
    dps.arm.services += [dps.arm.service(name, "myrg") for name in ("plant-North", "plant-south")]
    result = az(f"{LIST} -n {typed} {group}")
    assert result.exit_code == 3
    assert question in result.err and ("Did you mean" in result.err) == bool(question)


def test_a_service_of_another_group(az, dps):
    dps.arm.services.append(dps.arm.service("plant", "Far-rg"))
    result = az(f"{LIST} -n Plant -g myrg")
    assert result.exit_code == 3
    assert result.err.splitlines()[1] == "It is in resource group Far-rg."


def test_nothing_is_suggested_when_the_subscription_may_not_be_searched(az, dps):
    dps.fail(path=f"{SUBSCRIPTIONS[0]['id']}/providers/", status=403, body={"error": {"code": "No", "message": "no"}})
    result = az(f"{LIST} -n mydp -g myrg")
    assert result.exit_code == 3
    assert result.err.splitlines() == [
        "ERROR: Device Provisioning Service 'mydp' not found in resource group 'myrg' of subscription "
        "00000000-0000-0000-0000-0000000000aa.",
        "Check both names, or omit --resource-group to search the whole subscription.",
    ]


@pytest.mark.parametrize("auth", ["key", "login"])
@pytest.mark.parametrize(
    ("typed", "warned"),
    [
        ("plant-hub1.azure-devices.net", []),
        ("Plant-Hub1.Azure-Devices.NET", []),
        ("plant-hub2.azure-devices.net", ["Did you mean plant-Hub1.azure-devices.net?"]),
        ("plant-hub1.azure-device.net", ["Did you mean plant-Hub1.azure-devices.net?"]),
        (
            "quite-another.azure-devices.net",
            ["Linked hubs: linked-hub.azure-devices.net, plant-Hub1.azure-devices.net."],
        ),
    ],
)
def test_close_names_of_hubs(az, dps, typed, warned, auth):
    mydps = next(service for service in dps.arm.services if service["name"] == "mydps")
    mydps["properties"]["iotHubs"].append({"name": "plant-Hub1.azure-devices.net", "location": "eastus"})
    result = az(f"{CREATE} --auth-type {auth} --allocation-policy static --iot-hubs {typed}")
    assert (result.exit_code, result.json["iotHubs"]) == (0, [typed])
    assert result.err.splitlines() == [
        f"WARNING: The IoT hub {typed} is not linked to the service. {way}" for way in warned
    ]


@pytest.mark.parametrize(
    ("linked", "told"),
    [
        ([], "No hub is linked to it."),
        (["a.x", "b.x", "c.x", "d.x", "e.x", "f.x"], "Linked hubs: a.x, b.x, c.x, d.x, e.x, and 1 more."),
    ],
)
@pytest.mark.parametrize("options", ["--ap static --ih quite-another.net", "--hn quite-another.net"])
def test_hubs_that_are_linked(az, dps, linked, told, options):
    mydps = next(service for service in dps.arm.services if service["name"] == "mydps")
    mydps["properties"]["iotHubs"] = [{"name": name, "location": "eastus"} for name in linked]
    told = f"WARNING: The IoT hub quite-another.net is not linked to the service. {told}"
    assert told in az(f"{CREATE} {options}").err.splitlines()


@pytest.mark.parametrize(("typed", "question"), [("Owner", []), ("raeder", ["Did you mean reader?"])])
def test_close_names_of_policies(az, dps, typed, question):
    dps.policies[0]["keyName"] = "reader"
    result = az(f"iot dps connection-string show -n mydps --policy-name {typed}")
    assert result.exit_code == 3
    assert result.err.splitlines() == [
        f"ERROR: Shared access policy '{typed}' not found in 'mydps'.",
        *question,
    ]
