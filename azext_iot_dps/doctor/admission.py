"""The steps of a device: what it authenticates with, and which enrollment would accept it."""

from __future__ import annotations

from azext_iot_dps.base64 import decoded
from azext_iot_dps.cli import device_certificate
from azext_iot_dps.doctor import membership
from azext_iot_dps.doctor.case import Case, Device, Finding, failed, ok, skipped, warning
from azext_iot_dps.record import certificate, chain
from azext_iot_dps.record.attestation import SYMMETRIC_KEY, TPM, X509
from azext_iot_dps.record.comparison import thumbprint
from azext_iot_dps.record.kinds import INDIVIDUAL
from azext_iot_dps.record.paths import Json, as_object, get
from azext_iot_dps.service.enrollments import attestation_type
from azext_iot_dps.service.failure import ServiceError

_FIRST = " An individual enrollment takes precedence over groups."
_OPTIONS = {SYMMETRIC_KEY: "--symmetric-key", X509: "--certificate-file-path"}


def credential(case: Case) -> Finding:
    """Whether the device can authenticate with its files. Raises an azclierror for those with which it cannot."""
    device = case.device
    if not device or not (device.key or device.certificate_file):
        return skipped("Neither key nor certificate of the device is known.", membership.SPECIFY)
    if not device.certificate_file:
        return ok("The device has a symmetric key.")
    case.chain = device_certificate.checked_chain(device.certificate_file, device.id)
    ends = certificate.validity(case.chain[0])[1].date()
    found = f"The certificate of the device is valid until {ends}. Certificates in the file: {len(case.chain)}."
    if not device.key_file:
        return ok(f"{found} Its private key was not checked.")
    device_certificate.check_key(device.certificate_file, device.key_file, device.passphrase)
    return ok(f"{found} The private key belongs to it.")


def enrollment(case: Case) -> Finding:
    """Which enrollment would accept the device, an individual one before groups. Raises ServiceError."""
    if case.device is None:
        return skipped("No device.")
    device = case.device
    try:
        record = case.client.enrollments.get(device.id)
    except ServiceError as error:
        if not error.not_found:
            raise
        return membership.enrollment_group(case, device)
    case.admitting = record
    what = f"The individual enrollment '{device.id}'"
    if record.get("provisioningStatus") == "disabled":
        return failed(f"{what} is disabled.", membership.ENABLE.format(f"enrollment update --eid {device.id}"))
    kind = attestation_type(record)
    if kind == TPM:
        return warning(f"{what} has tpm attestation, which cannot be checked.")
    offered = _offered(device)
    if offered is None:
        return warning(f"{what} would be used. It has {kind} attestation.", membership.SPECIFY)
    if offered != kind:
        way = f"Use {_OPTIONS[kind]}, or " if kind in _OPTIONS else "To use it, "
        return failed(
            f"{what} has {kind} attestation, and the device authenticates with {_OPTIONS[offered]}.{_FIRST}",
            f"{way}delete the enrollment.",
        )
    return _with_key(case, device, what) if device.key else _with_certificate(case, record, what)


def _offered(device: Device) -> str | None:
    """The attestation type with which the device authenticates."""
    if device.key:
        return SYMMETRIC_KEY
    return X509 if device.certificate_file else None


def _with_key(case: Case, device: Device, what: str) -> Finding:
    try:
        keys = membership.keys(case.client.enrollments, device.id)
    except ServiceError as error:
        return membership.unread(error, f"{what} accepts the device")
    if decoded(device.key or "") in map(decoded, keys):
        return ok(f"{what} accepts the device: it has this symmetric key.")
    return failed(
        f"{what} has other symmetric keys.{_FIRST}",
        f"To see its keys: az iot dps enrollment show --eid {device.id} --show-keys",
    )


def _with_certificate(case: Case, record: Json, what: str) -> Finding:
    entries = [as_object(get(record, path)) for path in INDIVIDUAL.slots]
    own = chain.sha256(case.chain[0])
    if own in map(thumbprint, entries):
        return ok(f"{what} accepts the device: it has this certificate.")
    stored = ", ".join(str(thumbprint(entry)) for entry in entries if entry)
    return failed(
        f"{what} has another certificate. Its SHA-256 thumbprint is {stored}, that of the device {own}.{_FIRST}",
        f"To replace it: az iot dps enrollment update --eid {record.get('registrationId')} --certificate-path <file>",
    )
