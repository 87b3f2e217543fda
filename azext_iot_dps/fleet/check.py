"""Is a record of a file one that `create` would make? The rules are those of its options."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from azure.cli.core.azclierror import ArgumentUsageError, InvalidArgumentValueError, RequiredArgumentMissingError

from azext_iot_dps import _validators
from azext_iot_dps.enums import AllocationPolicy, Attestation, ProvisioningStatus
from azext_iot_dps.fleet.kinds import Kind
from azext_iot_dps.payload import allocation, certificate

Json = dict[str, Any]

_SLOTS = ("primary", "secondary")
_SLOT_NAMES = dict.fromkeys(_SLOTS, str)
_CERTIFICATES = {slot: {"certificate": str, "info": dict} for slot in _SLOTS}
# What a known member must be: a type, a list of one, or an object with these members. Others may be there, with
# anything in them: this version has not heard of them, and the service may.
_SHAPE: Json = {
    "deviceId": str,
    "optionalDeviceInformation": dict,
    "attestation": {
        "type": str,
        "tpm": {"endorsementKey": str},
        "x509": {
            "clientCertificates": _CERTIFICATES,
            "signingCertificates": _CERTIFICATES,
            "caReferences": _SLOT_NAMES,
        },
        "symmetricKey": {"primaryKey": str, "secondaryKey": str},
    },
    "capabilities": {"iotEdge": bool},
    "iotHubHostName": str,
    "initialTwin": {"tags": dict, "properties": {"desired": dict}},
    "etag": str,
    "provisioningStatus": str,
    "reprovisionPolicy": {"updateHubAssignment": bool, "migrateDeviceData": bool},
    "allocationPolicy": str,
    "iotHubs": [str],
    "customAllocationDefinition": {"webhookUrl": str, "apiVersion": str},
}
_WORDS = {dict: "an object", str: "a text", bool: "true or false", list: "a list", type(None): "null"}
_CHECKS: dict[str, dict[str, Callable[[str], Any]]] = {
    "symmetricKey": {name: _validators.symmetric_key(name) for name in ("primaryKey", "secondaryKey")},
    "tpm": {"endorsementKey": _validators.endorsement_key},
    "customAllocationDefinition": {"webhookUrl": _validators.webhook_url, "apiVersion": _validators.api_version},
}


def identity(kind: Kind, record: Json) -> str:
    """The id of a record; all that a record needs to be deleted, with the etag if it has one."""
    id = record.get(kind.id_member)
    if not isinstance(id, str) or not id:
        raise RequiredArgumentMissingError(f"{kind.id_member} is missing.")
    _validators.record_id(kind.id_member)(id)
    if record.get("etag") is not None:
        _fits("etag", record["etag"], str)
        _validators.etag(record["etag"])
    return id


def shape(record: Json) -> None:
    """Refuse a record in which a member that is known is of another type."""
    for name in record.keys() & _SHAPE.keys():
        _fits(name, record[name], _SHAPE[name])


def parts(kind: Kind, record: Json) -> None:
    """Refuse a record of which a part is wrong whatever the others say, once `identity` is right."""
    shape(record)
    _one_of("provisioningStatus", record.get("provisioningStatus"), [each.value for each in ProvisioningStatus])
    # the one word that the service reads without regard to letter case
    policies = [each.value for each in AllocationPolicy]
    if (record.get("allocationPolicy") or "").lower() not in map(str.lower, policies):
        _one_of("allocationPolicy", record.get("allocationPolicy"), policies)
    allocation.check_names(record.get("iotHubs") or [])
    _each("customAllocationDefinition", record)
    proof = record.get("attestation") or {}
    _one_of("attestation.type", proof.get("type"), kind.attestations)
    _each("symmetricKey", proof)
    _each("tpm", proof)


def whole(kind: Kind, record: Json, known: bool) -> None:
    """Refuse a record that `parts` found right, and that could not be made as it is.

    A `known` one may be there already: then a certificate of which it only has the info is one that stays.
    """
    proof = record.get("attestation") or {}
    type = proof.get("type")
    if not type:
        raise RequiredArgumentMissingError(f"attestation is missing: one of {', '.join(kind.attestations)}.")
    foreign = [each.value for each in Attestation if each.value != type and proof.get(each.value)]
    if foreign:
        raise ArgumentUsageError(f"attestation.{foreign[0]} belongs to another attestation than {type}.")
    own = proof.get(type) or {}
    if type == Attestation.TPM.value and not own.get("endorsementKey"):
        raise RequiredArgumentMissingError("tpm attestation needs endorsementKey.")
    if type == Attestation.X509.value:
        _x509(kind, own, known)
    allocation.check(record)


def with_plain_certificates(kind: Kind, record: Json) -> Json:
    """The record with its certificates as `create` would send them, each the first of its text, never a private key."""
    proof = record.get("attestation") or {}
    branch = (proof.get("x509") or {}).get(kind.certificates) or {}
    given = {slot: branch[slot] for slot in _SLOTS if (branch.get(slot) or {}).get("certificate")}
    if not given:
        return record
    plain = {
        slot: {**entry, "certificate": certificate.of_text(f"{slot} certificate", entry["certificate"], kind.signing)}
        for slot, entry in given.items()
    }
    x509 = {**proof["x509"], kind.certificates: {**branch, **plain}}
    return {**record, "attestation": {**proof, "x509": x509}}


def hidden(kind: Kind, proof: Json) -> list[str]:
    """The certificates of which an attestation has no more than the info that the service shows."""
    branch = (proof.get("x509") or {}).get(kind.certificates) or {}
    return [slot for slot in _SLOTS if branch.get(slot) and not branch[slot].get("certificate")]


def words(error: Exception) -> str:
    """What an error says, with members in the place of options."""
    return re.sub(r"(?<!\S)--([a-z][a-z-]*)", lambda option: _camel(option[1]), str(error))


def _camel(name):
    first, *rest = name.split("-")
    return first + "".join(map(str.capitalize, rest))


def _fits(path, value, shape):
    wanted = dict if isinstance(shape, dict) else list if isinstance(shape, list) else shape
    if value is None:
        return
    if type(value) is not wanted:
        raise InvalidArgumentValueError(
            f"{path} must be {_WORDS[wanted]}, and is {_WORDS.get(type(value), 'a number')}."
        )
    if isinstance(shape, dict):
        for name in value.keys() & shape.keys():
            _fits(f"{path}.{name}", value[name], shape[name])
    elif isinstance(shape, list):
        for item in value:
            if type(item) is not shape[0]:
                raise InvalidArgumentValueError(f"{path} must be a list of texts.")


def _one_of(name, value, choices):
    if value is not None and value not in choices:
        raise InvalidArgumentValueError(f"{name} must be one of {', '.join(choices)}.")


def _each(name, record):
    part = record.get(name) or {}
    for member, check in _CHECKS[name].items():
        if part.get(member) is not None:
            check(part[member])


def _x509(kind, own, known):
    branches = [name for name in ("clientCertificates", "signingCertificates", "caReferences") if _filled(own, name)]
    if not branches:
        raise RequiredArgumentMissingError("x509 attestation needs a certificate: primary, secondary or both.")
    if len(branches) > 1 or branches[0] not in (kind.certificates, "caReferences"):
        raise ArgumentUsageError(
            f"The x509 attestation of an {kind.title} has {kind.certificates} or caReferences, and only one of them."
        )
    absent = [] if known else hidden(kind, {"x509": own})
    if absent:
        raise RequiredArgumentMissingError(
            f"The {absent[0]} certificate is not in the file, since the service never shows one: put it in as "
            f"attestation.x509.{kind.certificates}.{absent[0]}.certificate."
        )


def _filled(own, name):
    return any((own.get(name) or {}).values())
