"""az iot dps doctor: the hub that a device would be assigned to."""

from __future__ import annotations

import pytest

from tests.devices import HUB, KEY1, MEMBER, MEMBER_KEY, group, symmetric

SPARE, GONE = "spare-hub.azure-devices.net", "gone-hub.azure-devices.net"
LINK = "Link the hub (az iot dps linked-hub create), or change --iot-hubs of the enrollment."
FUNCTION = {"webhookUrl": "https://example.com/api?code=marked-secret", "apiVersion": "2021-10-01"}

ASSIGNED = {
    "static": ({"allocationPolicy": "static", "iotHubs": [SPARE]}, f"The device would be assigned to {SPARE}."),
    "one of several": (
        {"allocationPolicy": "hashed", "iotHubs": [HUB, SPARE]},
        f"The device would be assigned to one of {HUB}, {SPARE}, by a hash of the registration ID.",
    ),
    "latency": (
        {"allocationPolicy": "geoLatency", "iotHubs": [HUB, SPARE]},
        f"The device would be assigned to one of {HUB}, {SPARE}, by the lowest latency to the device.",
    ),
    "a policy of the service": (
        {},
        f"The device would be assigned to one of {HUB}, {SPARE}, by a hash of the registration ID.",
    ),
    "a single hub": ({"allocationPolicy": "geoLatency", "iotHubs": [SPARE.upper()]}, f"assigned to {SPARE.upper()}."),
    "the old member": ({"iotHubHostName": SPARE}, f"The device would be assigned to {SPARE}."),
}


@pytest.fixture
def hub(device, dps):
    """The finding for an enrollment with these members; `spare-hub` is linked too."""
    dps.arm.link(SPARE)

    def hub(**members):
        dps.enrollments.put(symmetric(**members))
        examined = device("dev", "--symmetric-key", KEY1)
        return (examined.statuses["assigned-hub"], *examined["assigned-hub"])

    return hub


@pytest.mark.parametrize("members, message", ASSIGNED.values(), ids=ASSIGNED)
def test_the_hub_as_far_as_it_is_certain(hub, members, message):
    status, told, advice = hub(**members)
    assert (status, advice) == ("ok", None)
    assert told.endswith(message)


def test_a_hub_that_the_policy_of_the_service_leaves_out(hub, dps):
    linked = next(each for each in dps.arm.services if each["name"] == "mydps")["properties"]["iotHubs"]
    linked[1]["applyAllocationPolicy"] = False
    assert hub() == ("ok", f"The device would be assigned to {HUB}.", None)


def test_a_hub_that_is_not_linked(hub):
    assert hub(allocationPolicy="static", iotHubs=[GONE]) == (
        "failed",
        f"Not linked to the service: {GONE}. The registration would fail.",
        LINK,
    )


def test_a_part_of_the_hubs_is_not_linked(hub):
    assert hub(allocationPolicy="hashed", iotHubs=[HUB, GONE]) == (
        "warning",
        f"The device would be assigned to one of {HUB}, {GONE}, by a hash of the registration ID. Not linked to the "
        f"service: {GONE}.",
        LINK,
    )


def test_a_function_decides(hub):
    assert hub(allocationPolicy="custom", iotHubs=[HUB, SPARE], customAllocationDefinition=FUNCTION) == (
        "warning",
        f"A function at example.com decides, which was not called. It chooses from {HUB}, {SPARE}.",
        "To call it, register the device: az iot device registration create",
    )


def test_the_hub_of_an_earlier_registration(hub, dps):
    dps.enrollments.put(symmetric(iotHubs=[SPARE], allocationPolicy="static"))
    dps.register("dev", KEY1)
    assert hub(iotHubs=[HUB], allocationPolicy="static") == (
        "ok",
        f"The device would be assigned to {HUB}. It is assigned to {SPARE} now.",
        None,
    )
    assert hub(iotHubs=[HUB], allocationPolicy="static", reprovisionPolicy={"updateHubAssignment": False}) == (
        "ok",
        f"The device keeps {SPARE}: the enrollment does not update assigned hubs.",
        None,
    )


def test_a_device_of_a_group_keeps_its_hub(device, dps):
    dps.groups.put(group(reprovisionPolicy={"updateHubAssignment": False}))
    assert device(MEMBER, "--key", MEMBER_KEY)["assigned-hub"][0] == f"The device would be assigned to {HUB}."
    dps.register(MEMBER, MEMBER_KEY)
    assert device(MEMBER, "--key", MEMBER_KEY)["assigned-hub"][0] == (
        f"The device keeps {HUB}: the enrollment does not update assigned hubs."
    )


@pytest.mark.parametrize(
    "members, message",
    [
        ({}, "The device would be assigned to one of the hubs that are linked to the service."),
        (
            {"allocationPolicy": "static", "iotHubs": [GONE]},
            f"The device would be assigned to {GONE}. Whether it is linked was not checked, which takes Azure Resource "
            "Manager.",
        ),
    ],
)
def test_without_arm_links_are_not_checked(doctor, dps, members, message):
    dps.enrollments.put(symmetric(**members))
    examined = doctor("--rid dev", "--key", KEY1, "--login", dps.connection_string)
    assert (examined.statuses["assigned-hub"], examined["assigned-hub"]) == ("ok", (message, None))
