"""Rows of a CSV file as records, by the columns that an export writes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COMMENT = "#"

# Where the value of a column goes in a record; {} is the set of certificates of the kind.
_PATHS = {
    "registrationId": "registrationId",
    "enrollmentGroupId": "enrollmentGroupId",
    "attestation": "attestation.type",
    "primaryKey": "attestation.symmetricKey.primaryKey",
    "secondaryKey": "attestation.symmetricKey.secondaryKey",
    "endorsementKey": "attestation.tpm.endorsementKey",
    "certificatePath": "attestation.x509.{}.primary.certificate",
    "secondaryCertificatePath": "attestation.x509.{}.secondary.certificate",
    "rootCaName": "attestation.x509.caReferences.primary",
    "secondaryRootCaName": "attestation.x509.caReferences.secondary",
    "deviceId": "deviceId",
    "provisioningStatus": "provisioningStatus",
    "allocationPolicy": "allocationPolicy",
    "iotHubs": "iotHubs",
    "reprovisionPolicy": "reprovisionPolicy",
    "edgeEnabled": "capabilities.iotEdge",
    "tags": "initialTwin.tags",
    "desired": "initialTwin.properties.desired",
    "deviceInformation": "optionalDeviceInformation",
    "webhookUrl": "customAllocationDefinition.webhookUrl",
    "apiVersion": "customAllocationDefinition.apiVersion",
    "etag": "etag",
}
_OBJECTS = ("tags", "desired", "deviceInformation")
_POLICIES = {
    "reprovisionandmigratedata": {"updateHubAssignment": True, "migrateDeviceData": True},
    "reprovisionandresetdata": {"updateHubAssignment": True, "migrateDeviceData": False},
    "never": {"updateHubAssignment": False, "migrateDeviceData": False},
}


class SeedError(Exception):
    """A file of records that cannot be used; the message is for the user."""


def rows(text: str, file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row's line number and record. Raises SeedError."""
    # an empty line in place of a comment, so that the others keep their numbers
    lines = ["\n" if line.startswith(COMMENT) else line for line in io.StringIO(text, newline="")]
    before = next((number for number, line in enumerate(lines) if line.strip()), 0)
    reader = csv.DictReader(lines[before:], strict=True)
    try:
        unknown = [name for name in reader.fieldnames or () if name not in _PATHS]
        if unknown:
            raise SeedError(f"{file}: {unknown[0]!r} is not a column of records. The columns are {', '.join(_PATHS)}.")
        for row in reader:
            line = reader.line_num + before
            if None in row or None in row.values():
                raise SeedError(f"{file}, line {line}: the row has not as many cells as the header.")
            if any(row.values()):
                yield line, _record(row, file, line)
    except csv.Error as error:
        raise SeedError(f"{file}, line {reader.line_num + before}: this is not valid CSV: {error}.") from None


def _record(row: dict[str, str], file: Path, line: int) -> dict[str, Any]:
    record: dict[str, Any] = {}
    certificates = "signingCertificates" if row.get("enrollmentGroupId") else "clientCertificates"
    for column, cell in row.items():
        # the word for a member that is left out
        if not cell or (cell == "none" and column in ("reprovisionPolicy", "edgeEnabled")):
            continue
        try:
            value = _value(column, cell, file.parent)
        except (OSError, ValueError, KeyError) as error:
            raise SeedError(f"{file}, line {line}: {column} cannot be used: {error}.") from None
        *above, name = _PATHS[column].format(certificates).split(".")
        target = record
        for member in above:
            target = target.setdefault(member, {})
        target[name] = value
    return record


def _value(column: str, cell: str, folder: Path) -> Any:
    if column in _OBJECTS:
        return json.loads(cell)
    if column in ("certificatePath", "secondaryCertificatePath"):
        return (folder / cell).read_text(encoding="utf-8")
    if column == "iotHubs":
        return cell.split()
    if column == "edgeEnabled":
        return {"true": True, "false": False}[cell.lower()]
    return _POLICIES[cell.lower()] if column == "reprovisionPolicy" else cell
