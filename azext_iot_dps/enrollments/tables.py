"""What -o table shows of enrollments, groups and keys."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.tables import Row, fitted, moment, part, several, short
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind

# Hubs of a record that are named; of the others only their number is shown.
_HUBS = 2


def enrollments(result: Any) -> list[dict[str, str]]:
    """A row an individual enrollment."""
    return fitted(
        [
            {
                "EnrollmentId": record.get("registrationId"),
                **_settings(record),
                **(certificate := _certificate(result, INDIVIDUAL)),
                "DeviceId": record.get("deviceId"),
                "AssignedHub": short(part(record, "registrationState").get("assignedHub")),
                "LastUpdated": None if certificate["Thumbprint"] else moment(record.get("lastUpdatedDateTimeUtc")),
            }
            for record in several(result)
        ]
    )


def groups(result: Any) -> list[dict[str, str]]:
    """A row an enrollment group."""
    return fitted(
        [
            {
                "GroupId": record.get("enrollmentGroupId"),
                **_settings(record),
                **(certificate := _certificate(result, GROUP)),
                "LastUpdated": None if certificate["Thumbprint"] else moment(record.get("lastUpdatedDateTimeUtc")),
            }
            for record in several(result)
        ]
    )


def keys(computed: Any) -> list[dict[str, str]]:
    """A row a device; the key of a single device is a string."""
    rows = computed if isinstance(computed, list) else [{"registrationId": None, "key": computed}]
    return fitted([{"RegistrationId": row["registrationId"], "Key": row["key"]} for row in rows])


def _certificate(result: Any, kind: Kind) -> Row:
    """The thumbprint and the last day of the primary certificate, of a single record: a list would get too wide."""
    x509 = {} if isinstance(result, list) else part(part(result, "attestation"), "x509")
    info = part(part(part(x509, kind.certificates), "primary"), "info")
    return {"Thumbprint": info.get("sha1Thumbprint"), "Expires": str(info.get("notAfterUtc") or "")[:10]}


def _settings(record: Row) -> Row:
    hubs = record.get("iotHubs")
    names = [str(short(hub)) for hub in hubs if isinstance(hub, str)] if isinstance(hubs, list) else []
    more = [f"+{len(names) - _HUBS}"] if len(names) > _HUBS else []
    return {
        "Attestation": part(record, "attestation").get("type"),
        "Status": record.get("provisioningStatus"),
        "AllocationPolicy": record.get("allocationPolicy"),
        "Hubs": " ".join(names[:_HUBS] + more),
    }
