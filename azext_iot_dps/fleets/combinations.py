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


def roll(namespace: Any) -> None:
    """One stage, of one record, whose new one the options name, or of many, whose new ones a file names."""
    given = {
        f"--{name.replace('_', '-')}": value
        for name in ("new_certificate", "new_key", "new_ca_name")
        if (value := getattr(namespace, name, None)) is not None
    }
    is_later, is_many = namespace.promote or namespace.finish, namespace.enrollment_id is None
    if is_many and not (namespace.file or namespace.where):
        raise RequiredArgumentMissingError("Specify --enrollment-id (--eid), or for many --file or --where.")
    if not is_many and (namespace.file or namespace.where):
        raise MutuallyExclusiveArgumentError("--enrollment-id cannot be combined with --file or --where.")
    if len(given) > 1:
        raise MutuallyExclusiveArgumentError(f"{' and '.join(given)} cannot be combined. Use one of them.")
    if not given and not is_later:
        ways = "--new-certificate or --new-key to begin, --promote, or --finish"
        raise RequiredArgumentMissingError(f"Specify the stage: {ways}.")
    for option, value in given.items():
        _check_new(option, value, is_later, is_many, bool(namespace.file))
    if namespace.old_certificate and (is_many or not namespace.promote or namespace.finish):
        raise InvalidArgumentValueError("--old-certificate is for --promote of one enrollment.")
    if namespace.force and not is_later:
        raise RequiredArgumentMissingError("--force requires --promote or --finish.")
    _exit_code(namespace)
    validate_target(namespace)


def _check_new(option: str, value: str | bool, is_later: bool, is_many: bool, has_file: bool) -> None:
    """An option that names the new one of one record, or without a value says what the new ones of many are."""
    if value and is_many:
        hint = "Use it without a value" if has_file else "Use --file"
        raise InvalidArgumentValueError(
            f"{option} with a value is for one enrollment. {hint}: the columns of a file name the new ones of many."
        )
    if value or (option == "--new-key" and not is_later):
        return
    if is_later:
        raise RequiredArgumentMissingError(f"{option} with --promote or --finish requires a value: what is new.")
    if not has_file:
        raise RequiredArgumentMissingError(f"{option} without a value requires --file, which names the new ones.")


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
