"""Chains of certificates: what a provisioning service refuses of a device's, or of a CA certificate, and why.

The form of certificates is checked by `certificate`. Which keys and signatures the service accepts is documented
nowhere; the limits are those of NIST SP 800-131A, and of TLS 1.2, which the service speaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from enum import Enum
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from azext_iot_dps.record.certificate import common_names, is_authority, validity
from azext_iot_dps.record.values import ID
from azext_iot_dps.record.violation import Invalid

# Characters of a common name in a certificate; registration IDs of other devices have up to 128.
MAX_COMMON_NAME = 64
_MIN_RSA_BITS = 2048
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_UNREADABLE = (x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError)
_UNKNOWN = (ValueError, TypeError, UnsupportedAlgorithm)


class Severity(str, Enum):
    """What a finding means: OK is that a check passed, ERROR that the service refuses the certificate."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


class Finding(NamedTuple):
    """What a check found, of the certificate with that subject or of all together."""

    severity: Severity
    check: str
    certificate: str | None
    message: str


def of_device(
    chain: Sequence[x509.Certificate], registration_id: str | None, authorities: Sequence[x509.Certificate]
) -> Iterator[Finding]:
    """What a device presents: its leaf certificate and then each one's issuer.

    `authorities` are the certificates that the service has, of a group or uploaded.
    """
    leaf = chain[0]
    yield from _each(leaf)
    name = _name(leaf)
    if is_authority(leaf):
        yield Finding(Severity.ERROR, "leaf", name, "It is a CA certificate; a device needs a leaf certificate.")
    else:
        yield Finding(Severity.OK, "leaf", name, "It is a leaf certificate.")
    yield _common_name(leaf, registration_id)
    yield from _client_usage(leaf)
    yield from _issuers(chain)
    yield _end(chain, authorities)


def of_authority(chain: Sequence[x509.Certificate]) -> Iterator[Finding]:
    """A CA certificate for an enrollment group or for upload, and its issuers if they are there."""
    yield from _each(chain[0])
    yield _signing(chain[0], 0)
    yield from _issuers(chain)


def subject(certificate: x509.Certificate) -> str:
    """The subject as text, such as CN=root; '' if it cannot be read."""
    try:
        return certificate.subject.rfc4514_string()
    except ValueError:
        return ""


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the key of `issuer` has signed it; with cryptography before 40, whether it names this issuer."""
    if not hasattr(certificate, "verify_directly_issued_by"):
        return certificate.issuer == issuer.subject
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, *_UNKNOWN):
        return False
    return True


def _each(certificate: x509.Certificate) -> Iterator[Finding]:
    """What is checked of every certificate."""
    yield _dates(certificate)
    yield _public_key(certificate)
    yield _signature(certificate)


def _dates(certificate: x509.Certificate) -> Finding:
    (starts, ends), now = validity(certificate), datetime.now(timezone.utc)
    if ends < now:
        return Finding(Severity.ERROR, "dates", _name(certificate), f"It expired on {ends.date()}.")
    if starts > now:
        return Finding(Severity.ERROR, "dates", _name(certificate), f"It is not valid before {starts.date()}.")
    return Finding(Severity.OK, "dates", _name(certificate), f"It is valid until {ends.date()}.")


def _public_key(certificate: x509.Certificate) -> Finding:
    severity, what = Severity.WARNING, "The key is neither RSA nor of a curve P-256, P-384 or P-521."
    try:
        key = certificate.public_key()
    except _UNKNOWN:
        key = None
    if isinstance(key, rsa.RSAPublicKey):
        short = key.key_size < _MIN_RSA_BITS
        severity = Severity.ERROR if short else Severity.OK
        what = f"The RSA key has {key.key_size} bits{f'; it needs {_MIN_RSA_BITS}' if short else ''}."
    elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES):
        severity, what = Severity.OK, f"The key is of the curve {key.curve.name}."
    return Finding(severity, "publicKey", _name(certificate), what)


def _signature(certificate: x509.Certificate) -> Finding:
    try:
        algorithm = certificate.signature_hash_algorithm
    except _UNKNOWN:
        algorithm = None
    if algorithm is None:
        return Finding(Severity.WARNING, "signature", _name(certificate), "The hash of its signature is unknown.")
    name = algorithm.name.upper()
    if not isinstance(algorithm, (hashes.SHA1, hashes.MD5)):
        return Finding(Severity.OK, "signature", _name(certificate), f"It is signed with {name}.")
    # anybody can sign a root
    severity = Severity.WARNING if certificate.issuer == certificate.subject else Severity.ERROR
    return Finding(severity, "signature", _name(certificate), f"It is signed with {name}, which can be forged.")


def _common_name(leaf: x509.Certificate, registration_id: str | None) -> Finding:
    names, wanted = common_names(leaf), registration_id
    if not names:
        message = "It has no common name (CN), which must be the registration ID."
        return Finding(Severity.ERROR, "commonName", _name(leaf), message)
    try:
        ID.check(names[0])
    except Invalid:
        message = f"The common name '{names[0]}' cannot be a registration ID."
        return Finding(Severity.ERROR, "commonName", _name(leaf), message)
    if wanted is not None and wanted.lower() != names[0].lower():
        message = f"The common name is '{names[0]}', but the registration ID is '{wanted}'."
        return Finding(Severity.ERROR, "commonName", _name(leaf), message)
    if not (names[0][-1].isalnum() or names[0].endswith("-")):
        message = "The last character of a registration ID must be a letter, a digit or '-'."
        return Finding(Severity.WARNING, "commonName", _name(leaf), message)
    return Finding(Severity.OK, "commonName", _name(leaf), f"The device registers as '{names[0]}'.")


def _client_usage(leaf: x509.Certificate) -> Iterator[Finding]:
    """Whether TLS accepts it of a client: without these extensions a certificate may be used for anything."""
    try:
        usages, purposes = _extension(leaf, x509.KeyUsage), _extension(leaf, x509.ExtendedKeyUsage)
    except _UNREADABLE:
        yield Finding(Severity.WARNING, "keyUsage", _name(leaf), "Its extensions cannot be read.")
        return
    if usages is not None and not usages.digital_signature:
        message = "Its key usage lacks digitalSignature, which a TLS client needs."
        yield Finding(Severity.ERROR, "keyUsage", _name(leaf), message)
    else:
        yield Finding(Severity.OK, "keyUsage", _name(leaf), "Its key may sign for a TLS client.")
    allowed = (ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
    if purposes is not None and not any(purpose in allowed for purpose in purposes):
        message = "Its extended key usage lacks clientAuth, which a device needs."
        yield Finding(Severity.ERROR, "extendedKeyUsage", _name(leaf), message)
    else:
        yield Finding(Severity.OK, "extendedKeyUsage", _name(leaf), "It may authenticate a client.")


def _issuers(chain: Sequence[x509.Certificate]) -> Iterator[Finding]:
    """The certificates above the first one, each of which must have signed the one before."""
    for below, (certificate, issuer) in enumerate(zip(chain, chain[1:])):
        yield from _each(issuer)
        yield _signing(issuer, below)
        if is_issued_by(certificate, issuer):
            message = f"It issued {_name(certificate)}."
            yield Finding(Severity.OK, "chain", _name(issuer), message)
        else:
            message = f"It did not issue {_name(certificate)}, which it follows in the file."
            yield Finding(Severity.ERROR, "chain", _name(issuer), message)


def _signing(certificate: x509.Certificate, below: int) -> Finding:
    """Whether it may sign certificates with so many CA certificates between it and a leaf."""
    name = _name(certificate)
    try:
        usages, constraints = _extension(certificate, x509.KeyUsage), _extension(certificate, x509.BasicConstraints)
    except _UNREADABLE:
        return Finding(Severity.WARNING, "authority", name, "Its extensions cannot be read.")
    if constraints is None or not constraints.ca:
        return Finding(Severity.ERROR, "authority", name, "It is not a CA certificate (basicConstraints).")
    if usages is not None and not usages.key_cert_sign:
        return Finding(Severity.ERROR, "authority", name, "Its key usage lacks keyCertSign, which a CA needs.")
    if constraints.path_length is not None and constraints.path_length < below:
        message = f"Its path length allows {constraints.path_length} CA certificates below it; there are {below}."
        return Finding(Severity.ERROR, "authority", name, message)
    return Finding(Severity.OK, "authority", name, "It is a CA certificate.")


def _end(chain: Sequence[x509.Certificate], authorities: Sequence[x509.Certificate]) -> Finding:
    """Whether the chain leads to a certificate that the service has."""
    last = chain[-1]
    known = next((each for each in authorities if each in chain or is_issued_by(last, each)), None)
    if known is not None:
        return Finding(Severity.OK, "chain", None, f"The chain leads to {_name(known)}.")
    issuer = last.issuer.rfc4514_string()
    if any(each.subject == last.issuer for each in authorities):
        message = f"The chain leads to another {issuer}: one of the same name with another key."
        return Finding(Severity.ERROR, "chain", None, message)
    if authorities:
        names = ", ".join(map(_name, authorities))
        message = f"The chain does not lead to {names}; the certificate of the issuer {issuer} is missing."
        return Finding(Severity.ERROR, "chain", None, message)
    if len(chain) == 1 and not is_issued_by(last, last):
        message = f"For a group the chain must follow in the file, beginning with that of the issuer {issuer}."
        return Finding(Severity.WARNING, "chain", None, message)
    return Finding(Severity.OK, "chain", None, f"The chain has {len(chain)} certificates.")


def _extension(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> Any:
    """The value of an extension, None if there is none. Raises one of _UNREADABLE."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _name(certificate: x509.Certificate) -> str:
    return subject(certificate) or "a certificate without a subject"
