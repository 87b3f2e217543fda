"""Similar names, and clouds."""

from __future__ import annotations

import pytest

from azext_iot_dps.arm import clouds
from azext_iot_dps.arm.similar import closest, unlinked_hubs

HUBS = ["north-hub.azure-devices.net", "South-Hub.azure-devices.net"]


def test_the_closest_names():
    assert closest("MyDsp", ["other", "MYDPS", "mydps2"]) == ["MYDPS", "mydps2"]
    assert closest("nothing", ["alike"]) == []


@pytest.mark.parametrize(
    ("named", "found"),
    [
        (["nort-hub.azure-devices.net"], [("nort-hub.azure-devices.net", HUBS[0])]),
        (["suoth-hub"], [("suoth-hub", HUBS[1])]),
        (["NORTH-HUB.azure-devices.net", "south-hub.azure-devices.net"], []),
        # all hubs are alike behind the first dot
        (["completely.azure-devices.net"], [("completely.azure-devices.net", None)]),
    ],
)
def test_hubs_that_are_not_linked(named, found):
    assert unlinked_hubs(named, HUBS) == found


def test_without_linked_hubs_none_is_similar():
    assert unlinked_hubs(["a.azure-devices.net"], []) == [("a.azure-devices.net", None)]


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("AzureCloud", "global.azure-devices-provisioning.net"),
        ("AZURECHINACLOUD", "global.azure-devices-provisioning.cn"),
        ("AzureUSGovernment", "global.azure-devices-provisioning.us"),
        ("registered", "global.azure-devices-provisioning.net"),
    ],
)
def test_the_device_host_of_a_cloud(name, host):
    assert clouds.cloud(name).device_host == host
    assert clouds.cloud(name).audience == "https://azure-devices-provisioning.net"


@pytest.mark.parametrize("text", ["https://a.example", "api://x"])
def test_an_audience_is_a_uri(text):
    assert clouds.is_audience(text)


@pytest.mark.parametrize("text", ["a.example", "https://", "https://a b", "https://ä", ""])
def test_anything_else_is_no_audience(text):
    assert not clouds.is_audience(text)
