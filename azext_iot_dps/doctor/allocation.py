"""The step of the hub that a device would be assigned to, as far as that is certain."""

from __future__ import annotations

from urllib.parse import urlsplit

from azext_iot_dps.arm.similar import unlinked_hubs
from azext_iot_dps.doctor.case import Case, Finding, failed, ok, skipped, warning
from azext_iot_dps.record.allocation import FUNCTION, HUBS, LEGACY_HUB, POLICY
from azext_iot_dps.record.paths import Json, as_object, get
from azext_iot_dps.record.values import AllocationPolicy
from azext_iot_dps.service.failure import ServiceError

_LINK = "Link the hub (az iot dps linked-hub create), or change --iot-hubs of the enrollment."
# What decides among several hubs, by the policy in lower case.
_CHOICE = {
    AllocationPolicy.HASHED.value.lower(): "by a hash of the registration ID",
    AllocationPolicy.GEO_LATENCY.value.lower(): "by the lowest latency to the device",
}


def assigned_hub(case: Case) -> Finding:
    """To which hub the device would be assigned. Raises ServiceError."""
    record = case.admitting
    if record is None:
        return skipped("It is not known which enrollment would accept the device.")
    current = _current(case, record)
    if current and get(record, "reprovisionPolicy.updateHubAssignment") is False:
        return ok(f"The device keeps {current}: the enrollment does not update assigned hubs.")
    service = case.service
    policy = str(record.get(POLICY) or (service.allocation_policy if service else "")).lower()
    listed = record.get(HUBS)
    several = listed if isinstance(listed, list) and listed else [record.get(LEGACY_HUB)]
    named = [hub for hub in several if isinstance(hub, str) and hub]
    hubs = named or (service.allocated_hubs if service else [])
    before = f" It is assigned to {current} now." if current else ""
    if policy == AllocationPolicy.CUSTOM.value:
        return _custom(record, hubs, before)
    unlinked = [hub for hub, _ in unlinked_hubs(named, service.hubs)] if service else []
    if unlinked and len(unlinked) == len(named):
        return failed(f"Not linked to the service: {', '.join(unlinked)}. The registration would fail.{before}", _LINK)
    told = _told(policy, hubs) + before
    if unlinked:
        return warning(f"{told} Not linked to the service: {', '.join(unlinked)}.", _LINK)
    unchecked = " Whether it is linked was not checked, which takes Azure Resource Manager."
    return ok(told + (unchecked if named and not service else ""))


def _told(policy: str, hubs: list[str]) -> str:
    if not hubs:
        return "The device would be assigned to one of the hubs that are linked to the service."
    if len(hubs) == 1 or policy == AllocationPolicy.STATIC.value:
        return f"The device would be assigned to {hubs[0]}."
    choice = _CHOICE.get(policy, "as the service decides")
    return f"The device would be assigned to one of {', '.join(hubs)}, {choice}."


def _custom(record: Json, hubs: list[str], before: str) -> Finding:
    # the rest of the URL may have the key of the function
    try:
        host = urlsplit(str(as_object(record.get(FUNCTION)).get("webhookUrl"))).hostname
    except ValueError:
        host = None
    among = f" It chooses from {', '.join(hubs)}." if hubs else ""
    return warning(
        f"A function at {host or 'a URL without a host name'} decides, which was not called.{among}{before}",
        "To call it, register the device: az iot device registration create",
    )


def _current(case: Case, record: Json) -> str | None:
    """The hub that the device is assigned to now, None if it is not."""
    state = as_object(record.get("registrationState"))
    if case.group is not None and case.device:
        try:
            state = case.client.registrations.get(case.device.id)
        except ServiceError as error:
            # the sign-in may have no right to read registrations
            if not error.not_found and error.status != 403:
                raise
    hub = state.get("assignedHub")
    return str(hub) if hub and state.get("status") == "assigned" else None
