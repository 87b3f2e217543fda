"""Which options of the commands of devices exclude or require each other."""

from __future__ import annotations

from typing import Any

from azure.cli.core.azclierror import RequiredArgumentMissingError

from azext_iot_dps.cli.device_options import check_exclusive
from azext_iot_dps.cli.target import find_target, validate_target

AUTH_TYPE_DEFAULT = "iothub-data-auth-type"


def validate_create(namespace: Any) -> None:
    """Refuse what is wrong with a registration regardless of the files and the service.

    Raises MutuallyExclusiveArgumentError, RequiredArgumentMissingError and InvalidArgumentValueError.
    """
    validate_target_and_identity(namespace)
    if namespace.certificate_out and not namespace.csr:
        raise RequiredArgumentMissingError("--certificate-out requires --csr: only then a certificate is issued.")
    if bool(namespace.endorsement_key) != bool(namespace.storage_root_key):
        raise RequiredArgumentMissingError("--endorsement-key and --storage-root-key require each other.")


def validate_target_and_identity(namespace: Any) -> None:
    """Refuse what is wrong with the service and with the way to authenticate, as `validate_create` does."""
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
        validate_target(namespace, AUTH_TYPE_DEFAULT)
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
