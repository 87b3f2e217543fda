"""How a device proves who it is: TPM, X.509 certificates or symmetric keys, and which options belong to which."""

from __future__ import annotations

import base64
from typing import Any

from azure.cli.core.azclierror import (
    ArgumentUsageError,
    AzureResponseError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iot_dps import models
from azext_iot_dps.enums import Attestation
from azext_iot_dps.payload import x509

_OPTIONS = {
    Attestation.TPM: ("endorsement_key",),
    Attestation.X509: x509.OPTIONS,
    Attestation.SYMMETRIC_KEY: ("primary_key", "secondary_key"),
}


def of(attestation_type: str, **options: Any) -> models.AttestationMechanism:
    """The attestation of a new individual enrollment, from its options; certificate files are read here."""
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
    return Change(**options).mechanism or _mechanism(chosen)


def of_group(**options: Any) -> models.AttestationMechanism:
    """The attestation of a new group: what its options say, or else symmetric keys that the service generates."""
    return Change(signing=True, **options).mechanism or _mechanism(Attestation.SYMMETRIC_KEY)


class Change:
    """What an update was asked to do to an attestation, maybe nothing; certificate files are read here.

    `signing`: for a group, whose certificates sign those of devices. Raises MutuallyExclusiveArgumentError for options
    of different attestations.
    """

    def __init__(self, signing: bool = False, **options: Any):
        typed = _typed(options)
        kinds = [kind for kind, own in _OPTIONS.items() if typed.keys() & set(own)]
        if len(kinds) > 1:
            groups = [f"{_flags(name for name in _OPTIONS[kind] if name in typed)} ({kind.value})" for kind in kinds]
            raise MutuallyExclusiveArgumentError(
                f"An enrollment has one attestation, and these belong to different ones: {', '.join(groups)}."
            )
        self._kind = kinds[0] if kinds else None
        self._flags = _flags(typed)
        self._certificates = x509.Certificates(signing, **typed) if self._kind is Attestation.X509 else None
        self.mechanism: models.AttestationMechanism | None = None
        if self._certificates:
            self.mechanism = _mechanism(self._kind, x509=self._certificates.model)
        elif self._kind is Attestation.TPM:
            self.mechanism = _mechanism(self._kind, tpm=models.TpmAttestation(**typed))
        elif self._kind:
            self.mechanism = _mechanism(self._kind, symmetric_key=models.SymmetricKeyAttestation(**typed))

    def check(self, record: dict) -> None:
        """Refuse options that belong to another attestation than the stored one: its type cannot be changed."""
        if self._kind and self._kind.value != kind(record):
            raise ArgumentUsageError(
                f"{self._flags} belongs to {self._kind.value} attestation, and this enrollment has {kind(record)}; "
                "the attestation type of an enrollment cannot be changed."
            )

    def over(self, record: dict) -> dict:
        """`record` with its attestation changed."""
        if self.mechanism is None:
            return record
        stored = record["attestation"]
        if self._certificates:
            return {**record, "attestation": self._certificates.over(stored)}
        return {**record, "attestation": self.mechanism.over(stored)}


def kind(record: dict) -> str:
    """The attestation type of a record, `none` when it tells none."""
    stored = record.get("attestation")
    return str(stored.get("type")) if isinstance(stored, dict) and stored.get("type") else "none"


def with_keys(record: dict, mechanism: dict) -> dict:
    """`record` with the symmetric keys that its attestation mechanism shows.

    Putting a record back without them would make the service generate new ones.
    """
    keys = mechanism.get("symmetricKey")
    if not isinstance(keys, dict) or not _is_key(keys.get("primaryKey")) or not _is_key(keys.get("secondaryKey")):
        raise AzureResponseError(
            "The service did not show the enrollment's symmetric keys, without which an update would replace them: "
            "nothing was changed."
        )
    return {**record, "attestation": {**record["attestation"], **mechanism}}


def _is_key(text):
    try:
        return isinstance(text, str) and bool(base64.b64decode(text))
    except ValueError:
        return False


def _typed(options):
    return {name: value for name, value in options.items() if value is not None}


def _flags(names):
    return ", ".join("--" + name.replace("_", "-") for name in names)


def _mechanism(kind, **parts):
    return models.AttestationMechanism(type=kind.value, **parts)
