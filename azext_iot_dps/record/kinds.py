"""Individual enrollments and enrollment groups: what sets the two apart."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Attestation(str, Enum):
    """How a device authenticates, as the service spells it."""

    SYMMETRIC_KEY = "symmetricKey"
    TPM = "tpm"
    X509 = "x509"


class Kind(NamedTuple):
    """One of the two kinds of records.

    `certificates` is the member of an x509 attestation that holds certificates; `signing` says whether they are CA
    certificates, which sign those of devices.
    """

    title: str
    plural: str
    id_member: str
    attestations: tuple[str, ...]
    certificates: str
    signing: bool

    @property
    def slots(self) -> tuple[str, str]:
        """The paths of the primary and the secondary certificate."""
        return f"attestation.x509.{self.certificates}.primary", f"attestation.x509.{self.certificates}.secondary"

    def counted(self, count: int) -> str:
        """So many of them, for a message."""
        return f"{count:,} {self.title if count == 1 else self.plural}"

    def default_attestation(self, has_x509: bool) -> str | None:
        """The attestation type of a new record that names none; None where one must be named."""
        if not self.signing:
            return None
        return "x509" if has_x509 else "symmetricKey"


INDIVIDUAL = Kind(
    title="enrollment",
    plural="enrollments",
    id_member="registrationId",
    attestations=tuple(each.value for each in Attestation),
    certificates="clientCertificates",
    signing=False,
)
GROUP = Kind(
    title="enrollment group",
    plural="enrollment groups",
    id_member="enrollmentGroupId",
    attestations=(Attestation.SYMMETRIC_KEY.value, Attestation.X509.value),
    certificates="signingCertificates",
    signing=True,
)
