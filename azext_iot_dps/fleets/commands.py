"""The commands on many records at a time."""

from __future__ import annotations

from functools import partial
from typing import Any

from azext_iot_dps.cli.client import cf_collection
from azext_iot_dps.cli.nouns import command_type
from azext_iot_dps.fleets import tables
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL


def load(loader: Any) -> None:
    """Add the commands to azure-cli's table."""
    for noun, kind in (("iot dps enrollment", INDIVIDUAL), ("iot dps enrollment-group", GROUP)):
        with loader.command_group(noun, command_type("fleets.handlers")) as g:
            g.command("export", "export_enrollments", client_factory=partial(cf_collection, kind, "EnrollmentRead"))
            g.command(
                "diff",
                "diff_enrollments",
                command_type=command_type("fleets.diffing"),
                table_transformer=tables.applied,
                client_factory=partial(cf_collection, kind, "EnrollmentRead"),
            )
            g.command(
                "repair-twin",
                "repair_twins",
                command_type=command_type("fleets.repairing"),
                table_transformer=tables.applied,
                client_factory=partial(cf_collection, kind, "EnrollmentWrite"),
            )
            g.command(
                "apply",
                "apply_enrollments",
                table_transformer=tables.applied,
                client_factory=partial(cf_collection, kind, "EnrollmentWrite"),
            )
            g.command(
                "import",
                "import_enrollments",
                table_transformer=tables.applied,
                client_factory=partial(cf_collection, kind, "EnrollmentWrite"),
            )
