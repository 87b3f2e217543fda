"""A row of a CSV file ↔ a record. A column is an option of `create`; an empty cell is an option that is not given."""

from __future__ import annotations

import json
from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iot_dps._json_argument import json_object
from azext_iot_dps._validators import file_path
from azext_iot_dps.enums import AllocationPolicy, Attestation, ProvisioningStatus, Reprovision
from azext_iot_dps.fleet.kinds import INDIVIDUAL, Kind
from azext_iot_dps.payload import certificate, reprovision
from azext_iot_dps.service.outcome import READ_ONLY

Json = dict[str, Any]
Row = dict[str, str]

# The word for a member that shall not be there, where an empty cell means the default of `create`.
NONE = "none"

_OWN = {
    True: ["registrationId", "attestation", "primaryKey", "secondaryKey", "endorsementKey"],
    False: ["enrollmentGroupId", "attestation", "primaryKey", "secondaryKey"],
}
_SETTINGS = ["provisioningStatus", "allocationPolicy", "iotHubs", "reprovisionPolicy", "edgeEnabled", "tags", "desired"]
_CUSTOM = ["webhookUrl", "apiVersion"]
_FILES = {"primary": "certificatePath", "secondary": "secondaryCertificatePath"}
_PATHS = {
    "primaryKey": ("attestation", "symmetricKey", "primaryKey"),
    "secondaryKey": ("attestation", "symmetricKey", "secondaryKey"),
    "endorsementKey": ("attestation", "tpm", "endorsementKey"),
    "rootCaName": ("attestation", "x509", "caReferences", "primary"),
    "secondaryRootCaName": ("attestation", "x509", "caReferences", "secondary"),
    "deviceId": ("deviceId",),
    "webhookUrl": ("customAllocationDefinition", "webhookUrl"),
    "apiVersion": ("customAllocationDefinition", "apiVersion"),
    "etag": ("etag",),
}
_WORDS = {
    "attestation": ("attestation", "type"),
    "provisioningStatus": ("provisioningStatus",),
    "allocationPolicy": ("allocationPolicy",),
}
_OBJECTS = {
    "tags": ("initialTwin", "tags"),
    "desired": ("initialTwin", "properties", "desired"),
    "deviceInformation": ("optionalDeviceInformation",),
}


def columns(kind: Kind) -> list[str]:
    """The columns of a file that is exported, in their order; a file that is imported has those that it needs."""
    individual = kind is INDIVIDUAL
    paths = ["certificatePath", "secondaryCertificatePath"]
    proof = paths + ([] if individual else ["rootCaName", "secondaryRootCaName"])
    device = ["deviceId"] if individual else []
    information = ["deviceInformation"] if individual else []
    return [*_OWN[individual], *proof, *device, *_SETTINGS, *information, *_CUSTOM, "etag"]


def record(kind: Kind, row: Row) -> Json:
    """The record that the row's cells name, and no more; certificate files are read.

    Raises InvalidArgumentValueError for a cell that cannot be read, FileOperationError for a file that cannot. What
    the record says as a whole is not checked here.
    """
    made: Json = {kind.id_member: row.get(kind.id_member, "")}
    for name, path in {**_PATHS, **_WORDS}.items():
        if row.get(name):
            _put(made, path, _spelled(kind, name, row[name]) if name in _WORDS else row[name])
    for name, path in _OBJECTS.items():
        value = json_object(name)(row.get(name, ""))
        if value:
            _put(made, path, value)
    for slot, name in _FILES.items():
        if row.get(name):
            text = certificate.read(name, file_path(name)(row[name]), kind.signing)
            _put(made, ("attestation", "x509", kind.certificates, slot), {"certificate": text})
    if row.get("iotHubs"):
        made["iotHubs"] = row["iotHubs"].split()
    if row.get("reprovisionPolicy", NONE) not in ("", NONE):
        made["reprovisionPolicy"] = _policy(row["reprovisionPolicy"])
    if row.get("edgeEnabled", NONE) not in ("", NONE):
        made["capabilities"] = {"iotEdge": _flag(row["edgeEnabled"])}
    return made


def new(kind: Kind, row: Row, named: Json) -> Json:
    """The record that `create` would make of what the row named: what it did not gets the defaults of `create`."""
    made = dict(named)
    if not row.get("reprovisionPolicy"):
        made["reprovisionPolicy"] = _policy(Reprovision.MIGRATE.value)
    if not row.get("edgeEnabled"):
        made["capabilities"] = {"iotEdge": False}
    proof = named.get("attestation", {})
    if kind.signing and "type" not in proof:
        type = Attestation.X509.value if "x509" in proof else Attestation.SYMMETRIC_KEY.value
        made["attestation"] = {**proof, "type": type}
    return made


def row(kind: Kind, stored: Json) -> Row:
    """The cells that stand for a record; for what they cannot hold see `complete`."""
    cells = {name: _get(stored, path) for name, path in {**_PATHS, **_WORDS}.items()}
    cells.update((name, _json(_get(stored, path))) for name, path in _OBJECTS.items())
    hubs = stored.get("iotHubs")
    policy, edge = stored.get("reprovisionPolicy"), _get(stored, ("capabilities", "iotEdge"))
    cells.update(
        {
            kind.id_member: stored.get(kind.id_member),
            "iotHubs": " ".join(map(str, hubs)) if isinstance(hubs, list) else "",
            "reprovisionPolicy": next((each.value for each in Reprovision if _policy(each.value) == policy), NONE),
            "edgeEnabled": NONE if edge is None else _json(edge),
        }
    )
    return {name: str(cells.get(name) or "") for name in columns(kind)}


def complete(kind: Kind, stored: Json, cells: Row) -> bool:
    """Whether the cells hold all of the record but what nothing can hold: certificates, and the service's own dates."""
    try:
        made = new(kind, cells, record(kind, cells))
    except InvalidArgumentValueError:
        return False
    kept = {name: value for name, value in stored.items() if name not in READ_ONLY and value is not None}
    return _comparable(kind, kept) == _comparable(kind, made)


def _comparable(kind, stored):
    proof = stored.get("attestation")
    if isinstance(proof, dict) and isinstance(proof.get("x509"), dict):
        x509 = {name: part for name, part in proof["x509"].items() if name != kind.certificates}
        proof = {name: part for name, part in proof.items() if name != "x509"} | ({"x509": x509} if x509 else {})
    return {**stored, "attestation": proof}


def _put(made, path, value):
    *above, last = path
    for name in above:
        made = made.setdefault(name, {})
    made[last] = value


def _get(value, path):
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _json(value):
    return "" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _spelled(kind, name, word):
    """Options are read without regard to letter case, and so are their words here."""
    known = {"attestation": kind.attestations, "provisioningStatus": ProvisioningStatus}.get(name, AllocationPolicy)
    values = (getattr(each, "value", each) for each in known)
    return next((value for value in values if value.lower() == word.lower()), word)


def _policy(word):
    try:
        return reprovision.flags(word.lower())
    except ValueError:
        names = ", ".join(each.value for each in Reprovision)
        raise InvalidArgumentValueError(f"reprovisionPolicy must be one of {names}, or {NONE}.") from None


def _flag(word):
    if word.lower() not in ("true", "false"):
        raise InvalidArgumentValueError(f"edgeEnabled must be true, false or {NONE}.")
    return word.lower() == "true"
