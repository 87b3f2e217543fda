"""The options of the doctor."""

from __future__ import annotations

from typing import Any

from azure.cli.core.azclierror import RequiredArgumentMissingError

from azext_iot_dps.cli.device_options import X509_TYPES, check_exclusive, symmetric_key_type
from azext_iot_dps.cli.options import registration_id_type
from azext_iot_dps.cli.target import target_options, validate_target


def validate(namespace: Any) -> None:
    """Refuse what is wrong regardless of the files and the service.

    Raises MutuallyExclusiveArgumentError, RequiredArgumentMissingError and InvalidArgumentValueError.
    """
    files = {
        "--certificate-file-path": namespace.certificate_file,
        "--key-file-path": namespace.key_file,
        "--passphrase": namespace.passphrase,
    }
    typed = [option for option, value in files.items() if value is not None]
    symmetric = ["--symmetric-key"] if namespace.device_symmetric_key else []
    check_exclusive(symmetric, typed)
    if (typed or symmetric) and not namespace.registration_id:
        raise RequiredArgumentMissingError(f"{[*typed, *symmetric][0]} requires --registration-id.")
    for option, needed in (("--key-file-path", "--certificate-file-path"), ("--passphrase", "--key-file-path")):
        if files[option] is not None and files[needed] is None:
            raise RequiredArgumentMissingError(f"{option} requires {needed}.")
    validate_target(namespace)


def load(loader: Any) -> None:
    """Add the options to the command in the table of a loader."""
    with loader.argument_context("iot dps doctor") as c:
        target_options(c, validate)
        c.argument(
            "registration_id",
            registration_id_type,
            help="ID of a device registration: examine whether this device would be accepted, and to which IoT Hub it "
            "would be assigned. The device is not registered.",
        )
        c.argument(
            "device_symmetric_key",
            symmetric_key_type(". For a device of a group, it is the key that is derived from that of the group."),
        )
        for name, argument in X509_TYPES.items():
            c.argument(name, argument)
