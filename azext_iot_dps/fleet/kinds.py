"""The two kinds of records that files hold."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iot_dps.enums import Attestation


@dataclass(frozen=True)
class Kind:
    """What sets individual enrollments and enrollment groups apart."""

    title: str
    plural: str
    id_member: str
    attestations: tuple[str, ...]
    # the member of an X.509 attestation in which certificates go, and whether they sign those of devices
    certificates: str
    signing: bool


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
