"""Members of records: their order, their types, and which kinds of record there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .refusal import invalid

# A shape is a type, [type] for a list of it, or the members of an object in the service's order.
TWIN = dict
_CERTIFICATES = {slot: {"certificate": str, "info": dict} for slot in ("primary", "secondary")}
_RECORD: dict[str, Any] = {
    "registrationId": str,
    "enrollmentGroupId": str,
    "deviceId": str,
    "registrationState": dict,
    "optionalDeviceInformation": TWIN,
    "attestation": {
        "type": str,
        "tpm": {"endorsementKey": str, "storageRootKey": str},
        "x509": {
            "clientCertificates": _CERTIFICATES,
            "signingCertificates": _CERTIFICATES,
            "caReferences": {"primary": str, "secondary": str},
        },
        "symmetricKey": {"primaryKey": str, "secondaryKey": str},
    },
    "capabilities": {"iotEdge": bool},
    "iotHubHostName": str,
    "initialTwin": {"tags": TWIN, "properties": {"desired": TWIN}},
    "etag": str,
    "provisioningStatus": str,
    "reprovisionPolicy": {"updateHubAssignment": bool, "migrateDeviceData": bool},
    "createdDateTimeUtc": str,
    "lastUpdatedDateTimeUtc": str,
    "allocationPolicy": str,
    "iotHubs": [str],
    "customAllocationDefinition": {"webhookUrl": str, "apiVersion": str},
    "credentialPolicyName": str,
    "deviceTypeRefs": [str],
}
_POLICY = dict.fromkeys(("namespaceName", "certificateAuthorityName", "certificatePolicyName"), str)
_ONLY_INDIVIDUAL = ("registrationId", "deviceId", "registrationState", "optionalDeviceInformation")


@dataclass(frozen=True)
class Kind:
    """What sets enrollments and enrollment groups apart."""

    path: str
    id_member: str
    bulk_member: str
    item_type: str
    code: int
    title: str
    shape: dict[str, Any]
    attestations: tuple[str, ...]
    certificates: tuple[str, ...]

    @property
    def missing(self) -> tuple[int, int, str]:
        return 404, 404000 + self.code, f"{self.title} not found."

    @property
    def existing(self) -> tuple[int, int, str]:
        return 409, 409200 + (1 if self.code == 201 else 2), f"{self.title} already exists."


def _with_policy(before: str, without: tuple[str, ...]) -> dict[str, Any]:
    """The members of one kind; those of a certificate policy stand in a different place in each."""
    shape = {name: member for name, member in _RECORD.items() if name not in without}
    place = list(shape).index(before) + 1
    return dict([*list(shape.items())[:place], *_POLICY.items(), *list(shape.items())[place:]])


INDIVIDUAL = Kind(
    path="enrollments",
    id_member="registrationId",
    bulk_member="enrollments",
    item_type="Enrollment",
    code=201,
    title="Enrollment",
    shape=_with_policy("deviceId", ("enrollmentGroupId",)),
    attestations=("tpm", "x509", "symmetricKey"),
    certificates=("clientCertificates",),
)
GROUP = Kind(
    path="enrollmentgroups",
    id_member="enrollmentGroupId",
    bulk_member="enrollmentGroups",
    item_type="EnrollmentGroup",
    code=204,
    title="EnrollmentGroup",
    shape=_with_policy("iotHubHostName", _ONLY_INDIVIDUAL),
    attestations=("x509", "symmetricKey"),
    certificates=("signingCertificates", "caReferences"),
)

_NAMES = {str: "a string", bool: "a boolean", dict: "an object"}


def checked(value: Any, shape: Any, where: str) -> Any:
    """The value in the service's order; known members that are null are omitted, unknown ones stay as they are."""
    if isinstance(shape, list):
        if not isinstance(value, list):
            raise invalid(f"{where} must be a list.")
        return [checked(item, shape[0], where) for item in value]
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            raise invalid(f"{where} must be an object.")
        kept = {
            name: checked(member, shape[name], f"{where}.{name}") if name in shape else member
            for name, member in value.items()
            if member is not None or name not in shape
        }
        return ordered(kept, shape)
    if type(value) is not shape:
        raise invalid(f"{where} must be {_NAMES[shape]}.")
    return value


def ordered(value: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    """Known members in the order of the shape, then the others as they came."""
    return {**{name: value[name] for name in shape if name in value}, **value}


def check_id(id: Any) -> None:
    if not isinstance(id, str) or not re.fullmatch(r"[A-Za-z0-9\-._:]{1,128}", id):
        raise invalid("The id must have 1 to 128 characters: letters, digits and - . _ :")
