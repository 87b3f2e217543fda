"""The commands of registrations."""

from __future__ import annotations

from functools import partial
from typing import Any

from azure.cli.core.commands import CliCommandType

from azext_iot_dps.cli.client import cf_dps
from azext_iot_dps.cli.nouns import command_type
from azext_iot_dps.registrations import tables

ENROLLMENT = "iot dps enrollment registration"
GROUP = "iot dps enrollment-group registration"
# the name of GROUP in older versions
DEPRECATED = "iot dps registration"


def load(loader: Any) -> None:
    """Add the commands to the table of a loader."""
    registrations, purging = command_type("registrations.handlers"), command_type("registrations.purging")
    with loader.command_group(ENROLLMENT, registrations) as g:
        # the states are read with the enrollments
        needs = _needs("EnrollmentRead")
        g.command("list", "list_enrollment_registrations", table_transformer=tables.enrollments, **needs)
        _one(g)
        _purge(g, "purge_enrollment_registrations", purging, "EnrollmentWrite")
    with loader.command_group(GROUP, registrations) as g:
        _all(g)
        _one(g)
        _purge(g, "purge_registrations", purging, "RegistrationStatusWrite")
    now = loader.deprecate(redirect=GROUP, hide=True)
    with loader.command_group(DEPRECATED, registrations, deprecate_info=now) as g:
        _all(g)
        _one(g)


def _all(g: Any) -> None:
    g.command("list", "list_registrations", table_transformer=tables.registrations, **_needs("RegistrationStatusRead"))


def _one(g: Any) -> None:
    g.show_command(
        "show", "show_registration", table_transformer=tables.registrations, **_needs("RegistrationStatusRead")
    )
    g.command("delete", "delete_registration", **_needs("RegistrationStatusWrite"))


def _purge(g: Any, handler: str, purging: CliCommandType, right: str) -> None:
    g.command("purge", handler, command_type=purging, table_transformer=tables.purged, **_needs(right))


def _needs(right: str) -> dict[str, Any]:
    return {"client_factory": partial(cf_dps, right)}
