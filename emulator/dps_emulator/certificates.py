"""What the service says about a certificate instead of the certificate."""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from .refusal import Refusal

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def info(text: str) -> dict[str, Any]:
    """The eight facts about one certificate: PEM, or the bare base64 of its DER or of its PEM."""
    certificate = _read(text)
    return {
        "subjectName": certificate.subject.rfc4514_string(),
        "sha1Thumbprint": certificate.fingerprint(hashes.SHA1()).hex().upper(),
        "sha256Thumbprint": certificate.fingerprint(hashes.SHA256()).hex().upper(),
        "issuerName": certificate.issuer.rfc4514_string(),
        "notBeforeUtc": _seconds(certificate, "not_valid_before"),
        "notAfterUtc": _seconds(certificate, "not_valid_after"),
        "serialNumber": _hex(certificate.serial_number),
        "version": certificate.version.value + 1,
    }


def pem(text: str) -> str:
    """The same certificate as PEM."""
    return _read(text).public_bytes(serialization.Encoding.PEM).decode()


def common_names(text: str) -> list[str]:
    """The common names of its subject."""
    return [str(name.value) for name in _read(text).subject.get_attributes_for_oid(NameOID.COMMON_NAME)]


def _read(text: str) -> x509.Certificate:
    if "PRIVATE KEY" in text:
        raise Refusal(400, 400000, "Invalid certificate")
    body = text.strip()
    if body.startswith(_BEGIN):
        if not body.endswith(_END) or body.count("-----BEGIN") > 1:
            raise Refusal(400, 400000, "Invalid certificate")
        body = body[len(_BEGIN) : -len(_END)]
    try:
        der = b64decode("".join(body.split()), validate=True)
    except ValueError:
        raise Refusal(400, 400000, "The certificate is not a valid base64 string value") from None
    if der.startswith(_BEGIN.encode()) and not text.lstrip().startswith(_BEGIN):
        # Node's own tests send the base64 of PEM.
        return _read(der.decode("ascii", "replace"))
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        raise Refusal(400, 400000, "Invalid certificate") from None


def _seconds(certificate: x509.Certificate, name: str) -> str:
    # The oldest azure-cli brings a cryptography without the ..._utc names, the newest warns about the others.
    known = name + "_utc" if hasattr(certificate, name + "_utc") else name
    moment: datetime = getattr(certificate, known)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _hex(number: int) -> str:
    digits = f"{number:X}"
    return digits if len(digits) % 2 == 0 else "0" + digits
