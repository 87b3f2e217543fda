"""Certificates, requests and keys to try things with, made once; keys are elliptic curve ones, which is quick."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER
VALID = datetime(2020, 1, 1, tzinfo=timezone.utc), datetime(2049, 1, 1, tzinfo=timezone.utc)


@cache
def key(name: str = "device") -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def certificate(name: str = "device", days_from: int = -1, days_to: int = 365) -> x509.Certificate:
    """A self-signed certificate, valid from and to so many days from now."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key(name).public_key())
        .serial_number(0x0ABC)
        .not_valid_before(now + timedelta(days=days_from))
        .not_valid_after(now + timedelta(days=days_to))
        .sign(key(name), hashes.SHA256())
    )


@cache
def authority(name: str = "authority") -> x509.Certificate:
    """A self-signed certificate of a certificate authority (CA)."""
    own = certificate(name)
    builder = x509.CertificateBuilder(own.issuer, own.subject, own.public_key(), own.serial_number)
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    builder = builder.not_valid_before(VALID[0]).not_valid_after(VALID[1]).add_extension(constraints, critical=True)
    return builder.sign(key(name), hashes.SHA256())


def pem(name: str = "device") -> str:
    return certificate(name).public_bytes(PEM).decode()


def der(name: str = "device") -> bytes:
    return certificate(name).public_bytes(DER)


def thumbprint(name: str = "device") -> str:
    """As the service tells it: SHA-256, upper-case hex."""
    return certificate(name).fingerprint(hashes.SHA256()).hex().upper()


def private_key(encoding: serialization.Encoding = PEM, name: str = "device") -> bytes:
    return key(name).private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def public_key(encoding: serialization.Encoding = PEM) -> bytes:
    return key().public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)


@cache
def request(encoding: serialization.Encoding = PEM) -> bytes:
    """A certificate request (CSR)."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "device")])
    return (
        x509.CertificateSigningRequestBuilder()
        .subject_name(subject)
        .sign(key(), hashes.SHA256())
        .public_bytes(encoding)
    )


@cache
def signed(
    name: str, by: str, authority: bool = False, ended: bool = False, key_of: str | None = None
) -> x509.Certificate:
    """A certificate signed by `by`, itself for an authority's own; its validity is a year, from yesterday on.

    `ended`: it ended an hour ago. `key_of`: forged with the key of that one.
    """
    subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, by))
    now = datetime.now(timezone.utc)
    return (
        x509.CertificateBuilder(issuer, subject, key(name).public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + (timedelta(hours=-1) if ended else timedelta(days=365)))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(key(key_of or by), hashes.SHA256())
    )


def text(*chain: x509.Certificate) -> str:
    return "".join(each.public_bytes(PEM).decode() for each in chain)


def encrypted_key(passphrase: str, name: str = "device") -> bytes:
    encryption = serialization.BestAvailableEncryption(passphrase.encode())
    return key(name).private_bytes(PEM, serialization.PrivateFormat.PKCS8, encryption)


def issued_to(public_key: rsa.RSAPublicKey, name: str) -> x509.Certificate:
    """For a key of another kind; not signed by any key."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder(subject, subject, public_key, 1, now, now + timedelta(days=1))
    return builder.sign(key("nobody"), hashes.SHA256())
