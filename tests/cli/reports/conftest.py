"""A fleet of which each number of a report is known."""

from __future__ import annotations

import pytest

from tests.cli.audits.stored import KEYS, SYMMETRIC, TPM

HUB, OTHER = "hub1.azure-devices.net", "hub2.azure-devices.net"
CODE = "c2VjcmV0LWNvZGU"
WEBHOOK = {"webhookUrl": f"https://f.example/api?code={CODE}", "apiVersion": "2021-10-01"}
# what a page must not contain
SECRETS = (*KEYS.values(), CODE)


def x509(branch, *ends):
    slots = zip(("primary", "secondary"), ends)
    return {"type": "x509", "x509": {branch: {slot: {"info": {"notAfterUtc": end}} for slot, end in slots}}}


def state(id, status, moment="2001-02-03T04:05:06.1234567Z", **members):
    return {"registrationId": id, "status": status, "lastUpdatedDateTimeUtc": moment, **members}


@pytest.fixture
def fleet(dps):
    """Four individual enrollments, one of which never registered, and two groups with three devices."""
    dps.arm.link(HUB)
    old = x509("clientCertificates", "2020-01-02T03:04:05Z", "2199-01-02T03:04:05Z")
    static = {"allocationPolicy": "static", "iotHubs": [HUB]}
    custom = {"allocationPolicy": "custom", "customAllocationDefinition": WEBHOOK, "iotHubs": [HUB, OTHER]}
    named = {"type": "x509", "x509": {"caReferences": {"primary": "ca-1", "secondary": "ca-2"}}}
    for id, attestation, status, members in (
        ("old", old, "disabled", {}),
        ("fixed", SYMMETRIC, "enabled", static),
        ("asked", SYMMETRIC, "enabled", custom),
        ("chip", TPM, "Enabled", {"iotHubHostName": HUB.upper()}),
    ):
        dps.enrollments.put({"registrationId": id, "attestation": attestation, "provisioningStatus": status, **members})
    for id, attestation in (("line", SYMMETRIC), ("named", named)):
        dps.groups.put({"enrollmentGroupId": id, "attestation": attestation, "provisioningStatus": "enabled", **static})
    for registration in (
        state("old", "disabled"),
        state("fixed", "assigned", assignedHub=HUB),
        state("asked", "failed", errorCode=404203, errorMessage=f"The hub {OTHER} is not linked."),
        state("d1", "assigned", assignedHub=HUB, enrollmentGroupId="line"),
        state("d2", "assigned", assignedHub=HUB, enrollmentGroupId="line"),
        state("d3", "failed", "9999-12-31T00:00:00Z", enrollmentGroupId="named"),
    ):
        dps.registrations.put(registration)
    return dps
