"""By what a device authenticates, as the options say it."""

from __future__ import annotations

from typing import NamedTuple

from azure.cli.core.azclierror import ArgumentUsageError

from azext_iot_dps.devices.device import Proof
from azext_iot_dps.service.client import DpsClient
from azext_iot_dps.service.keys import device_key


class Identity(NamedTuple):
    """The options by their names; those of the two ways to authenticate are not used together."""

    group_id: str | None = None
    device_symmetric_key: str | None = None
    compute_key: bool = False
    certificate_file: str | None = None
    key_file: str | None = None
    passphrase: str | None = None

    def proof(self, registration_id: str, service: DpsClient) -> Proof:
        """A TLS context with the certificate, or the device's key; without either, the stored key is read.

        Raises azclierrors for files that cannot be used, and for an enrollment without keys.
        """
        if self.certificate_file and self.key_file:
            # here, since it imports cryptography
            from azext_iot_dps.cli import device_certificate

            context = device_certificate.context(self.certificate_file, self.key_file, self.passphrase, registration_id)
            return Proof(ssl_context=context)
        key, is_group_key = self.device_symmetric_key, self.compute_key
        if not key:
            key, is_group_key = self._stored_key(registration_id, service), bool(self.group_id)
        return Proof(device_key(key, registration_id) if is_group_key else key)

    def _stored_key(self, registration_id: str, service: DpsClient) -> str:
        """The primary key of the group or, without one, of the individual enrollment."""
        if self.group_id:
            id, records = self.group_id, service.enrollment_groups
        else:
            id, records = registration_id, service.enrollments
        attestation, key = records.primary_key(id)
        if key:
            return key
        message = f"'{id}' has no symmetric keys because its attestation is {attestation}."
        if attestation == "x509":
            raise ArgumentUsageError(
                message,
                recommendation="Specify the device's certificate and private key with --certificate-file-path and "
                "--key-file-path.",
            )
        raise ArgumentUsageError(f"{message} This command cannot register such a device.")
