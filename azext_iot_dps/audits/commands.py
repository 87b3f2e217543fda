"""The commands that check and count what is stored."""

from __future__ import annotations

from functools import partial
from typing import Any

from azext_iot_dps.audits import tables
from azext_iot_dps.audits.factory import cf_audited, cf_reported
from azext_iot_dps.cli.nouns import command_type
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL


def load(loader: Any) -> None:
    """Add the commands to azure-cli's table."""
    for noun, kind in (("iot dps enrollment", INDIVIDUAL), ("iot dps enrollment-group", GROUP)):
        with loader.command_group(noun, command_type("audits.handlers")) as g:
            g.command(
                "audit",
                "audit_enrollments",
                table_transformer=tables.findings,
                client_factory=partial(cf_audited, kind),
            )
    with loader.command_group("iot dps", command_type("audits.report.handlers")) as g:
        g.command("report", "report_fleet", table_transformer=tables.numbers, client_factory=cf_reported)
