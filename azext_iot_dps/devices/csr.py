"""A certificate signing request (CSR) of a device, checked as the service requires it before anything is sent."""

from __future__ import annotations

import base64
import re
from typing import NamedTuple

from azure.cli.core.azclierror import FileOperationError, InvalidArgumentValueError
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from azext_iot_dps.base64 import decoded
from azext_iot_dps.cli import files
from azext_iot_dps.record.certificate import text_of
from azext_iot_dps.service.redaction import printable

_OPTION = "--csr"
# A request with an RSA key of 16,384 bits has some 4 KB.
_MAX_BYTES = 65_536
# Characters of what may be a path in a message: a longer one is rather a damaged request.
_MAX_PATH = 100
_BEGIN = re.compile("-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----")
# The first byte of DER: a sequence begins.
_SEQUENCE = b"\x30"
# What cryptography raises for what it cannot read.
UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion)
_HOW_TO_MAKE = (
    "To make a key and a CSR: openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
    "-keyout Device.key -out Device.csr -subj /CN={}"
)


class Csr(NamedTuple):
    """`text` is what is sent, base64 of DER. `public_key` is DER too, and that of the certificate to come."""

    text: str
    public_key: bytes


def read(typed: str, registration_id: str) -> Csr:
    """The one CSR in `typed`, which is PEM, base64 of DER, or the path of a file with one of these or DER.

    Raises InvalidArgumentValueError unless its signature is valid and its one common name is the registration ID, and
    FileOperationError for a file that cannot be read. No message contains what was typed, except a path.
    """
    try:
        request = _parsed(_content(typed))
        is_valid = request.is_signature_valid
        names = [str(each.value) for each in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        public_key = request.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except UNREADABLE:
        message = "must be a certificate signing request (PKCS#10): PEM, base64 of DER, or a file with it."
        raise _refusal(message, registration_id) from None
    if not is_valid:
        raise _refusal("has a signature that its key did not make.", registration_id)
    if names != [registration_id]:
        found = ", ".join(f"'{printable(name)}'" for name in names) or "none"
        message = f"must have the registration ID '{registration_id}' as its only common name (CN), but has {found}."
        raise _refusal(message, registration_id)
    return Csr(base64.b64encode(request.public_bytes(Encoding.DER)).decode(), public_key)


def _content(typed: str) -> bytes:
    """What was typed if it is a CSR, and else the content of the file of that name."""
    if "-----BEGIN " in typed:
        return typed.encode("utf-8", "replace")
    try:
        if decoded("".join(typed.split())).startswith(_SEQUENCE):
            return typed.encode()
    except ValueError:
        pass
    try:
        return files.content(_OPTION, typed)
    except FileOperationError:
        if len(typed) > _MAX_PATH:
            raise ValueError from None
        raise


def _parsed(data: bytes) -> x509.CertificateSigningRequest:
    if len(data) > _MAX_BYTES:
        raise ValueError
    if data.startswith(_SEQUENCE):
        return x509.load_der_x509_csr(data)
    text = text_of(data)
    count = len(_BEGIN.findall(text))
    if count > 1:
        raise InvalidArgumentValueError(f"{_OPTION} must be one certificate signing request, not {count}.")
    if count:
        return x509.load_pem_x509_csr(text.encode("utf-8", "replace"))
    return x509.load_der_x509_csr(decoded("".join(text.split())))


def _refusal(what: str, registration_id: str) -> InvalidArgumentValueError:
    return InvalidArgumentValueError(f"{_OPTION} {what}", recommendation=_HOW_TO_MAKE.format(registration_id))
