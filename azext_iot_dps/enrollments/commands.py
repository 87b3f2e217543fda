"""The commands of enrollments and enrollment groups."""

from __future__ import annotations

from functools import partial
from typing import Any

from azext_iot_dps.cli.client import cf_collection
from azext_iot_dps.cli.nouns import command_type
from azext_iot_dps.enrollments import tables
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind

READ, WRITE = "EnrollmentRead", "EnrollmentWrite"


def load(loader: Any) -> None:
    """Add the commands to azure-cli's table."""
    handlers = command_type("enrollments.handlers", _spell)
    for noun, kind, rows in (
        ("iot dps enrollment", INDIVIDUAL, tables.enrollments),
        ("iot dps enrollment-group", GROUP, tables.groups),
    ):
        with loader.command_group(noun, handlers) as g:
            g.command("create", "create_enrollment", table_transformer=rows, **_needs(kind, WRITE))
            g.command("list", "list_enrollments", table_transformer=rows, **_needs(kind, READ))
            g.show_command("show", "show_enrollment", table_transformer=rows, **_needs(kind, READ))
            g.command("update", "update_enrollment", table_transformer=rows, **_needs(kind, WRITE))
            g.command("delete", "delete_enrollment", **_needs(kind, WRITE))

    with loader.command_group("iot dps enrollment", handlers) as g:
        g.command("compute-registration-id", "compute_registration_id")
    with loader.command_group("iot dps enrollment-group", handlers) as g:
        g.command("compute-device-key", "compute_device_key", table_transformer=tables.keys, **_needs(GROUP, WRITE))
    with loader.command_group("iot dps", handlers) as g:
        # an old name, which scripts know; it is not shown
        deprecated = g.deprecate(redirect="iot dps enrollment-group compute-device-key", hide=True)
        g.command("compute-device-key", "compute_device_key", deprecate_info=deprecated, **_needs(GROUP, WRITE))


def _spell(path: str) -> str:
    from azext_iot_dps.enrollments.patching import spell

    return spell(path)


def _needs(kind: Kind, right: str) -> dict[str, Any]:
    return {"client_factory": partial(cf_collection, kind, right)}
