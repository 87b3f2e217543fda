"""The schema of records: a row a member, from which everything else about members follows.

Names and types are those of the service API 2021-10-01, or of the version that a row says. Members that are not listed
pass through unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from azext_iot_dps.record import values
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.values import REPROVISION_FLAGS, Reprovision, Value


class Field(NamedTuple):
    """A member of a record, by its path.

    `column` is its name in CSV files, `about` what the documentation says of that column, `only` the kind that has it,
    `default` what a new record gets where nothing is named, `since` the version that brought it. The service fills in
    members that are `read_only`. `is_file` columns hold the path of a file.
    """

    path: str
    value: Value
    column: str = ""
    about: str = ""
    only: Kind | None = None
    default: Any = None
    since: str = ""
    read_only: bool = False
    is_file: bool = False


def _slot(kind: Kind, place: int, column: str) -> Field:
    which = ("primary", "secondary")[place]
    about = f"path of the {which} certificate's file, relative to the CSV file's folder, or else to the working folder"
    return Field(kind.slots[place], values.CERTIFICATE, column, about, kind, is_file=True)


_CA_NAMES = "attestation.x509.caReferences"
_KEY = "symmetric key, base64 of 16 to 64 bytes; without one the service generates it"
_MIGRATE = REPROVISION_FLAGS[Reprovision.MIGRATE]

# In the order of the CSV columns.
FIELDS = (
    Field("registrationId", values.ID, "registrationId", "ID of the enrollment; required", INDIVIDUAL),
    Field("enrollmentGroupId", values.ID, "enrollmentGroupId", "ID of the group; required", GROUP),
    Field("attestation.type", values.ATTESTATION, "attestation", "symmetricKey, tpm or x509; not tpm for a group"),
    Field("attestation.symmetricKey.primaryKey", values.SYMMETRIC_KEY, "primaryKey", f"primary {_KEY}"),
    Field("attestation.symmetricKey.secondaryKey", values.SYMMETRIC_KEY, "secondaryKey", f"secondary {_KEY}"),
    Field(
        "attestation.tpm.endorsementKey", values.ENDORSEMENT_KEY, "endorsementKey", "TPM endorsement key, base64",
        INDIVIDUAL,
    ),
    Field("attestation.tpm.storageRootKey", values.STRING, only=INDIVIDUAL),
    _slot(INDIVIDUAL, 0, "certificatePath"),
    _slot(INDIVIDUAL, 1, "secondaryCertificatePath"),
    _slot(GROUP, 0, "certificatePath"),
    _slot(GROUP, 1, "secondaryCertificatePath"),
    Field(f"{_CA_NAMES}.primary", values.NAME, "rootCaName", "name of an uploaded CA certificate", GROUP),
    Field(f"{_CA_NAMES}.secondary", values.NAME, "secondaryRootCaName", "name of another CA certificate", GROUP),
    Field("deviceId", values.STRING, "deviceId", "device ID in the IoT hub", INDIVIDUAL),
    Field("provisioningStatus", values.STATUS, "provisioningStatus", "enabled or disabled"),
    Field("allocationPolicy", values.POLICY, "allocationPolicy", "custom, geoLatency, hashed or static"),
    Field("iotHubs", values.HOSTS, "iotHubs", "host names of IoT hubs, separated by spaces"),
    Field("iotHubHostName", values.STRING),
    Field(
        "reprovisionPolicy", values.REPROVISION, "reprovisionPolicy",
        "reprovisionandmigratedata (the default), reprovisionandresetdata, never, or none to omit it",
        default=_MIGRATE,
    ),
    Field(
        "capabilities.iotEdge", values.BOOLEAN, "edgeEnabled", "true, false (the default), or none to omit it",
        default=False,
    ),
    Field("initialTwin.tags", values.OBJECT, "tags", "tags of the initial twin, a JSON object"),
    Field(
        "initialTwin.properties.desired", values.OBJECT, "desired",
        "desired properties of the initial twin, a JSON object",
    ),
    Field("optionalDeviceInformation", values.OBJECT, "deviceInformation", "a JSON object", INDIVIDUAL),
    Field(
        "customAllocationDefinition.webhookUrl", values.WEBHOOK_URL, "webhookUrl",
        "https URL of the function for the custom policy",
    ),
    Field("customAllocationDefinition.apiVersion", values.API_VERSION, "apiVersion", "API version of that function"),
    Field(
        "namespaceName", values.ADR_NAMESPACE, "namespaceName",
        "namespace of Azure Device Registry that has the certificate policy", since="2026-11-01",
    ),
    Field(
        "certificateAuthorityName", values.ADR_NAME, "certificateAuthorityName",
        "certificate authority of that namespace", since="2026-11-01",
    ),
    Field(
        "certificatePolicyName", values.ADR_NAME, "certificatePolicyName",
        "policy of that authority, by which certificates of devices are issued", since="2026-11-01",
    ),
    Field("credentialPolicyName", values.NAME, since="2025-07-01-preview"),
    Field("etag", values.ETAG, "etag", "update and delete require that the stored record still has this ETag"),
    Field("registrationState", values.OBJECT, read_only=True),
    Field("createdDateTimeUtc", values.STRING, read_only=True),
    Field("lastUpdatedDateTimeUtc", values.STRING, read_only=True),
)  # fmt: skip

_SINCE = {field.path: field.since for field in FIELDS if field.since}
READ_ONLY = frozenset(field.path for field in FIELDS if field.read_only)
# An inner node maps names to nodes, a leaf is the Value of a member.
Tree = dict[str, Any]


def since(members: Iterable[str]) -> str:
    """The version of the service API that has all known ones of these members; '' stands for 2021-10-01."""
    return max((_SINCE.get(name, "") for name in members), default="")


def has_unknown(members: Iterable[str]) -> bool:
    """Whether there are members that no row names, as a newer version may have them."""
    return not tree().keys() | READ_ONLY >= {*members}


@cache
def fields(kind: Kind) -> tuple[Field, ...]:
    """The rows of a kind that a request may carry."""
    return tuple(field for field in FIELDS if field.only in (None, kind) and not field.read_only)


@cache
def defaults(kind: Kind) -> Json:
    """What create gives a new record for members that are not named, by their paths."""
    return {field.path: field.default for field in fields(kind) if field.default is not None}


@cache
def column_fields(kind: Kind) -> tuple[Field, ...]:
    """The rows that have a column in CSV files, in the order of the columns."""
    return tuple(field for field in fields(kind) if field.column)


def columns(kind: Kind) -> list[str]:
    """The columns of an exported file, in their order; an imported one has those that it needs."""
    return [field.column for field in column_fields(kind)]


def columns_help(kind: Kind) -> str:
    """Each column and what it holds, a line each, for help and documentation."""
    return "\n".join(f"{field.column}: {field.about}." for field in column_fields(kind))


@cache
def tree() -> Tree:
    """All members of both kinds that a request may carry, nested as they are in a record."""
    root: Tree = {}
    for field in FIELDS:
        if field.read_only:
            continue
        *parents, last = field.path.split(".")
        node = root
        for name in parents:
            node = node.setdefault(name, {})
        # the two booleans are members of their own, which one column sets together
        node[last] = dict.fromkeys(field.default, values.BOOLEAN) if field.value is values.REPROVISION else field.value
    return root
