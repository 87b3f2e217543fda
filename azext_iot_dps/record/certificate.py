"""X.509 certificates, PEM or DER: the text that the service takes; everything else is refused.

Of the rulebook only this module, `chain` and `chain_check` need `cryptography`, which is slow to import: others import
them inside functions.
"""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.x509.oid import NameOID

from azext_iot_dps.base64 import decoded
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.violation import Invalid, Note, Violation, Violations

# A chain of ten certificates has some 20 KB; more than this is another kind of file.
MAX_BYTES = 1_000_000

_BEGINS = "-----BEGIN "
_BEGIN = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_DAMAGED = "a damaged certificate"
_INCOMPLETE = "PEM without a complete block"
_SIGNER = "Specify the certificate of the CA that signed it."
# `openssl req -x509` alone makes a CA certificate
_LEAF = (
    "To create one: openssl req -x509 -extensions usr_cert -newkey rsa:2048 -nodes -days 365 "
    "-subj /CN=<registration ID> -keyout device.key -out device.pem"
)
_NOT_THIS = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension)
_NAMES = {
    "PRIVATE KEY": "a private key",
    "PUBLIC KEY": "a public key",
    "CERTIFICATE REQUEST": "a certificate signing request (CSR)",
    "CRL": "a certificate revocation list (CRL)",
}
# PKCS#8, PKCS#1 and SEC 1 alike begin with a version, 0 or 1. Reading one would test its primes, which takes a quarter
# of a minute and more for a file of 20 KB that was made for that.
_PRIVATE_KEY = re.compile(rb"\x30(?:[\x00-\x7f]|\x81.|\x82..|\x83...)\x02\x01[\x00\x01]", re.DOTALL)
_READERS = {
    "PUBLIC KEY": load_der_public_key,
    "CERTIFICATE REQUEST": x509.load_der_x509_csr,
}


class Certificate(NamedTuple):
    """The text to send, and what the user should know: predicates that follow the name of the source."""

    text: str
    notes: list[str]


def of_file(data: bytes, signing: bool) -> Certificate:
    """The first certificate of a file's content: PEM without trailing white space, or base64 of DER.

    A private key in the file is never returned. `signing` says whether a CA certificate is expected or a leaf
    certificate; the other is noted, and so are dates that do not include today. Raises Invalid.
    """
    _check_size(data)
    text = text_of(data)
    if _BEGINS not in text:
        return Certificate(base64.b64encode(data).decode(), _noted(data, signing, "neither PEM nor DER"))
    blocks = list(_blocks(text))
    certificates = [lines for label, lines in blocks if label.endswith("CERTIFICATE")]
    if not certificates:
        raise _refusal(_named(label for label, _ in blocks) or _INCOMPLETE)
    lines = certificates[0]
    notes = _noted(_der(lines), signing, _DAMAGED)
    if len(certificates) > 1:
        notes.append(f"contains {len(certificates)} certificates; only the first is used.")
    if any("PRIVATE KEY" in label for label, _ in blocks):
        notes.append("contains a private key, which is not sent.")
    return Certificate("\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----"]), notes)


def entry(member: str, source: str, data: bytes, signing: bool, notes: list[Note]) -> Json:
    """The member that holds the certificate of a file with this content; `source` is what the user calls the file.

    Raises Violations.
    """
    try:
        found = of_file(data, signing)
    except Invalid as error:
        raise Violations(Violation((member,), f"{{0}}: {source} {error.reason}", error.advice)) from None
    notes.extend(Note((member,), f"{{0}}: {source} {note}") for note in found.notes)
    return {"certificate": found.text}


def of_text(text: str, signing: bool) -> Certificate:
    """The same for a certificate within JSON: PEM, or base64 of DER."""
    return of_file(text.encode("utf-8", "replace") if _BEGINS in text else _der([text.strip()]), signing)


def chain_of(data: bytes) -> list[x509.Certificate]:
    """All certificates of a PEM file in its order, one at least; other blocks are left out.

    Raises Invalid as `of_file` does.
    """
    _check_size(data)
    if not data.lstrip().startswith(b"-----") and _BEGINS.encode() not in data:
        raise _refusal(_named(_der_labels(data)) or "not PEM, which a certificate chain requires")
    blocks = list(_blocks(text_of(data)))
    chain = [_der(lines) for label, lines in blocks if label.endswith("CERTIFICATE")]
    if not chain:
        raise _refusal(_named(label for label, _ in blocks) or _INCOMPLETE)
    try:
        certificates = [x509.load_der_x509_certificate(der) for der in chain]
        for each in certificates:
            validity(each)
    except _NOT_THIS:
        raise _refusal(_DAMAGED) from None
    return certificates


def all_of_file(data: bytes) -> list[x509.Certificate]:
    """The certificates of a file: those of its PEM, or the one that it is in DER. Raises Invalid as `of_file` does."""
    if _BEGINS in text_of(data):
        return chain_of(data)
    # which refuses what cannot be read
    of_file(data, signing=True)
    return [x509.load_der_x509_certificate(data)]


def validity(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    """The first and the last moment of its validity, in UTC."""
    if hasattr(certificate, "not_valid_after_utc"):
        return certificate.not_valid_before_utc, certificate.not_valid_after_utc
    # cryptography before 42 knows only naive times, which are UTC
    naive = certificate.not_valid_before, certificate.not_valid_after
    starts, ends = (moment.replace(tzinfo=timezone.utc) for moment in naive)
    return starts, ends


def is_authority(certificate: x509.Certificate) -> bool | None:
    """Whether it signs others; None where its extensions cannot be read, which the service decides then."""
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False
    except (x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError):
        return None


def common_names(certificate: x509.Certificate) -> list[str]:
    """The common names (CN) of its subject, none if the subject cannot be read."""
    try:
        return [str(each.value) for each in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    except ValueError:
        return []


def text_of(data: bytes) -> str:
    """The file as text, whatever editor or shell wrote it; DER comes out as nonsense without a PEM mark."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


def _check_size(data: bytes) -> None:
    if not data.strip():
        raise _refusal("empty")
    if len(data) > MAX_BYTES:
        raise _refusal(f"larger than {MAX_BYTES:,} bytes")


def _der(lines: list[str]) -> bytes:
    try:
        return decoded("".join(lines))
    except ValueError:
        raise _refusal(_DAMAGED) from None


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    label = ""
    lines: list[str] = []
    for line in map(str.strip, text.splitlines()):
        begin = _BEGIN.fullmatch(line)
        if begin:
            label, lines = begin[1], []
        elif label and line == f"-----END {label}-----":
            yield label, lines
            label = ""
        elif label and line:
            lines.append(line)


def _noted(der: bytes, signing: bool, otherwise: str) -> list[str]:
    """What the user should know of a certificate. Raises Invalid, which says `otherwise` where it knows no better."""
    try:
        read = x509.load_der_x509_certificate(der)
        starts, ends = validity(read)
        authority = is_authority(read)
    except _NOT_THIS:
        raise _refusal(_named(_der_labels(der)) or otherwise) from None
    now, notes = datetime.now(timezone.utc), []
    if ends < now:
        notes.append(f"expired on {ends.date()}.")
    elif starts > now:
        notes.append(f"is not valid before {starts.date()}.")
    if signing and authority is False:
        notes.append(f"is a leaf certificate; an enrollment group needs a CA certificate. {_SIGNER}")
    elif authority and not signing:
        notes.append(f"is a CA certificate; an enrollment needs a leaf certificate. {_LEAF}")
    return notes


def _named(labels: Iterator[str]) -> str | None:
    """What the first known PEM label stands for."""
    return next((name for label in labels for part, name in _NAMES.items() if part in label), None)


def _der_labels(der: bytes) -> Iterator[str]:
    if _PRIVATE_KEY.match(der):
        yield "PRIVATE KEY"
    for label, reader in _READERS.items():
        try:
            reader(der)
        except _NOT_THIS:
            continue
        yield label


def _refusal(what: str) -> Invalid:
    return Invalid(
        f"is not a certificate: it is {what}.",
        "Use an X.509 certificate in PEM (-----BEGIN CERTIFICATE-----) or DER.",
    )
