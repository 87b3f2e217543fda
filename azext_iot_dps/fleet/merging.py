"""A record of a file laid over the stored one: what it does not name stays as it is."""

from __future__ import annotations

from typing import Any

from azure.cli.core.azclierror import ArgumentUsageError

from azext_iot_dps.enums import AllocationPolicy
from azext_iot_dps.fleet import check
from azext_iot_dps.fleet.kinds import Kind
from azext_iot_dps.payload import attestation

Json = dict[str, Any]

# Objects of which each member is a value of its own. The others, a twin's tags for example, are replaced as a whole.
_ATTESTATION: Json = {
    "tpm": {},
    "symmetricKey": {},
    "x509": {"clientCertificates": {}, "signingCertificates": {}, "caReferences": {}},
}
_PARTS: Json = {
    "capabilities": {},
    "initialTwin": {"properties": {}},
    "reprovisionPolicy": {},
    "customAllocationDefinition": {},
}


def over(kind: Kind, record: Json, current: Json) -> Json:
    """`current` with the record's members laid over it; null takes a member away.

    Raises an error of azure-cli for what `update` would refuse: another attestation, or a policy without what it needs.
    """
    merged = _over({**record, "attestation": proof(record, current)}, current, _PARTS)
    if "allocationPolicy" in record and str(record["allocationPolicy"]).lower() != AllocationPolicy.CUSTOM.value:
        merged.pop("customAllocationDefinition", None)
    if "iotHubs" in record:
        merged.pop("iotHubHostName", None)
    check.whole(kind, merged, known=True)
    return merged


def proof(record: Json, current: Json) -> Json:
    """The attestation of `current` with that of the record laid over it; of keys and certificates the others stay."""
    named = record.get("attestation") or {}
    stored = attestation.kind(current)
    type = named.get("type") or next((name for name in _ATTESTATION if named.get(name)), stored)
    if type != stored:
        raise ArgumentUsageError(
            f"attestation is {type}, and the stored one is {stored}: the attestation type cannot be changed."
        )
    kept = current.get("attestation") or {}
    branches = [name for name in _ATTESTATION["x509"] if (named.get("x509") or {}).get(name)]
    if branches and isinstance(kept.get("x509"), dict):
        # a group has certificates or names of them: what it gets takes the place of what it had
        gone = _ATTESTATION["x509"].keys() - branches
        kept = {**kept, "x509": {name: slots for name, slots in kept["x509"].items() if name not in gone}}
    # a key that is null is one that is not shown: without it the service would make a new one
    keys = {name: key for name, key in (named.get("symmetricKey") or {}).items() if key is not None}
    named = {name: part for name, part in named.items() if name != "symmetricKey"}
    return _over({**named, "symmetricKey": keys} if keys else named, kept, _ATTESTATION)


def _over(record, current, parts):
    merged = dict(current)
    for name, value in record.items():
        if value is None:
            merged.pop(name, None)
        elif name in parts and isinstance(value, dict) and isinstance(merged.get(name), dict):
            merged[name] = _over(value, merged[name], parts[name])
        else:
            merged[name] = value
    return merged
