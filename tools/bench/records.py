"""Enrollments by number: as they are sent, and as the service lists them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# 64 bytes each, as those that the service makes.
KEYS = {"primaryKey": "QUFB" * 21 + "QQ==", "secondaryKey": "QkJC" * 21 + "Qg=="}


def identifier(number: int) -> str:
    return f"device-{number:06}"


def sent(number: int) -> dict[str, Any]:
    """An enrollment with keys of its own, tags and desired properties, as a create takes it."""
    return {
        "registrationId": identifier(number),
        "attestation": {"type": "symmetricKey", "symmetricKey": KEYS},
        "capabilities": {"iotEdge": False},
        "initialTwin": {
            "tags": {"site": "north", "floor": number % 40, "serial": f"SN{number:010}"},
            "properties": {"desired": {"interval": 60, "unit": "seconds", "limits": {"low": 4, "high": 75}}},
        },
        "provisioningStatus": "enabled",
        "reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": True},
        "allocationPolicy": "hashed",
    }


def stored(record: dict[str, Any]) -> dict[str, Any]:
    """What the service makes of it and answers to a create."""
    now = "2026-03-01T10:20:30.1256254Z"
    etag = "IjBhMDBiNzQyLTAwMDAtMDgwMC0wMDAwLTY0NjgwMWY1MDAwMCI="
    return {**record, "etag": etag, "createdDateTimeUtc": now, "lastUpdatedDateTimeUtc": now}


def listed(number: int) -> dict[str, Any]:
    """What the service shows of it: everything but the keys."""
    return {**stored(sent(number)), "attestation": {"type": "symmetricKey"}}


def applied(number: int, is_changed: bool = False) -> dict[str, Any]:
    """What a file without keys asks for, which is what is stored; `is_changed` asks for another status."""
    record = {**sent(number), "attestation": {"type": "symmetricKey"}}
    return {**record, "provisioningStatus": "disabled"} if is_changed else record


def write(path: Path, count: int) -> None:
    """A file of JSON Lines to import."""
    _write(path, map(sent, range(count)))


def write_applied(path: Path, count: int, each: int = 0) -> None:
    """A file of JSON Lines to apply, which asks for a change of each n-th record."""
    _write(path, (applied(number, bool(each) and number % each == 0) for number in range(count)))


def _write(path: Path, records: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)
