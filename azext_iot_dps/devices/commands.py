"""The commands of devices."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.nouns import command_type
from azext_iot_dps.devices import tables
from azext_iot_dps.devices.factory import cf_device


def load(loader: Any) -> None:
    """Add the commands to the table of a loader."""
    devices = command_type("devices.handlers", client_factory=cf_device)
    with loader.command_group("iot device registration", devices) as g:
        g.command("create", "create_device_registration", table_transformer=tables.operation)
        g.command("operation-status", "show_operation_status", table_transformer=tables.operation)
