"""A device's certificate and its private key → the TLS context that proves the device; nothing is written to disk."""

from __future__ import annotations

import ssl
from datetime import datetime, timezone
from pathlib import Path

from azure.cli.core.azclierror import InvalidArgumentValueError
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from azext_iot_dps.payload import certificate

_CERTIFICATE = "--certificate-file-path"
_KEY = "--key-file-path"
# More than OpenSSL takes.
_MAX_PASSPHRASE = 1024


def context(certificate_file: str, key_file: str, passphrase: str | None, registration_id: str) -> ssl.SSLContext:
    """A context for clients that presents every certificate of the file, the device's first; it trusts nobody yet.

    Raises InvalidArgumentValueError for a certificate that the service would not accept of this device now, and for a
    key that is not the certificate's or cannot be read; FileOperationError for a file that is not there.
    """
    own = certificate.first_of_chain(_CERTIFICATE, certificate_file)
    _check_dates(own, certificate_file)
    _check_name(own, certificate_file, registration_id)
    password = _password(passphrase)
    key, password = _private_key(key_file, password)
    if not _match(key, own):
        raise InvalidArgumentValueError(
            f"{_KEY}: the key in {key_file} is not that of the certificate in {certificate_file}.",
            recommendation="In a file with several certificates, the device's own must be the first.",
        )
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    chain, secret = (Path(path).expanduser() for path in (certificate_file, key_file))
    try:
        # without a password at all OpenSSL would ask for one at the terminal
        made.load_cert_chain(chain, secret, password=password or b"")
    except (ssl.SSLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or "not as OpenSSL wants them"
        raise InvalidArgumentValueError(
            f"{_CERTIFICATE}, {_KEY}: the files cannot be used for TLS: {reason}."
        ) from None
    return made


def _check_dates(own, path):
    starts, ends = certificate.validity(own)
    now = datetime.now(timezone.utc)
    if ends < now:
        raise InvalidArgumentValueError(f"{_CERTIFICATE}: the certificate in {path} expired on {ends.date()}.")
    if starts > now:
        raise InvalidArgumentValueError(
            f"{_CERTIFICATE}: the certificate in {path} is not valid before {starts.date()}."
        )


def _check_name(own, path, registration_id):
    try:
        names = [str(attribute.value) for attribute in own.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    except ValueError:
        names = []
    if registration_id.lower() not in [name.lower() for name in names]:
        found = f"the common name '{names[0]}'" if names else "no common name"
        raise InvalidArgumentValueError(
            f"{_CERTIFICATE}: the certificate in {path} has {found}, and --registration-id is '{registration_id}'.",
            recommendation="The common name (CN) of a device's certificate must be its registration id.",
        )


def _password(passphrase):
    if passphrase is None:
        return None
    try:
        password = passphrase.encode()
    except UnicodeEncodeError:
        password = b""
    if not 0 < len(password) <= _MAX_PASSPHRASE:
        raise InvalidArgumentValueError(f"--passphrase must have 1 to {_MAX_PASSPHRASE} bytes of UTF-8.")
    return password


def _private_key(path, password):
    """The key, and the password if it needs one."""
    data = certificate.content(_KEY, path)
    if b"PRIVATE KEY-----" not in data or len(data) > certificate.MAX_BYTES:
        raise InvalidArgumentValueError(
            f"{_KEY}: {path} holds no private key.",
            recommendation="Give a file with a PEM block -----BEGIN PRIVATE KEY-----, encrypted or not.",
        )
    try:
        try:
            return load_pem_private_key(data, password), password
        except TypeError:
            if password is None:
                raise InvalidArgumentValueError(
                    f"{_KEY}: the key in {path} is encrypted.", recommendation="Give its passphrase with --passphrase."
                ) from None
            return load_pem_private_key(data, None), None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        what = "is damaged" if password is None else "is damaged, or --passphrase is not its passphrase"
        raise InvalidArgumentValueError(f"{_KEY}: the key in {path} {what}.") from None


def _match(key, own):
    try:
        ours, theirs = (
            public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            for public in (each.public_key() for each in (key, own))
        )
    # of a kind that is not known here, and so not that of the private key, which is
    except (ValueError, UnsupportedAlgorithm):
        return False
    return ours == theirs
