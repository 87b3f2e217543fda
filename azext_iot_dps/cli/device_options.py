"""The options by which a device authenticates, and where it registers, for the nouns that have them."""

from __future__ import annotations

import re

from azure.cli.core.azclierror import InvalidArgumentValueError, MutuallyExclusiveArgumentError
from knack.arguments import CLIArgumentType

from azext_iot_dps.arm.clouds import PUBLIC
from azext_iot_dps.cli import converters
from azext_iot_dps.record.values import SYMMETRIC_KEY

SYMMETRIC_KEY_GROUP = "Symmetric Key Authentication"
_X509 = "x509 Authentication"


def check_exclusive(symmetric: list[str], certificate: list[str]) -> None:
    """Refuse options of a symmetric key next to those of a certificate; both are the options that were specified.

    Raises MutuallyExclusiveArgumentError.
    """
    if certificate and symmetric:
        raise MutuallyExclusiveArgumentError(
            f"{', '.join(symmetric)} cannot be used with {', '.join(certificate)}. A device authenticates with a "
            "symmetric key or with a certificate."
        )


def symmetric_key_type(more: str) -> CLIArgumentType:
    """The argument type of --symmetric-key; its help ends in `more`."""
    return CLIArgumentType(
        options_list=["--symmetric-key", "--key"],
        arg_group=SYMMETRIC_KEY_GROUP,
        type=converters.typed("--symmetric-key", SYMMETRIC_KEY),
        help=f"The device's own symmetric key{more}",
    )


def id_scope(text: str) -> str:
    """A converter for an ID scope. Raises InvalidArgumentValueError for anything but letters and digits."""
    if not re.fullmatch("[A-Za-z0-9]{1,64}", text):
        raise InvalidArgumentValueError(
            "--id-scope must be the ID scope of a service, letters and digits such as 0ne0012ABCD."
        )
    return text


def device_host_types(group: str | None = None) -> dict[str, CLIArgumentType]:
    """The argument types of the ID scope and of the host where devices register; `group` is a heading of the help."""
    return {
        "id_scope": CLIArgumentType(
            options_list=["--id-scope", "--scope"],
            arg_group=group,
            type=id_scope,
            help="ID scope of the Device Provisioning Service. If omitted, it is looked up in Azure Resource Manager.",
        ),
        "provisioning_host": CLIArgumentType(
            options_list=["--provisioning-host", "--host"],
            type=converters.name("--provisioning-host"),
            default=PUBLIC.device_host,
            help="Host where devices register. The service's own host can be used too, and is the one behind a private "
            "endpoint. Without this option it is the device host of the service if the service is looked up, or else "
            "that of the cloud.",
        ),
    }


# A certificate and its private key.
X509_TYPES = {
    "certificate_file": CLIArgumentType(
        options_list=["--certificate-file-path", "--cp"],
        arg_group=_X509,
        type=converters.file_path("--certificate-file-path"),
        help="Path to the PEM file with the device's leaf certificate. For a device of a group, the intermediate "
        "certificates up to that of the group must follow in it.",
    ),
    "key_file": CLIArgumentType(
        options_list=["--key-file-path", "--kp"],
        arg_group=_X509,
        type=converters.file_path("--key-file-path"),
        help="Path to the PEM file with the private key of the certificate.",
    ),
    "passphrase": CLIArgumentType(
        options_list=["--passphrase", "--pass"],
        arg_group=_X509,
        help="Passphrase of the private key, if it is encrypted. `@file` reads it from a file.",
    ),
}
