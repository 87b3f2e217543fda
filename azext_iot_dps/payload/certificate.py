"""A certificate file → the text the service takes; whatever is no certificate is refused here."""

from __future__ import annotations

import base64
import codecs
import re
from datetime import datetime, timezone
from pathlib import Path

from azure.cli.core.azclierror import FileOperationError, InvalidArgumentValueError
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key
from knack.log import get_logger

logger = get_logger(__name__)

# A chain of ten certificates has some 20 KB; more than this is another kind of file.
MAX_BYTES = 1_000_000

# What stands for the path of a certificate that is no file.
_GIVEN = "what is given"
_BEGINS = "-----BEGIN "
_BEGIN = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----")


def read(option: str, path: str, signing: bool) -> str:
    """The first certificate of the file, PEM without trailing white space; a DER file's as bare base64.

    `option` is named in messages; `signing` tells what is expected, a certificate that signs others (of a certificate
    authority) or a device's own: the other kind is warned of. A private key in the file is never returned. Raises
    FileOperationError when the file cannot be read and InvalidArgumentValueError when it holds no certificate.
    """
    return _first(option, path, _bytes(option, path), signing)


def of_text(name: str, text: str, signing: bool) -> str:
    """The same for a certificate that is no file: PEM, or DER as bare base64. `name` is what messages call it."""
    data = text.encode("utf-8", "replace")
    if _BEGINS not in text:
        data = _der(name, _GIVEN, [text.strip()])
    return _first(name, _GIVEN, data, signing)


def _first(option, path, data, signing):
    text = _text(data)
    if _BEGINS not in text:
        _check(option, path, data, signing, "neither PEM nor DER")
        return base64.b64encode(data).decode()
    blocks = list(_blocks(text))
    certificates = [lines for label, lines in blocks if label.endswith("CERTIFICATE")]
    if not certificates:
        raise _refusal(option, path, _named(label for label, _ in blocks) or "PEM without a complete block")
    if len(certificates) > 1:
        logger.warning("%s: %s holds %d certificates; the first is used.", option, path, len(certificates))
    if any("PRIVATE KEY" in label for label, _ in blocks):
        logger.warning("%s: %s holds a private key as well; it was left out and is not sent.", option, path)
    lines = certificates[0]
    _check(option, path, _der(option, path, lines), signing, _DAMAGED)
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----"])


def first_of_chain(option: str, path: str) -> x509.Certificate:
    """The first certificate of a PEM file, once all of them are sure to be certificates; refused as `read` does."""
    data = _bytes(option, path)
    if not data.lstrip().startswith(b"-----") and _BEGINS.encode() not in data:
        raise _refusal(option, path, _named(_der_labels(data)) or "not PEM, in which a chain is sent")
    blocks = list(_blocks(_text(data)))
    chain = [_der(option, path, lines) for label, lines in blocks if label.endswith("CERTIFICATE")]
    if not chain:
        raise _refusal(option, path, _named(label for label, _ in blocks) or "PEM without a complete block")
    try:
        certificates = [x509.load_der_x509_certificate(der) for der in chain]
        validity(certificates[0])
    except _NOT_THIS:
        raise _refusal(option, path, _DAMAGED) from None
    return certificates[0]


def content(option: str, path: str) -> bytes:
    """The bytes of a file, but for one that is far too large only so many that it shows."""
    try:
        with Path(path).expanduser().open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileOperationError(f"{option}: cannot read {path}: {reason}.") from error


def _bytes(option, path):
    data = content(option, path)
    if not data.strip():
        raise _refusal(option, path, "empty")
    if len(data) > MAX_BYTES:
        raise _refusal(option, path, f"larger than {MAX_BYTES:,} bytes")
    return data


def _der(option, path, lines):
    try:
        return base64.b64decode("".join(lines), validate=True)
    except ValueError:
        raise _refusal(option, path, _DAMAGED) from None


def _text(data):
    """The file as text, whatever editor or shell wrote it; DER comes out as nonsense without a PEM mark."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


def _blocks(text):
    label, lines = None, []
    for line in map(str.strip, text.splitlines()):
        begin = _BEGIN.fullmatch(line)
        if begin:
            label, lines = begin[1], []
        elif label and line == f"-----END {label}-----":
            yield label, lines
            label = None
        elif label and line:
            lines.append(line)


def _check(option, path, der, signing, otherwise):
    try:
        read = x509.load_der_x509_certificate(der)
        starts, ends = validity(read)
        authority = _is_authority(read)
    except _NOT_THIS:
        raise _refusal(option, path, _named(_der_labels(der)) or otherwise) from None
    now = datetime.now(timezone.utc)
    if ends < now:
        logger.warning("%s: the certificate in %s expired on %s.", option, path, ends.date())
    elif starts > now:
        logger.warning("%s: the certificate in %s is not valid before %s.", option, path, starts.date())

    if signing and authority is False:
        logger.warning("%s: the certificate in %s is a device's own, and a group wants that of a CA.", option, path)
    elif authority and not signing:
        logger.warning(
            "%s: the certificate in %s is that of a CA, and an enrollment wants a device's own.", option, path
        )


def _is_authority(certificate):
    """Whether it signs others; None where its extensions cannot be read, which is the service's to judge."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
    except (x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError):
        return None


def validity(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    """From when and until when, in UTC."""
    if hasattr(certificate, "not_valid_after_utc"):
        return certificate.not_valid_before_utc, certificate.not_valid_after_utc
    # cryptography before 42 knows only naive times, which are UTC
    naive = certificate.not_valid_before, certificate.not_valid_after
    starts, ends = (moment.replace(tzinfo=timezone.utc) for moment in naive)
    return starts, ends


_DAMAGED = "a damaged certificate"
_NOT_THIS = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension)
_NAMES = {
    "PRIVATE KEY": "a private key",
    "PUBLIC KEY": "a public key",
    "CERTIFICATE REQUEST": "a certificate request (CSR)",
    "CRL": "a list of revoked certificates",
}
# PKCS#8, PKCS#1 and SEC 1 alike begin with a version, 0 or 1. Reading one would try whether its primes are prime, which
# for a file of 20 KB that was made for that takes a quarter of a minute and more.
_PRIVATE_KEY = re.compile(rb"\x30(?:[\x00-\x7f]|\x81.|\x82..|\x83...)\x02\x01[\x00\x01]", re.DOTALL)
_READERS = {
    "PUBLIC KEY": load_der_public_key,
    "CERTIFICATE REQUEST": x509.load_der_x509_csr,
}


def _named(labels):
    """What the first PEM label that says something stands for, in words."""
    return next((words for label in labels for name, words in _NAMES.items() if name in label), None)


def _der_labels(der):
    if _PRIVATE_KEY.match(der):
        yield "PRIVATE KEY"
    for label, reader in _READERS.items():
        try:
            reader(der)
        except _NOT_THIS:
            continue
        yield label


def _refusal(option, path, what):
    return InvalidArgumentValueError(
        f"{option}: {path} is not a certificate: it is {what}.",
        recommendation="Give a file with an X.509 certificate, PEM (-----BEGIN CERTIFICATE-----) or DER.",
    )
