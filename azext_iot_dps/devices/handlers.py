"""The handlers of device registrations. The client has the options by which the device authenticates."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.devices.client import DeviceClient
from azext_iot_dps.service.responses import Json


def create_device_registration(
    cmd: Any,
    client: DeviceClient,
    registration_id: str,
    payload: Json | None = None,
    csr: str | None = None,
    certificate_out: str | None = None,
    timeout: int | None = None,
    endorsement_key: str | None = None,
    storage_root_key: str | None = None,
) -> Json:
    """Register a device, and write the certificates that the service issues for a CSR.

    `payload` is the member of the request with that name; `timeout` is in seconds.
    """
    members = dict(payload or {})
    if endorsement_key:
        members["tpm"] = {"endorsementKey": endorsement_key, "storageRootKey": storage_root_key}
    if not csr:
        return client.register(registration_id, members, timeout)
    # here, since both import cryptography
    from azext_iot_dps.devices import csr as requested
    from azext_iot_dps.devices import issued

    request = requested.read(csr, registration_id)
    client.require_csr()
    if certificate_out:
        issued.check(certificate_out)
    operation = client.register(registration_id, {**members, "csr": request.text}, timeout)
    issued.keep(cmd.cli_ctx, registration_id, operation, request, certificate_out)
    return operation


def show_operation_status(client: DeviceClient, registration_id: str, operation_id: str) -> Json:
    """How far a registration is. The device authenticates as it does when it registers."""
    return client.operation_status(registration_id, operation_id)
