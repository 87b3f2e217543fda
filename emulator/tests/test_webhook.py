"""The emulator against contract.md: custom allocation asks the function that the enrollment names."""

from __future__ import annotations

import pytest

from dps_emulator.lab.allocation_function import AllocationFunction
from emulator_client import KEY1, group, symmetric

FIRST, SECOND = "first.azure-devices.net", "second.azure-devices.net"


@pytest.fixture
def function(service):
    with AllocationFunction({"iotHubHostName": SECOND}) as function:
        service.switches.webhook_authority = function.authority
        service.arm.link(FIRST, SECOND)
        yield function


def test_the_function_chooses_the_hub_and_answers_the_device(function, service):
    function.answer["payload"] = {"welcome": True}
    service.enrollments.put(symmetric(**function.enrollment_members()))
    state = service.register("dev", key=KEY1, payload={"site": "north"})
    assert (state["status"], state["assignedHub"]) == ("assigned", SECOND)
    assert state["payload"] == {"welcome": True}
    (asked,) = function.asked
    assert list(asked) == ["individualEnrollment", "deviceRuntimeContext", "linkedHubs"]
    assert asked["individualEnrollment"]["registrationId"] == "dev"
    assert asked["individualEnrollment"]["attestation"] == {"type": "symmetricKey"}
    assert asked["linkedHubs"] == [FIRST, SECOND]
    assert asked["deviceRuntimeContext"] == {
        "registrationId": "dev",
        "symmetricKey": {},
        "payload": {"site": "north"},
    }


def test_the_function_learns_where_the_device_is(function, service):
    service.groups.put(group(**function.enrollment_members()))
    service.register("dev", group_id="grp")
    function.answer = {"iotHubHostName": FIRST}
    assert service.register("dev", group_id="grp")["assignedHub"] == FIRST
    assert function.asked[1]["enrollmentGroup"]["enrollmentGroupId"] == "grp"
    assert function.asked[1]["deviceRuntimeContext"] == {
        "registrationId": "dev",
        "currentIotHubHostName": SECOND,
        "currentDeviceId": "dev",
        "symmetricKey": {},
    }


@pytest.mark.parametrize(
    "status, answer, message",
    [
        (500, {}, "The custom allocation webhook answered 500."),
        (200, {}, "The custom allocation webhook chose no hub that is linked."),
        (200, ["x"], "The custom allocation webhook chose no hub that is linked."),
        (
            200,
            {"iotHubHostName": "foreign.azure-devices.net"},
            "The custom allocation webhook chose no hub that is linked.",
        ),
    ],
)
def test_a_function_that_chooses_no_hub_makes_the_registration_fail(function, service, status, answer, message):
    function.status, function.answer = status, answer
    service.enrollments.put(symmetric(**function.enrollment_members()))
    state = service.register("dev")
    assert (state["status"], state["errorCode"], state["errorMessage"]) == ("failed", 400209, message)
    assert "assignedHub" not in state


def test_a_function_that_is_not_there_or_not_trusted_makes_the_registration_fail(function, service):
    service.switches.webhook_authority = None
    service.enrollments.put(symmetric(**function.enrollment_members()))
    assert service.register("dev")["errorMessage"] == "The custom allocation webhook gave no answer: URLError."
    assert function.asked == []
