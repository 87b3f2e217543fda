"""The options of the commands of PKIs for tests."""

from __future__ import annotations

import itertools
import re
from enum import Enum
from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError
from azure.cli.core.commands.parameters import get_enum_type

from azext_iot_dps.cli import converters
from azext_iot_dps.cli.options import registration_id_type
from azext_iot_dps.cli.target import NAME_DEFAULT, TARGET
from azext_iot_dps.record.values import ID

MAX_DAYS = 3650
# Characters; with " Intermediate CA" behind it a common name has 64 at most.
_MAX_NAME = 40


class KeyType(str, Enum):
    """The values of --key-type."""

    EC = "ec"
    RSA = "rsa"


class Purpose(str, Enum):
    """The values of --purpose: what a certificate is for."""

    DEVICE = "device"
    CA = "ca"


def authority_name(text: str) -> str:
    """A converter for the first words of the names of CA certificates. Raises InvalidArgumentValueError."""
    if not text.strip() or not text.isprintable() or len(text) > _MAX_NAME:
        raise InvalidArgumentValueError(f"--name must be 1 to {_MAX_NAME} printable characters.")
    return text.strip()


def certificate_name(text: str) -> str:
    """A converter for the name of an uploaded certificate. Raises InvalidArgumentValueError."""
    if not is_certificate_name(text):
        raise InvalidArgumentValueError("--certificate-name must be 1 to 256 letters, digits, '-', '.' or '_'.")
    return text


def is_certificate_name(text: str) -> bool:
    """Whether an uploaded certificate may have this name."""
    return bool(re.fullmatch(r"[A-Za-z0-9._-]{1,256}", text)) and text not in (".", "..")


def load(loader: Any) -> None:
    """Add the options to the commands in the table of a loader."""
    with loader.argument_context("iot dps pki create") as c:
        _create_arguments(c)
    with loader.argument_context("iot dps pki check") as c:
        _check_arguments(c)
    with loader.argument_context("iot dps pki prove") as c:
        _prove_arguments(c)


def _create_arguments(c: Any) -> None:
    c.argument(
        "out",
        options_list=["--out"],
        type=converters.file_path("--out"),
        help="Folder for the files. It is created if it does not exist; existing files are never overwritten.",
    )
    c.argument(
        "registration_id",
        options_list=["--registration-id", "--rid"],
        nargs="+",
        type=converters.several("--registration-id", ID),
        validator=_validate_registration_ids,
        help="Registration IDs of devices, separated by spaces. Each gets a certificate with this common name (CN). "
        "`@file` reads them from a file.",
    )
    c.argument(
        "days",
        options_list=["--days"],
        default=30,
        type=converters.number("--days", MAX_DAYS),
        help="Days until the certificates expire.",
    )
    c.argument(
        "key_type",
        get_enum_type(KeyType, default=KeyType.EC.value),
        options_list=["--key-type"],
        help="Type of the keys: `ec` for the curve P-256, `rsa` for 2048 bits.",
    )
    c.argument(
        "name",
        options_list=["--name"],
        default="Test Only",
        type=authority_name,
        help="First words of the common names of the CA certificates. Use different ones for PKIs that one service "
        "knows.",
    )
    c.argument(
        "add",
        options_list=["--add"],
        action="store_true",
        help="Create certificates of further devices, with the intermediate CA that is in the folder.",
    )


def _check_arguments(c: Any) -> None:
    _files(
        c,
        "PEM file with the certificate; of a device with its leaf certificate first and then the issuers, as the "
        "device presents them. A single certificate may be in DER.",
        "PEM file with the private key that must belong to the certificate.",
    )
    c.argument(
        "ca_files",
        options_list=["--ca-path"],
        nargs="+",
        type=converters.file_path("--ca-path"),
        help="Files with the CA certificates that the service has, of the enrollment group or uploaded, to one of "
        "which the chain of the device must lead.",
    )
    c.argument(
        "registration_id",
        registration_id_type,
        help="Registration ID that the common name (CN) of the device's certificate must have.",
    )
    c.argument(
        "purpose",
        get_enum_type(Purpose, default=Purpose.DEVICE.value),
        options_list=["--purpose"],
        validator=_validate_purpose,
        help="What the certificate is for. `device` is presented by a device, with an individual enrollment or a "
        "group. `ca` is that of an enrollment group, or one to upload.",
    )


def _prove_arguments(c: Any) -> None:
    c.argument(
        "dps_name",
        TARGET["dps_name"],
        validator=None,
        type=converters.name("--dps-name"),
        help="Name or host name of the Device Provisioning Service. You can configure the default using "
        f"`az configure --defaults {NAME_DEFAULT}=<name>`.",
    )
    c.argument("resource_group_name", TARGET["resource_group_name"])
    _files(c, "File with the CA certificate, PEM or DER.", "PEM file with the private key of the CA certificate.")
    c.argument(
        "certificate_name",
        options_list=["--certificate-name"],
        type=certificate_name,
        help="Name of the certificate in the service. If omitted, it is the one under which this certificate is "
        "uploaded already, or else the name of its file without the extension.",
    )
    c.argument(
        "what_if",
        options_list=["--what-if"],
        action="store_true",
        help="Show the steps that are needed, and change nothing.",
    )


def _files(c: Any, certificate: str, key: str) -> None:
    c.argument(
        "certificate_file",
        options_list=["--certificate-path", "--cp"],
        type=converters.file_path("--certificate-path"),
        help=certificate,
    )
    c.argument("key_file", options_list=["--key-path", "--kp"], type=converters.file_path("--key-path"), help=key)
    c.argument(
        "passphrase",
        options_list=["--passphrase", "--pass"],
        help="Passphrase of the private key, if it is encrypted. `@file` reads it from a file.",
    )


def _validate_registration_ids(namespace: Any) -> None:
    """One list; a PKI to which devices are added needs some."""
    namespace.registration_id = list(itertools.chain.from_iterable(namespace.registration_id or []))
    if namespace.add and not namespace.registration_id:
        raise RequiredArgumentMissingError("--add requires --registration-id.")


def _validate_purpose(namespace: Any) -> None:
    if namespace.purpose != Purpose.CA:
        return
    for option, value in (("--registration-id", namespace.registration_id), ("--ca-path", namespace.ca_files)):
        if value:
            raise InvalidArgumentValueError(f"{option} is for the certificate of a device, not for --purpose ca.")
