"""Private keys in PEM files that the user names, and their passphrases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azure.cli.core.azclierror import InvalidArgumentValueError
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from azext_iot_dps.cli import files
from azext_iot_dps.record import certificate

if TYPE_CHECKING:
    # cryptography before 40 has no such names
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

# Bytes, more than OpenSSL accepts.
_MAX_PASSPHRASE = 1024


def read(option: str, path: str, passphrase: str | None) -> tuple[PrivateKeyTypes, bytes | None]:
    """The key of a PEM file, and its password if it needs one. `option` names the file in messages.

    Raises InvalidArgumentValueError for a key that cannot be read, and FileOperationError for a file that cannot be.
    """
    return _read(option, path, _password(passphrase))


def belongs(key: PrivateKeyTypes, leaf: x509.Certificate) -> bool:
    """Whether it is the private key of the certificate."""
    try:
        ours, theirs = (
            public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            for public in (key.public_key(), leaf.public_key())
        )
    # the certificate's key is of an unknown kind, and so not that of the private key
    except (ValueError, UnsupportedAlgorithm):
        return False
    return ours == theirs


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


def _read(option: str, path: str, password: bytes | None) -> tuple[PrivateKeyTypes, bytes | None]:
    """The key, and the password if it needs one."""
    data = files.content(option, path)
    if b"PRIVATE KEY-----" not in data or len(data) > certificate.MAX_BYTES:
        raise InvalidArgumentValueError(
            f"{option}: {path} contains no private key.",
            recommendation="Specify a file with a PEM block -----BEGIN PRIVATE KEY-----, encrypted or not.",
        )
    try:
        try:
            return load_pem_private_key(data, password), password
        except TypeError:
            if password is None:
                raise InvalidArgumentValueError(
                    f"{option}: the key in {path} is encrypted.",
                    recommendation="Specify its passphrase with --passphrase.",
                ) from None
            return load_pem_private_key(data, None), None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        what = "is damaged" if password is None else "is damaged, or --passphrase is not its passphrase"
        raise InvalidArgumentValueError(f"{option}: the key in {path} {what}.") from None
