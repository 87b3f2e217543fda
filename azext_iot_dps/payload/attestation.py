"""How a device proves who it is: TPM, X.509 certificates or symmetric keys, and which options belong to which."""

from __future__ import annotations

from azure.cli.core.azclierror import (
    ArgumentUsageError,
    AzureResponseError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iot_dps import models
from azext_iot_dps.enums import Attestation
from azext_iot_dps.payload import certificate

_OPTIONS = {
    Attestation.TPM: ("endorsement_key",),
    Attestation.X509: (
        "certificate_path",
        "secondary_certificate_path",
        "remove_certificate",
        "remove_secondary_certificate",
    ),
    Attestation.SYMMETRIC_KEY: ("primary_key", "secondary_key"),
}
_SLOTS = {
    "primary": ("certificate_path", "remove_certificate"),
    "secondary": ("secondary_certificate_path", "remove_secondary_certificate"),
}


def of(attestation_type: str, **options: str | None) -> models.AttestationMechanism:
    """The attestation of a new enrollment, from its options; certificate files are read here."""
    chosen, typed = Attestation(attestation_type), _typed(options)
    for other, own in _OPTIONS.items():
        foreign = [name for name in own if name in typed]
        if other is not chosen and foreign:
            raise ArgumentUsageError(
                f"{_flags(foreign)} belongs to {other.value} attestation, and --attestation-type is {chosen.value}."
            )
    if chosen is Attestation.TPM and not typed:
        raise RequiredArgumentMissingError("tpm attestation needs --endorsement-key.")
    if chosen is Attestation.X509 and not typed:
        raise RequiredArgumentMissingError(
            "x509 attestation needs --certificate-path, --secondary-certificate-path or both."
        )
    return _BUILD[chosen](**typed)


class Change:
    """What an update was asked to do to an attestation, maybe nothing; certificate files are read here.

    Raises MutuallyExclusiveArgumentError for options of different attestations.
    """

    def __init__(self, **options: object):
        typed = _typed(options)
        kinds = [kind for kind, own in _OPTIONS.items() if typed.keys() & set(own)]
        if len(kinds) > 1:
            groups = [f"{_flags(name for name in _OPTIONS[kind] if name in typed)} ({kind.value})" for kind in kinds]
            raise MutuallyExclusiveArgumentError(
                f"An enrollment has one attestation, and these belong to different ones: {', '.join(groups)}."
            )
        self._kind = kinds[0] if kinds else None
        self._flags = _flags(typed)
        self._slots = {slot for slot, names in _SLOTS.items() if typed.keys() & set(names)}
        new = {name: value for name, value in typed.items() if not name.startswith("remove_")}
        self._mechanism = _BUILD[self._kind](**new) if self._kind else None

    def check(self, record: dict) -> None:
        """Refuse options that belong to another attestation than the stored one: its type cannot be changed."""
        if self._kind and self._kind.value != kind(record):
            raise ArgumentUsageError(
                f"{self._flags} belongs to {self._kind.value} attestation, and this enrollment has {kind(record)}; "
                "the attestation type of an enrollment cannot be changed."
            )

    def over(self, record: dict) -> dict:
        """`record` with its attestation changed; a certificate replaces what its slot held, `info` included."""
        if self._mechanism is None:
            return record
        stored = record["attestation"]
        if self._slots:
            stored = _without_certificates(stored, self._slots)
        merged = self._mechanism.over(stored)
        if self._slots and not any(_values(branch) for branch in _values(merged["x509"])):
            raise ArgumentUsageError("This would leave the enrollment without a certificate: give --certificate-path.")
        return {**record, "attestation": merged}


def kind(record: dict) -> str:
    """The attestation type of a record, `none` when it tells none."""
    stored = record.get("attestation")
    return str(stored.get("type")) if isinstance(stored, dict) and stored.get("type") else "none"


def with_keys(record: dict, mechanism: dict) -> dict:
    """`record` with the symmetric keys that its attestation mechanism shows.

    Putting a record back without them would make the service generate new ones.
    """
    keys = mechanism.get("symmetricKey")
    if not isinstance(keys, dict) or not keys.get("primaryKey") or not keys.get("secondaryKey"):
        raise AzureResponseError(
            "The service did not show the enrollment's symmetric keys; nothing was changed, since an update "
            "without them would replace them."
        )
    return {**record, "attestation": {**record["attestation"], **mechanism}}


def _typed(options):
    return {name: value for name, value in options.items() if value is not None}


def _flags(names):
    return ", ".join("--" + name.replace("_", "-") for name in names)


def _values(part):
    return [value for value in part.values() if value] if isinstance(part, dict) else []


def _object(part):
    return part if isinstance(part, dict) else {}


def _without_certificates(stored, slots):
    x509 = _object(stored.get("x509"))
    held = _object(x509.get("clientCertificates"))
    kept = {slot: value for slot, value in held.items() if slot not in slots}
    return {**stored, "x509": {**x509, "clientCertificates": kept}}


def _tpm(endorsement_key):
    return models.AttestationMechanism(
        type=Attestation.TPM.value, tpm=models.TpmAttestation(endorsement_key=endorsement_key)
    )


def _x509(certificate_path=None, secondary_certificate_path=None):
    certificates = models.X509Certificates.given(
        primary=_certificate("--certificate-path", certificate_path),
        secondary=_certificate("--secondary-certificate-path", secondary_certificate_path),
    )
    return models.AttestationMechanism(
        type=Attestation.X509.value, x509=models.X509Attestation.given(client_certificates=certificates)
    )


def _certificate(option, path):
    return models.X509CertificateWithInfo.given(certificate=certificate.read(option, path) if path else None)


def _symmetric_key(primary_key=None, secondary_key=None):
    keys = models.SymmetricKeyAttestation.given(primary_key=primary_key, secondary_key=secondary_key)
    return models.AttestationMechanism(type=Attestation.SYMMETRIC_KEY.value, symmetric_key=keys)


_BUILD = {
    Attestation.TPM: _tpm,
    Attestation.X509: _x509,
    Attestation.SYMMETRIC_KEY: _symmetric_key,
}
