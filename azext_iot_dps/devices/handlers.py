"""The handler of device registrations."""

from __future__ import annotations

from typing import Any

from azure.cli.core.azclierror import ArgumentUsageError

from azext_iot_dps.cli import device_certificate
from azext_iot_dps.devices.client import DeviceClient
from azext_iot_dps.service.keys import device_key
from azext_iot_dps.service.responses import Json


def create_device_registration(
    client: DeviceClient,
    registration_id: str,
    group_id: str | None = None,
    device_symmetric_key: str | None = None,
    compute_key: bool = False,
    certificate_file: str | None = None,
    key_file: str | None = None,
    passphrase: str | None = None,
    payload: Json | None = None,
) -> dict[str, Any]:
    """Register a device with a certificate or a symmetric key; without either, the stored key is read.

    `payload` is the member of the request with that name.
    """
    if certificate_file and key_file:
        context = device_certificate.context(certificate_file, key_file, passphrase, registration_id)
        return client.register(registration_id, payload, ssl_context=context)
    key, is_group_key = device_symmetric_key, compute_key
    if not key:
        key, is_group_key = _stored_key(client, registration_id, group_id), bool(group_id)
    if is_group_key:
        key = device_key(key, registration_id)
    return client.register(registration_id, payload, key=key)


def _stored_key(client: DeviceClient, registration_id: str, group_id: str | None) -> str:
    """The primary key of the group or, without one, of the individual enrollment."""
    if group_id:
        id, records = group_id, client.enrollment_groups
    else:
        id, records = registration_id, client.enrollments
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
