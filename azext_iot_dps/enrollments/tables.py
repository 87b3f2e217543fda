"""What -o table shows of enrollments, groups and keys."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.tables import Row, fitted, moment, part, several, short

# Hubs of a record that are named; of the others only their number is shown.
_HUBS = 2


def enrollments(result: Any) -> list[dict[str, str]]:
    """A row an individual enrollment."""
    return fitted(
        [
            {
                "EnrollmentId": record.get("registrationId"),
                **_settings(record),
                "DeviceId": record.get("deviceId"),
                "AssignedHub": short(part(record, "registrationState").get("assignedHub")),
                "LastUpdated": moment(record.get("lastUpdatedDateTimeUtc")),
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
                "LastUpdated": moment(record.get("lastUpdatedDateTimeUtc")),
            }
            for record in several(result)
        ]
    )


def keys(computed: Any) -> list[dict[str, str]]:
    """A row a device; the key of a single device is a string."""
    pairs = computed.items() if isinstance(computed, dict) else [(None, computed)]
    return fitted([{"RegistrationId": id, "Key": key} for id, key in pairs])


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
