"""A device's certificate and private key as a TLS context that presents them. Nothing is written to disk."""

from __future__ import annotations

import ssl
from datetime import datetime, timezone
from pathlib import Path

from azure.cli.core.azclierror import InvalidArgumentValueError
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from azext_iot_dps.cli import files
from azext_iot_dps.record import certificate
from azext_iot_dps.record.violation import Invalid

_CERTIFICATE = "--certificate-file-path"
_KEY = "--key-file-path"
# Bytes, more than OpenSSL accepts.
_MAX_PASSPHRASE = 1024


def context(certificate_file: str, key_file: str, passphrase: str | None, registration_id: str) -> ssl.SSLContext:
    """A client context that presents every certificate of the file, which begins with the device's leaf certificate.

    It trusts no server yet. Raises what `checked_chain` and `check_key` raise.
    """
    checked_chain(certificate_file, registration_id)
    return check_key(certificate_file, key_file, passphrase)


def checked_chain(certificate_file: str, registration_id: str) -> list[x509.Certificate]:
    """The certificates of a file, which begins with the device's leaf certificate.

    Raises InvalidArgumentValueError for a leaf certificate that the service would not accept of this device now, and
    FileOperationError for a file that cannot be read.
    """
    chain = _chain(certificate_file)
    _check_dates(chain[0], certificate_file)
    _check_name(chain[0], certificate_file, registration_id)
    return chain


def check_key(certificate_file: str, key_file: str, passphrase: str | None) -> ssl.SSLContext:
    """The context of `context`, without a look at the dates and the name of the certificate.

    Raises InvalidArgumentValueError for a key that cannot be read or belongs to another certificate, and
    FileOperationError for a file that cannot be read.
    """
    leaf = _chain(certificate_file)[0]
    key, password = _private_key(key_file, _password(passphrase))
    if not _match(key, leaf):
        raise InvalidArgumentValueError(
            f"{_KEY}: the key in {key_file} does not belong to the certificate in {certificate_file}.",
            recommendation="In a file with several certificates, the leaf certificate must be the first.",
        )
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    chain, secret = (Path(path).expanduser() for path in (certificate_file, key_file))
    try:
        # without a password at all OpenSSL would ask for one at the terminal
        made.load_cert_chain(chain, secret, password=password or b"")
    except (ssl.SSLError, OSError, ValueError) as error:
        reason = (error.reason if isinstance(error, ssl.SSLError) else None) or "OpenSSL does not accept them"
        raise InvalidArgumentValueError(
            f"{_CERTIFICATE}, {_KEY}: the files cannot be used for TLS: {reason}."
        ) from None
    return made


def _chain(path: str) -> list[x509.Certificate]:
    try:
        return certificate.chain_of(files.content(_CERTIFICATE, path))
    except Invalid as error:
        raise InvalidArgumentValueError(
            f"{_CERTIFICATE}: {path} {error.reason}",
            recommendation="Specify a PEM file (-----BEGIN CERTIFICATE-----) that begins with the device's leaf "
            "certificate.",
        ) from None


def _check_dates(leaf: x509.Certificate, path: str) -> None:
    starts, ends = certificate.validity(leaf)
    now = datetime.now(timezone.utc)
    if ends < now:
        raise InvalidArgumentValueError(f"{_CERTIFICATE}: the certificate in {path} expired on {ends.date()}.")
    if starts > now:
        raise InvalidArgumentValueError(
            f"{_CERTIFICATE}: the certificate in {path} is not valid before {starts.date()}."
        )


def _check_name(leaf: x509.Certificate, path: str, registration_id: str) -> None:
    try:
        names = [str(attribute.value) for attribute in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    except ValueError:
        names = []
    if registration_id.lower() not in [name.lower() for name in names]:
        found = f"the common name '{names[0]}'" if names else "no common name"
        raise InvalidArgumentValueError(
            f"{_CERTIFICATE}: the certificate in {path} has {found}, but --registration-id is '{registration_id}'.",
            recommendation="The common name (CN) of a device's certificate must be its registration ID.",
        )


def _password(passphrase: str | None) -> bytes | None:
    if passphrase is None:
        return None
    try:
        password = passphrase.encode()
    except UnicodeEncodeError:
        password = b""
    if not 0 < len(password) <= _MAX_PASSPHRASE:
        raise InvalidArgumentValueError(f"--passphrase must be 1 to {_MAX_PASSPHRASE} bytes of UTF-8.")
    return password


def _private_key(path: str, password: bytes | None) -> tuple[PrivateKeyTypes, bytes | None]:
    """The key, and the password if it needs one."""
    data = files.content(_KEY, path)
    if b"PRIVATE KEY-----" not in data or len(data) > certificate.MAX_BYTES:
        raise InvalidArgumentValueError(
            f"{_KEY}: {path} contains no private key.",
            recommendation="Specify a file with a PEM block -----BEGIN PRIVATE KEY-----, encrypted or not.",
        )
    try:
        try:
            return load_pem_private_key(data, password), password
        except TypeError:
            if password is None:
                raise InvalidArgumentValueError(
                    f"{_KEY}: the key in {path} is encrypted.",
                    recommendation="Specify its passphrase with --passphrase.",
                ) from None
            return load_pem_private_key(data, None), None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        what = "is damaged" if password is None else "is damaged, or --passphrase is not its passphrase"
        raise InvalidArgumentValueError(f"{_KEY}: the key in {path} {what}.") from None


def _match(key: PrivateKeyTypes, leaf: x509.Certificate) -> bool:
    try:
        ours, theirs = (
            public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            for public in (key.public_key(), leaf.public_key())
        )
    # the certificate's key is of an unknown kind, and so not that of the private key
    except (ValueError, UnsupportedAlgorithm):
        return False
    return ours == theirs
