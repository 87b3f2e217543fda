"""Certificates and keys for tests: a root CA, an intermediate CA, devices, and proofs of possession."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple, Union

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from azext_iot_dps.pki.options import KeyType
from azext_iot_dps.record.certificate import validity

if TYPE_CHECKING:
    # cryptography before 40 has no such names
    from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes

Key = Union[rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey]
PublicKey = Union[rsa.RSAPublicKey, ec.EllipticCurvePublicKey]

_RSA_BITS = 2048
# Valid at once, also by the clock of a service or of a device that is slow.
_SLOW_CLOCK = timedelta(hours=1)
_PROOF_DAYS = 1


class Issued(NamedTuple):
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: CertificateIssuerPrivateKeyTypes


class Span(NamedTuple):
    """The time in which a certificate is valid, in UTC."""

    starts: datetime
    ends: datetime

    @staticmethod
    def of_days(days: int) -> Span:
        """So many days from now on."""
        now = datetime.now(timezone.utc).replace(microsecond=0)
        return Span(now - _SLOW_CLOCK, now + timedelta(days=days))

    def within(self, issuer: x509.Certificate) -> Span:
        """The part in which the issuer's certificate is valid too."""
        starts, ends = validity(issuer)
        return Span(max(self.starts, starts), min(self.ends, ends))


def root(name: str, kind: KeyType, span: Span) -> Issued:
    """A root CA, whose own key signs its certificate."""
    key = _new_key(kind)
    builder = _authority(_builder(name, _named(name), key.public_key(), span), None)
    return Issued(builder.sign(key, hashes.SHA256()), key)


def intermediate(name: str, kind: KeyType, span: Span, issuer: Issued) -> Issued:
    """A CA for leaf certificates only."""
    key = _new_key(kind)
    builder = _authority(_builder(name, issuer.certificate.subject, key.public_key(), span), 0)
    return Issued(_signed(builder, issuer), key)


def device(registration_id: str, kind: KeyType, span: Span, issuer: Issued) -> Issued:
    """A device, which authenticates as a TLS client."""
    key = _new_key(kind)
    builder = _builder(registration_id, issuer.certificate.subject, key.public_key(), span)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signing=True, key_exchange=kind is KeyType.RSA), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    return Issued(_signed(builder, issuer), key)


def proof(code: str, issuer: Issued) -> x509.Certificate:
    """A certificate for a verification code, which proves that its sender has the key of the CA."""
    span = Span.of_days(_PROOF_DAYS).within(issuer.certificate)
    # its own private key is not needed
    builder = _builder(code, issuer.certificate.subject, _new_key(KeyType.EC).public_key(), span)
    return _signed(builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True), issuer)


def key_pem(issued: Issued) -> bytes:
    """The private key as PEM, not encrypted."""
    return issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _new_key(kind: KeyType) -> Key:
    if kind is KeyType.RSA:
        return rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    return ec.generate_private_key(ec.SECP256R1())


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(common_name: str, issuer: x509.Name, key: PublicKey, span: Span) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_named(common_name))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(span.starts)
        .not_valid_after(span.ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _authority(builder: x509.CertificateBuilder, path_length: int | None) -> x509.CertificateBuilder:
    constraints = x509.BasicConstraints(ca=True, path_length=path_length)
    return builder.add_extension(constraints, critical=True).add_extension(_usage(authority=True), critical=True)


def _usage(authority: bool = False, signing: bool = False, key_exchange: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signing,
        content_commitment=False,
        key_encipherment=key_exchange,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _signed(builder: x509.CertificateBuilder, issuer: Issued) -> x509.Certificate:
    """Signed by the key of its issuer, whose key identifier it names."""
    try:
        own = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        identifier = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)
    except x509.ExtensionNotFound:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.certificate.public_key())  # type: ignore[arg-type]
    return builder.add_extension(identifier, critical=False).sign(issuer.key, _hash(issuer.key))


def _hash(key: CertificateIssuerPrivateKeyTypes) -> hashes.SHA256 | None:
    # keys such as Ed25519 have a hash of their own
    return hashes.SHA256() if isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)) else None
