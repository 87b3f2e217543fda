"""The options of the commands of devices, and which of them exclude each other."""

from __future__ import annotations

import re
from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError
from knack.arguments import CLIArgumentType

from azext_iot_dps.cli import converters
from azext_iot_dps.cli.device_options import (
    SYMMETRIC_KEY_GROUP,
    check_exclusive,
    symmetric_key_argument,
    x509_arguments,
)
from azext_iot_dps.cli.options import registration_id_type
from azext_iot_dps.cli.target import TARGET, find_target, target_options, validate_target
from azext_iot_dps.record.values import ANY, ID

_SERVICE = "DPS Identifier"
_AUTH_TYPE_DEFAULT = "iothub-data-auth-type"


def id_scope(text: str) -> str:
    """A converter for an ID scope. Raises InvalidArgumentValueError for anything but letters and digits."""
    if not re.fullmatch("[A-Za-z0-9]{1,64}", text):
        raise InvalidArgumentValueError(
            "--id-scope must be the ID scope of a service, letters and digits such as 0ne0012ABCD."
        )
    return text


def payload(text: str) -> dict[str, Any]:
    """A converter to the member of a request that a payload is; null is a payload too."""
    return {"payload": converters.typed("--payload", ANY)(text)}


def validate(namespace: Any) -> None:
    """Refuse what is wrong regardless of the files and the service.

    Raises MutuallyExclusiveArgumentError, RequiredArgumentMissingError and InvalidArgumentValueError.
    """
    files = {"--certificate-file-path": namespace.certificate_file, "--key-file-path": namespace.key_file}
    typed = [option for option, value in {**files, "--passphrase": namespace.passphrase}.items() if value is not None]
    keys = {"--symmetric-key": namespace.device_symmetric_key, "--compute-key": namespace.compute_key}
    symmetric = [option for option, value in keys.items() if value]
    check_exclusive(symmetric, typed)
    missing = [option for option, value in files.items() if not value]
    if typed and missing:
        raise RequiredArgumentMissingError(f"{typed[0]} requires {' and '.join(missing)}.")
    if namespace.compute_key and not (namespace.group_id or namespace.device_symmetric_key):
        raise RequiredArgumentMissingError(
            "--compute-key requires the group's key with --symmetric-key, or --group-id."
        )
    if find_target(namespace):
        validate_target(namespace, _AUTH_TYPE_DEFAULT)
        return
    if not typed and not namespace.device_symmetric_key:
        raise RequiredArgumentMissingError(
            "Specify how the device authenticates: --symmetric-key, or --certificate-file-path and --key-file-path; or "
            "the service that has its key, with --dps-name (-n) or --login (-l)."
        )
    if not namespace.id_scope:
        raise RequiredArgumentMissingError(
            "Specify where the device registers: --id-scope, or the service with --dps-name (-n) or --login (-l)."
        )


_TARGET = {
    "dps_name": CLIArgumentType(
        overrides=TARGET["dps_name"],
        arg_group=_SERVICE,
        help="Name or host name of the Device Provisioning Service. It is used to look up the ID scope and, for a "
        "device without a key or certificate in the other options, its key.",
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
        type=id_scope,
        help="ID scope of the Device Provisioning Service. If omitted, it is looked up in Azure Resource Manager.",
    ),
    "provisioning_host": CLIArgumentType(
        options_list=["--provisioning-host", "--host"],
        default="global.azure-devices-provisioning.net",
        type=converters.name("--provisioning-host"),
        help="Host where devices register. The service's own host can be used too, and is the one behind a private "
        "endpoint. In the clouds for China and US Government the default ends in .cn and .us.",
    ),
}


def load(loader: Any) -> None:
    """Add the options to the commands in the table of a loader."""
    with loader.argument_context("iot device registration create") as c:
        target_options(c, validate, _TARGET)
        c.argument("registration_id", registration_id_type)
        c.argument(
            "group_id",
            options_list=["--enrollment-group-id", "--group-id", "--gid"],
            type=converters.typed("--group-id", ID),
            help="ID of the enrollment group of the device. Without --symmetric-key the device's key is derived from "
            "the group's primary key.",
        )
        symmetric_key_argument(c, ", or with --compute-key a key of its group.")
        c.argument(
            "compute_key",
            options_list=["--compute-key", "--ck"],
            arg_group=SYMMETRIC_KEY_GROUP,
            action="store_true",
            help="Derive the device's key from --symmetric-key, which is then a key of the group.",
        )
        x509_arguments(c)
        c.argument(
            "payload",
            options_list=["--payload"],
            type=payload,
            help="Any JSON value, which is passed to the function of a custom allocation. Quote a text as JSON does: "
            "'\"text\"'. `@file` reads a file.",
        )
