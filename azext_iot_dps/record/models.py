"""What may be sent, as msrest models made from the schema; nothing is ever read into one."""

from __future__ import annotations

import re
from typing import Any

from msrest.serialization import Model, Serializer

from azext_iot_dps.exact_json import Number
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.schema import Tree, fields, tree
from azext_iot_dps.record.values import CERTIFICATE, OBJECT, STRING

# The service's names of the definitions, by the paths where records have them.
_NAMES = {
    "attestation": "AttestationMechanism",
    "attestation.tpm": "TpmAttestation",
    "attestation.symmetricKey": "SymmetricKeyAttestation",
    "attestation.x509": "X509Attestation",
    "attestation.x509.clientCertificates": "X509Certificates",
    "attestation.x509.signingCertificates": "X509Certificates",
    "attestation.x509.caReferences": "X509CAReferences",
    "capabilities": "DeviceCapabilities",
    "initialTwin": "InitialTwin",
    "initialTwin.properties": "InitialTwinProperties",
    "reprovisionPolicy": "ReprovisionPolicy",
    "customAllocationDefinition": "CustomAllocationDefinition",
}
_CERTIFICATE = {"certificate": STRING, "info": OBJECT}


class Body(Model):
    """A part of a request: what was not given is None, and serialize() leaves None out.

    A bare Model fails to serialize a field that was never passed, and only logs a misspelt one.
    """

    _attribute_map: dict[str, dict[str, str]] = {}

    def __init__(self, **given: Any):
        unknown = given.keys() - self._attribute_map.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        super().__init__(**{**dict.fromkeys(self._attribute_map), **given})  # type: ignore[no-untyped-call]

    @classmethod
    def of(cls, part: Json) -> Body:
        """The model of a JSON object, which must have no other members than the definition."""
        names = {wire["key"]: name for name, wire in cls._attribute_map.items()}
        types = {wire["key"]: DEFINITIONS.get(wire["type"]) for wire in cls._attribute_map.values()}
        return cls(**{names.get(key, key): _model(types.get(key), value) for key, value in part.items()})


class _ExactSerializer(Serializer):
    """Leaves numbers with literals as they are; msrest makes strings of types that it does not know."""

    def serialize_object(self, attr: Any, **kwargs: Any) -> Any:
        return attr if isinstance(attr, Number) else super().serialize_object(attr, **kwargs)  # type: ignore[no-untyped-call]


def body(kind: Kind, record: Json) -> Json:
    """A new record as the models serialize it, so that it has the names and types of the service's definitions.

    Raises TypeError for a member that they do not have and msrest's SerializationError for a value of another type.
    """
    model = DEFINITIONS[_RECORDS[kind]].of(record)
    made: Json = _ExactSerializer(DEFINITIONS)._serialize(model)  # type: ignore[no-untyped-call]
    return made


def _model(definition: type[Body] | None, value: Any) -> Any:
    return definition.of(value) if definition and isinstance(value, dict) else value


def _define(name: str, path: str, nodes: Tree) -> None:
    """Make the model of a definition, and those of its parts."""
    attributes = {}
    for key, node in nodes.items():
        below = f"{path}.{key}" if path else key
        inner = node if isinstance(node, dict) else _CERTIFICATE if node is CERTIFICATE else None
        wire = _NAMES[below] if isinstance(node, dict) else node.wire
        attributes[re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()] = {"key": key, "type": wire}
        if inner and wire not in DEFINITIONS:
            _define(wire, below, inner)
    DEFINITIONS[name] = type(name, (Body,), {"_attribute_map": attributes})


_RECORDS = {INDIVIDUAL: "IndividualEnrollment", GROUP: "EnrollmentGroup"}
DEFINITIONS: dict[str, type[Body]] = {}
for _kind, _definition in _RECORDS.items():
    _tops = dict.fromkeys(field.path.partition(".")[0] for field in fields(_kind))
    _define(_definition, "", {_top: tree()[_top] for _top in _tops})
