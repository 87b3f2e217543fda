"""Options of these commands that require each other: their validators."""

from __future__ import annotations

from typing import Any

from azure.cli.core.azclierror import RequiredArgumentMissingError

from azext_iot_dps.cli.target import validate_target


def listing(namespace: Any) -> None:
    """What a watch needs is for a watch only."""
    for name in ("until", "interval"):
        if getattr(namespace, name) and not namespace.watch:
            raise RequiredArgumentMissingError(f"--{name} requires --watch.")
    validate_target(namespace)


def purge(namespace: Any) -> None:
    """All registrations at once are never meant."""
    if not (namespace.status or namespace.older_than):
        raise RequiredArgumentMissingError("Specify the registrations to delete with --status, --older-than or both.")
    validate_target(namespace)
