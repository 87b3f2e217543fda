"""The built-in authority: checks a device's certificate signing request (CSR) and issues the certificate."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime, timedelta, timezone
from threading import Lock
from typing import Any, Literal, NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .refusal import invalid
from .state import Table

Element = Literal["der", "pem"]

_DAYS, _AUTHORITY_DAYS = 30, 3650
_ARMOR = "-----BEGIN"
_PEM = serialization.Encoding.PEM


class _Authority(NamedTuple):
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


class Issuer:
    """A root and an intermediate, which are not those of TLS; made when they are first needed, and kept."""

    def __init__(self, kept: Table) -> None:
        """`kept` has certificate and private key of each of the two, as PEM."""
        self._kept = kept
        self._lock = Lock()

    @property
    def root(self) -> str:
        """The certificate of the root as PEM."""
        return self._authorities()[0].certificate.public_bytes(_PEM).decode()

    def chain(self, request: x509.CertificateSigningRequest, element: Element) -> list[str]:
        """The certificate issued for a request that was checked, the intermediate and the root.

        Each is the base64 of its DER or of its PEM.
        """
        root, intermediate = self._authorities()
        encoding = _PEM if element == "pem" else serialization.Encoding.DER
        chain = _leaf(request, intermediate), intermediate.certificate, root.certificate
        return [b64encode(each.public_bytes(encoding)).decode() for each in chain]

    def _authorities(self) -> tuple[_Authority, _Authority]:
        with self._lock:
            if "intermediate" not in self._kept:
                root = _authority("DPS emulator issuing root", None)
                self._kept["root"] = _stored(root)
                self._kept["intermediate"] = _stored(_authority("DPS emulator issuing intermediate", root))
            return _read(self._kept["root"]), _read(self._kept["intermediate"])


def checked(csr: Any, id: str) -> x509.CertificateSigningRequest:
    """The `csr` of a registration: base64 of DER, signed by its own key, for the registration ID; Refusal otherwise."""
    if not isinstance(csr, str):
        raise invalid("csr must be a string.")
    if _ARMOR in csr:
        raise invalid("csr must be the base64 of DER alone, without the lines -----BEGIN and -----END.")
    try:
        content = b64decode(csr, validate=True)
    except ValueError:
        raise invalid("csr is not valid base64.") from None
    if content.startswith(_ARMOR.encode()):
        raise invalid("csr must be the base64 of DER, not of PEM.")
    try:
        request = x509.load_der_x509_csr(content)
        names = [str(name.value) for name in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        signed = _is_signed(request)
    except (ValueError, x509.InvalidVersion):
        raise invalid("csr is not a certificate signing request (PKCS #10).") from None
    if not signed:
        raise invalid("The signature of the csr is not by its own key.")
    if len(names) != 1:
        raise invalid(f"csr must have one common name (CN), not {len(names)}.")
    if names[0].lower() != id.lower():
        raise invalid(f"The common name (CN) of the csr is {names[0]}, not the registration ID {id}.")
    return request


def _is_signed(request: x509.CertificateSigningRequest) -> bool:
    try:
        return request.is_signature_valid
    except UnsupportedAlgorithm:
        return False


def _leaf(request: x509.CertificateSigningRequest, issuer: _Authority) -> x509.Certificate:
    name = x509.Name(request.subject.get_attributes_for_oid(NameOID.COMMON_NAME))
    builder = _builder(name, request.public_key(), issuer.certificate, authority=False)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    return builder.add_extension(usage, critical=False).sign(issuer.key, hashes.SHA256())


def _authority(name: str, issuer: _Authority | None) -> _Authority:
    """Signed by the issuer, or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = _builder(subject, key.public_key(), issuer.certificate if issuer else None, authority=True)
    return _Authority(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def _builder(subject: x509.Name, key: Any, issuer: x509.Certificate | None, authority: bool) -> x509.CertificateBuilder:
    """What the three have in common; the root has no issuer but itself."""
    now = datetime.now(timezone.utc).replace(microsecond=0)
    unused = "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"
    usage = dict.fromkeys((*unused, "encipher_only", "decipher_only"), False)
    usage |= {"digital_signature": not authority, "key_cert_sign": authority, "crl_sign": authority}
    issuer_key: Any = issuer.public_key() if issuer else key
    length = (0 if issuer else 1) if authority else None
    return (
        x509.CertificateBuilder(issuer.subject if issuer else subject, subject, key, x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=_AUTHORITY_DAYS if authority else _DAYS))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=length), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _stored(authority: _Authority) -> list[str]:
    format, encryption = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key = authority.key.private_bytes(_PEM, format, encryption)
    return [authority.certificate.public_bytes(_PEM).decode(), key.decode()]


def _read(stored: list[str]) -> _Authority:
    certificate, key = (each.encode() for each in stored)
    private: Any = serialization.load_pem_private_key(key, None)
    return _Authority(x509.load_pem_x509_certificate(certificate), private)
