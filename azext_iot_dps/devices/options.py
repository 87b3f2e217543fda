"""The options of the commands of devices."""

from __future__ import annotations

import re
from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError
from knack.arguments import CLIArgumentType

from azext_iot_dps.cli import converters
from azext_iot_dps.cli.device_options import SYMMETRIC_KEY_GROUP, X509_TYPES, device_host_types, symmetric_key_type
from azext_iot_dps.cli.options import registration_id_type
from azext_iot_dps.cli.target import TARGET, target_options
from azext_iot_dps.devices.validators import AUTH_TYPE_DEFAULT, validate_create, validate_target_and_identity
from azext_iot_dps.record.values import ANY, ENDORSEMENT_KEY, ID

_SERVICE = "DPS Identifier"
_ISSUANCE = "Certificate Issuance"
_TPM = "TPM"
# Seconds, a day.
_LONGEST = 86_400


def payload(text: str) -> dict[str, Any]:
    """A converter to the member of a request that a payload is; null is a payload too."""
    return {"payload": converters.typed("--payload", ANY)(text)}


def operation_id(text: str) -> str:
    """A converter for the ID of an operation. Raises InvalidArgumentValueError for what no path can have."""
    if not re.fullmatch(r"[\x21-\x7e]{1,256}", text) or text in (".", ".."):
        raise InvalidArgumentValueError(
            "--operation-id must be an operation ID as `registration create` prints it: operationId."
        )
    return text


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
        configured_default=AUTH_TYPE_DEFAULT,
        help="Whether the device's key is read with the key of a policy of the service, or with the current Microsoft "
        "Entra ID (Azure AD) session. You can configure the default using "
        f"`az configure --defaults {AUTH_TYPE_DEFAULT}=<auth-type-value>`.",
    ),
    **device_host_types(_SERVICE),
}


_IDENTITY = {
    "group_id": CLIArgumentType(
        options_list=["--enrollment-group-id", "--group-id", "--gid"],
        type=converters.typed("--group-id", ID),
        help="ID of the enrollment group of the device. Without --symmetric-key the device's key is derived from "
        "the group's primary key.",
    ),
    "device_symmetric_key": symmetric_key_type(", or with --compute-key a key of its group."),
    "compute_key": CLIArgumentType(
        options_list=["--compute-key", "--ck"],
        arg_group=SYMMETRIC_KEY_GROUP,
        action="store_true",
        help="Derive the device's key from --symmetric-key, which is then a key of the group.",
    ),
    **X509_TYPES,
}


def load(loader: Any) -> None:
    """Add the options to the commands in the table of a loader."""
    with loader.argument_context("iot device registration create") as c:
        target_options(c, validate_create, {**_TARGET, **_IDENTITY})
        c.argument("registration_id", registration_id_type)
        c.argument(
            "payload",
            options_list=["--payload"],
            type=payload,
            help="Any JSON value, which is passed to the function of a custom allocation. Quote a text as JSON does: "
            "'\"text\"'. `@file` reads a file.",
        )
        c.argument(
            "timeout",
            options_list=["--timeout"],
            type=converters.number("--timeout", _LONGEST),
            help="Seconds after which the registration is given up, a whole number. The time to look up the service "
            "and the key does not count. By default the status is requested for 5 minutes.",
        )
        _issuance_arguments(c)
        _tpm_arguments(c)
    with loader.argument_context("iot device registration operation-status") as c:
        target_options(c, validate_target_and_identity, {**_TARGET, **_IDENTITY})
        c.argument("registration_id", registration_id_type)
        c.argument(
            "operation_id",
            options_list=["--operation-id"],
            type=operation_id,
            help="ID of the operation, which `az iot device registration create` prints: operationId.",
        )


def _issuance_arguments(c: Any) -> None:
    c.argument(
        "csr",
        options_list=["--csr", "--csr-file-path"],
        arg_group=_ISSUANCE,
        type=converters.name("--csr"),
        help="Certificate signing request (PKCS#10) for a certificate that the service issues to the device: PEM, "
        "base64 of DER, or the path of a file with it. Its common name (CN) must be the registration ID. The "
        "enrollment must name a certificate policy. The device authenticates with a key or a certificate nevertheless.",
    )
    c.argument(
        "certificate_out",
        options_list=["--certificate-out"],
        arg_group=_ISSUANCE,
        type=converters.file_path("--certificate-out"),
        help="File for the issued certificates in PEM: the device's, the intermediate ones, the root. A new file may "
        "be read by its owner alone. A file with a private key is not replaced.",
    )


def _tpm_arguments(c: Any) -> None:
    for name, option, what in (
        ("endorsement_key", "--endorsement-key", "endorsement key"),
        ("storage_root_key", "--storage-root-key", "storage root key"),
    ):
        c.argument(
            name,
            options_list=[option],
            arg_group=_TPM,
            type=converters.typed(option, ENDORSEMENT_KEY),
            help=f"The device's TPM {what} in base64, which is sent with the registration. It does not authenticate "
            "the device.",
        )
