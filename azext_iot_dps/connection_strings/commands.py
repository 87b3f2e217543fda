"""The commands of connection strings."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.client import cf_services
from azext_iot_dps.cli.nouns import command_type
from azext_iot_dps.connection_strings import tables


def load(loader: Any) -> None:
    """Add the commands to the table of a loader."""
    services = command_type("connection_strings.handlers", client_factory=cf_services)
    with loader.command_group("iot dps connection-string", services) as g:
        g.show_command("show", "show_connection_string", table_transformer=tables.connection_strings)
