"""A fleet of any size in the emulator, the same each time except for dates, which are near to now."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

from dps_emulator import Emulator

HUBS = tuple(f"plant-{city}.azure-devices.net" for city in ("lyon", "osaka", "austin", "pune"))
# The last one is named by a few enrollments, and not linked.
LINKED = HUBS[:3]
_KEYS = {"primaryKey": "n4bQgYhMfWWaLqgxVrQFaOTxsrC4IsQ7", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
_DAY = timedelta(days=1)


def seed(dps: Emulator, size: int, groups: int = 12, devices: int = 40) -> None:
    """Store `size` individual enrollments with their registrations, and groups with so many devices each."""
    random, now = Random(4), datetime.now(timezone.utc)
    for hub in LINKED:
        dps.arm.link(hub)
    for number in range(size):
        id = f"meter-{number:05}"
        record = _record(random, now)
        dps.enrollments.put({"registrationId": id, "attestation": _attestation(random, number, now), **record})
        if random.random() < 0.9:
            dps.registrations.put(_state(random, id, now, record))
    for number in range(groups):
        group, record = f"line-{number}", _record(random, now)
        named = {"type": "x509", "x509": {"caReferences": {"primary": "factory-ca", "secondary": "factory-ca-2"}}}
        attestation = named if number % 3 == 1 else _certified("signingCertificates", random, now)
        dps.groups.put({"enrollmentGroupId": group, "attestation": attestation, **record})
        for device in range(devices):
            state = _state(random, f"{group}-{device:04}", now, record)
            dps.registrations.put({**state, "enrollmentGroupId": group})


def _record(random: Random, now: datetime) -> dict[str, Any]:
    policy = random.choices(("hashed", "static", "geoLatency", None), (5, 3, 2, 1))[0]
    hubs = random.choices(HUBS, (50, 30, 20, 0.2))[:1] if policy == "static" else list(LINKED)
    return {
        "provisioningStatus": "disabled" if random.random() < 0.06 else "enabled",
        "lastUpdatedDateTimeUtc": _stamp(now - _DAY * random.expovariate(1 / 200)),
        **({"allocationPolicy": policy, "iotHubs": hubs} if policy else {}),
    }


def _attestation(random: Random, number: int, now: datetime) -> dict[str, Any]:
    kind = random.choices(("x509", "symmetricKey", "tpm"), (6, 3, 1))[0]
    if kind == "x509":
        return _certified("clientCertificates", random, now)
    if kind == "tpm":
        return {"type": "tpm", "tpm": {"endorsementKey": f"AToAAQALAAMAsgAg{number:06}0000"}}
    return {"type": "symmetricKey", "symmetricKey": _KEYS}


def _certified(branch: str, random: Random, now: datetime) -> dict[str, Any]:
    slots = ("primary", "secondary") if random.random() < 0.8 else ("primary",)
    ends = now + _DAY * random.gauss(420, 190)
    dates = {slot: {"info": {"notAfterUtc": _stamp(ends + _DAY * 365 * place)}} for place, slot in enumerate(slots)}
    return {"type": "x509", "x509": {branch: dates}}


def _state(random: Random, id: str, now: datetime, record: dict[str, Any]) -> dict[str, Any]:
    moment = _stamp(now - _DAY * random.expovariate(1 / 150))
    state = {"registrationId": id, "createdDateTimeUtc": moment, "lastUpdatedDateTimeUtc": moment}
    if record["provisioningStatus"] == "disabled":
        return {**state, "status": "disabled"}
    hub = random.choice(record.get("iotHubs", LINKED))
    if hub not in LINKED or random.random() < 0.03:
        return {**state, "status": "failed", "errorCode": 404203, "errorMessage": f"The hub {hub} is not linked."}
    return {**state, "status": "assigned", "assignedHub": hub, "deviceId": id, "substatus": "initialAssignment"}


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.1234567Z"
