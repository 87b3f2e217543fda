"""The handler of device configurations."""

from __future__ import annotations

from typing import Any

from azure.cli.core.azclierror import ArgumentUsageError
from knack.log import get_logger

from azext_iot_dps.cli import raw_output
from azext_iot_dps.cli.replacing import replacement
from azext_iot_dps.device_configs.factory import Admitting
from azext_iot_dps.device_configs.formats import Configuration, Format
from azext_iot_dps.record.kinds import Attestation
from azext_iot_dps.record.paths import Json, get
from azext_iot_dps.service.enrollments import attestation_type
from azext_iot_dps.service.keys import device_key
from azext_iot_dps.service.redaction import printable

logger = get_logger(__name__)

# What no program takes for a key: it is not base64.
_NO_KEY = "<symmetric key>"
_NO_FILES = "/path/to/device.pem", "/path/to/device.key.pem"


def configure_device(
    client: Admitting,
    enrollment_id: str,
    format: str = Format.JSON.value,
    show_keys: bool | None = False,
    file: str | None = None,
    certificate_file: str | None = None,
    key_file: str | None = None,
    **kwargs: Any,
) -> Json | None:
    """The configuration of a device, in a file, as JSON, or else as text on standard output.

    An individual enrollment has the ID of its device; for a group `kwargs` have the `registration_id` of one.
    """
    id, shape = kwargs.get("registration_id", enrollment_id), Format(format)
    record = client.records.get(enrollment_id)
    attestation, key = _attestation(client, enrollment_id, record), None
    files = (certificate_file, key_file) if certificate_file and key_file else None
    if attestation is Attestation.SYMMETRIC_KEY:
        key = _key(client, enrollment_id, id) if show_keys else _NO_KEY
    elif show_keys:
        logger.warning("--show-keys has no effect: the attestation is %s, not symmetricKey.", attestation.value)
    if files and attestation is not Attestation.X509:
        raise ArgumentUsageError(
            f"--certificate-file-path cannot be used: the attestation of '{enrollment_id}' is {attestation.value}."
        )
    names = (files or _NO_FILES) if attestation is Attestation.X509 else (None, None)
    made = Configuration(*client.locate(), id, attestation, key, *names)
    _warn(client, made, record, shape)
    has_key = key not in (None, _NO_KEY)
    if file:
        with replacement("--file", file, private=has_key) as replacing:
            replacing.file.write(made.text(shape))
        if has_key:
            logger.warning("%s contains a symmetric key. Only its owner can read it.", file)
        return {"file": file, "format": shape.value, "registrationId": id, "attestation": attestation.value}
    if shape is Format.JSON:
        return made.members()
    raw_output.write("--format", made.text(shape))
    return None


def _attestation(client: Admitting, id: str, record: Json) -> Attestation:
    stored = attestation_type(record)
    if stored not in client.kind.attestations:
        raise ArgumentUsageError(
            f"The attestation of '{id}' is {printable(stored)}, for which there is no device configuration."
        )
    return Attestation(stored)


def _key(client: Admitting, enrollment_id: str, id: str) -> str:
    attestation, key = client.records.primary_key(enrollment_id)
    if key is None:
        raise ArgumentUsageError(
            f"'{enrollment_id}' has no symmetric keys any more: its attestation is {printable(attestation)}."
        )
    return device_key(key, id) if client.kind.signing else key


def _warn(client: Admitting, made: Configuration, record: Json, shape: Format) -> None:
    """Say what is missing in the configuration, and why the device could not use it."""
    id, what = str(record.get(client.kind.id_member)), f"The {client.kind.title}"
    if made.key == _NO_KEY:
        logger.warning("The configuration has a placeholder in place of the symmetric key. Use --show-keys.")
    if made.certificate_file == _NO_FILES[0]:
        logger.warning(
            "The configuration has placeholders in place of the files of the certificate and its private key. "
            "Use --certificate-file-path and --key-file-path."
        )
    if record.get("provisioningStatus") == "disabled":
        logger.warning("%s '%s' is disabled: its devices cannot register.", what, printable(id))
    if shape is Format.EDGE_TOML and get(record, "capabilities.iotEdge") is not True:
        logger.warning(
            "%s '%s' is not for IoT Edge: its devices are registered without that capability. Use `update "
            "--edge-enabled true`.",
            what,
            printable(id),
        )
