"""Options of commands on files that exclude or require each other: the validators of these commands."""

from __future__ import annotations

from typing import Any

from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iot_dps.cli import connection_string
from azext_iot_dps.cli.target import validate_target
from azext_iot_dps.fleets.formats import ImportMode


def import_(namespace: Any) -> None:
    """Checking a file needs no service, and a template no file."""
    if not (namespace.template or namespace.file):
        raise RequiredArgumentMissingError("Specify the file to import with --file (-f).")
    if namespace.ignore_missing and namespace.mode != ImportMode.DELETE.value:
        raise RequiredArgumentMissingError("--ignore-missing requires --mode delete.")
    _plan(namespace)
    if namespace.what_if and namespace.validate_only:
        raise MutuallyExclusiveArgumentError("--what-if cannot be used with --validate-only, which asks no service.")
    if namespace.skip_invalid and namespace.validate_only:
        raise MutuallyExclusiveArgumentError("--skip-invalid cannot be used with --validate-only, which sends nothing.")
    if namespace.validate_only or namespace.template:
        _refuse_files_of_a_run(namespace, "--validate-only" if namespace.validate_only else "--template")
    else:
        validate_target(namespace)


def apply(namespace: Any) -> None:
    """An option that changes nothing without another one is refused."""
    _plan(namespace)
    if namespace.max_deletes and not namespace.prune:
        raise RequiredArgumentMissingError("--max-deletes requires --prune.")
    if namespace.prune and namespace.skip_invalid:
        raise MutuallyExclusiveArgumentError(
            "--skip-invalid cannot be used with --prune: the enrollments of skipped records would be deleted."
        )
    validate_target(namespace)


def copy(namespace: Any) -> None:
    """Two services, of which the names are checked before either is asked for anything."""
    _exit_code(namespace)
    if not (namespace.to or namespace.to_login):
        raise RequiredArgumentMissingError("Specify the service to copy to with --to or --to-login.")
    if namespace.to_login:
        connection_string.parse(namespace.to_login, "--to-login")
    else:
        connection_string.host(namespace.to, "--to")
    validate_target(namespace)


def repair(namespace: Any) -> None:
    """The exit code is for a plan only."""
    _exit_code(namespace)
    validate_target(namespace)


def _exit_code(namespace: Any) -> None:
    if namespace.exit_code and not namespace.what_if:
        raise RequiredArgumentMissingError("--exit-code requires --what-if.")


def _plan(namespace: Any) -> None:
    _exit_code(namespace)
    if namespace.what_if:
        _refuse_files_of_a_run(namespace, "--what-if")


def diff(namespace: Any) -> None:
    """Comparing files with files needs no service."""
    if not namespace.with_file:
        validate_target(namespace)


def _refuse_files_of_a_run(namespace: Any, option: str) -> None:
    for dest, file in (("events", "--events"), ("failed_file", "--failed-file")):
        if getattr(namespace, dest):
            raise InvalidArgumentValueError(f"{file} cannot be combined with {option}, which sends nothing.")
