"""The options of `az iot device registration create`, and which of them go together."""

import re

from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)
from knack.arguments import CLIArgumentType

from azext_iot_dps import _validators as check
from azext_iot_dps._arguments import TARGET, registration_id_type
from azext_iot_dps._json_argument import json_object

_SERVICE = "DPS Identifier"
_SYMMETRIC = "Symmetric Key Authentication"
_X509 = "x509 Authentication"
_AUTH_TYPE_DEFAULT = "iothub-data-auth-type"


def _id_scope(text):
    if not re.fullmatch("[A-Za-z0-9]{1,64}", text):
        raise InvalidArgumentValueError("--id-scope takes the ID scope of a service, letters and digits: 0ne0012ABCD.")
    return text


def validate(namespace):
    """What is wrong whatever the files and the service say."""
    proofs = {
        "--symmetric-key": namespace.device_symmetric_key,
        "--compute-key": namespace.compute_key,
    }
    files = {
        "--certificate-file-path": namespace.certificate_file,
        "--key-file-path": namespace.key_file,
    }
    typed = [option for option, value in {**files, "--passphrase": namespace.passphrase}.items() if value is not None]
    symmetric = [option for option, value in proofs.items() if value]
    if typed and symmetric:
        raise MutuallyExclusiveArgumentError(
            f"A device proves itself by a symmetric key or by a certificate: {', '.join(symmetric)} and "
            f"{', '.join(typed)} do not go together."
        )
    missing = [option for option, value in files.items() if not value]
    if typed and missing:
        raise RequiredArgumentMissingError(f"{typed[0]} needs {' and '.join(missing)}.")
    if namespace.compute_key and not namespace.enrollment_group_id:
        raise RequiredArgumentMissingError("--compute-key derives the key of a group's device: it needs --group-id.")
    if (namespace.dps_name or "").strip() or (namespace.login or "").strip():
        check.validate_target(namespace, _AUTH_TYPE_DEFAULT)
        return
    if not typed and not namespace.device_symmetric_key:
        raise RequiredArgumentMissingError(
            "How does the device prove itself? Give --symmetric-key, or --certificate-file-path and --key-file-path, "
            "or the service with --dps-name (-n) or --login (-l), where its key is read."
        )
    if not namespace.id_scope:
        raise RequiredArgumentMissingError(
            "Where does the device register? Give --id-scope, or the service with --dps-name (-n) or --login (-l)."
        )


_TARGET = {
    "dps_name": CLIArgumentType(
        overrides=TARGET["dps_name"],
        arg_group=_SERVICE,
        validator=validate,
        help="Name or host name of the Device Provisioning Service. By it the ID scope is looked up and, for a device "
        "without a key or certificate given here, its key.",
    ),
    "resource_group_name": TARGET["resource_group_name"],
    "login": CLIArgumentType(overrides=TARGET["login"], arg_group=_SERVICE),
    "auth_type_dataplane": CLIArgumentType(
        overrides=TARGET["auth_type_dataplane"],
        configured_default=_AUTH_TYPE_DEFAULT,
        help="Whether the device's key is read with the key of a policy of the service, or with the current Microsoft "
        "Entra ID (Azure AD) session. You can configure the default using "
        f"`az configure --defaults {_AUTH_TYPE_DEFAULT}=<auth-type-value>`.",
    ),
    "id_scope": CLIArgumentType(
        options_list=["--id-scope", "--scope"],
        arg_group=_SERVICE,
        type=_id_scope,
        help="ID scope of the Device Provisioning Service. Without it the service is asked for by Azure Resource "
        "Manager.",
    ),
    "provisioning_host": CLIArgumentType(
        options_list=["--provisioning-host", "--host"],
        default="global.azure-devices-provisioning.net",
        type=check.name("--provisioning-host"),
        help="Host where devices register. The service's own host does too, and is the one behind a private endpoint. "
        "In the clouds for China and US Government the default ends in .cn and .us.",
    ),
}


def arguments(c):
    for name, arg_type in _TARGET.items():
        c.extra(name, arg_type)
        c.argument(name, arg_type)
    c.argument("registration_id", registration_id_type, help="ID of the device's registration.")
    c.argument(
        "enrollment_group_id",
        options_list=["--enrollment-group-id", "--group-id", "--gid"],
        type=check.record_id("--group-id"),
        help="ID of the enrollment group of the device. Without --symmetric-key the device's key is derived from the "
        "group's primary key.",
    )
    c.argument(
        "device_symmetric_key",
        options_list=["--symmetric-key", "--key"],
        arg_group=_SYMMETRIC,
        type=check.symmetric_key("--symmetric-key"),
        help="The device's own symmetric key; with --compute-key a key of its group.",
    )
    c.argument(
        "compute_key",
        options_list=["--compute-key", "--ck"],
        arg_group=_SYMMETRIC,
        action="store_true",
        help="The symmetric key is that of the group: derive the device's key from it.",
    )
    c.argument(
        "certificate_file",
        options_list=["--certificate-file-path", "--cp"],
        arg_group=_X509,
        type=check.file_path("--certificate-file-path"),
        help="Path to the PEM file with the device's certificate. For a device of a group the certificates between "
        "the two follow in it.",
    )
    c.argument(
        "key_file",
        options_list=["--key-file-path", "--kp"],
        arg_group=_X509,
        type=check.file_path("--key-file-path"),
        help="Path to the PEM file with the private key of the certificate.",
    )
    c.argument(
        "passphrase",
        options_list=["--passphrase", "--pass"],
        arg_group=_X509,
        help="Passphrase of the private key, if it is encrypted. `@file` reads it from a file.",
    )
    c.argument(
        "payload",
        options_list=["--payload"],
        type=json_object("--payload"),
        help="A JSON object that goes to the function of a custom allocation. `@file` reads a file.",
    )
