"""The commands of device configurations."""

from __future__ import annotations

from functools import partial
from typing import Any

from azext_iot_dps.cli.nouns import command_type
from azext_iot_dps.device_configs import tables
from azext_iot_dps.device_configs.factory import cf_admitting
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL

NOUNS = (("iot dps enrollment", INDIVIDUAL), ("iot dps enrollment-group", GROUP))


def load(loader: Any) -> None:
    """Add the commands to azure-cli's table."""
    handlers = command_type("device_configs.handlers")
    for noun, kind in NOUNS:
        with loader.command_group(noun, handlers) as g:
            g.command(
                "device-config",
                "configure_device",
                table_transformer=tables.configuration,
                client_factory=partial(cf_admitting, kind),
            )
