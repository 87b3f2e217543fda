"""The certificates that the service issued to a device, as a file."""

from __future__ import annotations

from typing import Any

from azure.cli.core.azclierror import FileOperationError
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from knack.log import get_logger

from azext_iot_dps.base64 import decoded
from azext_iot_dps.cli import files
from azext_iot_dps.cli.ending import fail_after_output
from azext_iot_dps.cli.replacing import replacement
from azext_iot_dps.devices.csr import UNREADABLE, Csr
from azext_iot_dps.record.violation import Invalid
from azext_iot_dps.service.responses import Json

logger = get_logger(__name__)

_OPTION = "--certificate-out"
_PEM = b"-----BEGIN "
_NO_POLICY = (
    "Without a certificate policy in the enrollment or the enrollment group no certificate is issued. To set one: "
    "`az iot dps enrollment update` or `az iot dps enrollment-group update` with --adr-namespace, --adr-ca-name and "
    "--adr-cert-policy-name."
)
_IN_RESULT = "The device is registered. What the service issued is in the result: registrationState."


def check(path: str) -> None:
    """Raise FileOperationError unless a file can be written there, and when one with a private key would be lost."""
    with replacement(_OPTION, path, private=False) as replacing:
        replacing.discarded = True
    try:
        before = files.content(_OPTION, path)
    except FileOperationError:
        # none is there, or its owner may only write to it
        return
    if b"PRIVATE KEY-----" in before:
        raise FileOperationError(f"{_OPTION}: {path} contains a private key, which would be lost.")


def keep(cli_ctx: Any, id: str, operation: Json, csr: Csr, path: str | None) -> None:
    """Write the certificates of a completed operation to a file, the device's first, if there is a `path`.

    A new file may be read by its owner alone. Without certificates nothing is written. As the device is registered, its
    result is printed in any case, and an error comes after it; without a path there is a warning.
    """
    message = f"'{id}' is registered, but the service issued no certificate."
    if path is None:
        if not _elements(operation):
            logger.warning("%s %s", message, _NO_POLICY)
        return
    try:
        text = pem(operation, csr.public_key)
        if not text:
            fail_after_output(cli_ctx, f"{message} {path} was not written.", [_NO_POLICY])
            return
        with replacement(_OPTION, path, private=False) as replacing:
            replacing.file.write(text)
    except Invalid as error:
        fail_after_output(cli_ctx, f"The service issued {error.reason} {path} was not written.", [_IN_RESULT])
    except FileOperationError as error:
        fail_after_output(cli_ctx, str(error), [_IN_RESULT])


def pem(operation: Json, public_key: bytes) -> str:
    """The issued certificates of an operation as PEM, in the order in which they came; '' when there is none.

    `public_key` is that of the first, DER. Raises Invalid for a chain that is not of this key, or not of certificates.
    """
    try:
        chain = [_certificate(element) for element in _elements(operation)]
        texts = [each.public_bytes(Encoding.PEM).decode() for each in chain]
        keys = [each.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for each in chain[:1]]
    except UNREADABLE:
        raise Invalid("what is not a chain of certificates.") from None
    if keys and keys[0] != public_key:
        raise Invalid("a chain that does not begin with a certificate for the key of the CSR.")
    return "".join(texts)


def _elements(operation: Json) -> list[Any]:
    state = operation.get("registrationState")
    chain = state.get("issuedCertificateChain") if isinstance(state, dict) else None
    # a value of another type fails as an element
    return chain if isinstance(chain, list) else [chain] if chain else []


def _certificate(element: Any) -> x509.Certificate:
    """The API documents base64 of DER; base64 of PEM was seen, and PEM as it is cannot be anything else."""
    text = element if isinstance(element, str) else ""
    data = text.encode() if _PEM.decode() in text else decoded("".join(text.split()))
    if data.lstrip().startswith(_PEM):
        if data.count(_PEM) > 1:
            raise ValueError
        return x509.load_pem_x509_certificate(data)
    return x509.load_der_x509_certificate(data)
