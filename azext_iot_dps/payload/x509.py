"""X.509 attestation: a device's own certificates, those that sign devices' certificates, or names of uploaded ones."""

from __future__ import annotations

from azure.cli.core.azclierror import ArgumentUsageError, MutuallyExclusiveArgumentError
from knack.log import get_logger

from azext_iot_dps import models
from azext_iot_dps.payload import certificate

logger = get_logger(__name__)

OPTIONS = (
    "certificate_path",
    "secondary_certificate_path",
    "root_ca_name",
    "secondary_root_ca_name",
    "remove_certificate",
    "remove_secondary_certificate",
)
# A record has one of these; an update may change from one to another, and then the one before goes.
_BRANCHES = {
    "client_certificates": "clientCertificates",
    "signing_certificates": "signingCertificates",
    "ca_references": "caReferences",
}
_SLOTS = {
    "primary": ("certificate_path", "root_ca_name", "remove_certificate"),
    "secondary": ("secondary_certificate_path", "secondary_root_ca_name", "remove_secondary_certificate"),
}


class Certificates:
    """What was typed about certificates; the files are read here. `signing`: for a group, whose devices they sign."""

    def __init__(
        self,
        signing: bool,
        certificate_path: str | None = None,
        secondary_certificate_path: str | None = None,
        root_ca_name: str | None = None,
        secondary_root_ca_name: str | None = None,
        **removals: object,
    ):
        if (certificate_path or secondary_certificate_path) and (root_ca_name or secondary_root_ca_name):
            raise MutuallyExclusiveArgumentError(
                "A group has certificates (--certificate-path, --secondary-certificate-path) or names of certificates "
                "uploaded to the service (--root-ca-name, --secondary-root-ca-name), not both."
            )
        self._signing = signing
        files = {"primary": certificate_path, "secondary": secondary_certificate_path}
        names = {"primary": root_ca_name, "secondary": secondary_root_ca_name}
        read = {slot: _certificate(slot, path, signing) for slot, path in files.items() if path}
        given = {**read, **{slot: name for slot, name in names.items() if name}}
        self._slots = set(given) | {slot for slot, options in _SLOTS.items() if removals.get(options[-1])}
        self._branch = ("signing_certificates" if signing else "client_certificates") if read else "ca_references"
        self.model = None
        if given:
            part = models.X509Certificates if read else models.X509CAReferences
            self.model = models.X509Attestation(**{self._branch: part(**given)})

    def over(self, attestation: dict) -> dict:
        """The attestation with these certificates; each replaces what its slot held, `info` included.

        Raises ArgumentUsageError when none would be left.
        """
        x509 = _object(attestation.get("x509"))
        present = next((name for name in _BRANCHES.values() if _held(x509.get(name))), "clientCertificates")
        branch = _BRANCHES[self._branch] if self.model else present
        if branch != present and _held(x509.get(present)):
            logger.warning("What is there of %s goes: a group has those or %s, not both.", present, branch)
        kept = {slot: value for slot, value in _object(x509.get(branch)).items() if slot not in self._slots}
        gone = {branch, present}
        rest = {name: value for name, value in x509.items() if name not in gone}
        merged = {**rest, **({branch: kept} if kept or self.model else {})}
        if self.model:
            merged = self.model.over(merged)
        if not any(_held(merged.get(name)) for name in _BRANCHES.values()):
            instead = "--certificate-path or --root-ca-name" if self._signing else "--certificate-path"
            raise ArgumentUsageError(f"This would leave no certificate: give {instead}.")
        return {**attestation, "x509": merged}


def _certificate(slot, path, signing):
    option = "--certificate-path" if slot == "primary" else "--secondary-certificate-path"
    return models.X509CertificateWithInfo(certificate=certificate.read(option, path, signing))


def _object(part):
    return part if isinstance(part, dict) else {}


def _held(branch):
    return any(_object(branch).values())
