"""The command of the doctor."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.nouns import command_type
from azext_iot_dps.doctor import tables
from azext_iot_dps.doctor.factory import cf_case


def load(loader: Any) -> None:
    """Add the command to the table of a loader."""
    doctor = command_type("doctor.handlers", client_factory=cf_case)
    with loader.command_group("iot dps", doctor) as g:
        g.command("doctor", "examine", table_transformer=tables.steps)
