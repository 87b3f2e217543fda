"""az iot device registration …"""

from azure.cli.core.azclierror import ArgumentUsageError

from azext_iot_dps import keys, record
from azext_iot_dps.enums import Attestation
from azext_iot_dps.payload import device_certificate


def create_device_registration(
    client,
    registration_id,
    enrollment_group_id=None,
    device_symmetric_key=None,
    compute_key=False,
    certificate_file=None,
    key_file=None,
    passphrase=None,
    payload=None,
):
    if certificate_file:
        context = device_certificate.context(certificate_file, key_file, passphrase, registration_id)
        return client.register(registration_id, payload, ssl_context=context)
    key, of_group = device_symmetric_key, compute_key
    if not key:
        key, of_group = _stored_key(client, registration_id, enrollment_group_id), bool(enrollment_group_id)
    if of_group:
        key = keys.device_key(key, registration_id)
    return client.register(registration_id, payload, key=key)


def _stored_key(client, registration_id, enrollment_group_id):
    """The primary key of the group or, without one, of the individual enrollment."""
    if enrollment_group_id:
        return record.primary_key(client.enrollment_groups, enrollment_group_id, _without_key)
    return record.primary_key(client.enrollments, registration_id, _without_key)


def _without_key(id, kind):
    if kind == Attestation.X509.value:
        return ArgumentUsageError(
            f"'{id}' has no symmetric keys: its attestation is x509.",
            recommendation="Give the device's certificate and its key with --certificate-file-path and "
            "--key-file-path.",
        )
    return ArgumentUsageError(
        f"'{id}' has no symmetric keys: its attestation is {kind}, by which this command cannot register a device."
    )
