"""The options of the commands of connection strings."""

from __future__ import annotations

from enum import Enum
from typing import Any

from azure.cli.core.commands.parameters import get_enum_type

from azext_iot_dps.cli import converters
from azext_iot_dps.cli.target import TARGET


class KeyType(str, Enum):
    """The values of --key-type."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


def load(loader: Any) -> None:
    """Add the options to the commands in the table of a loader."""
    with loader.argument_context("iot dps connection-string show") as c:
        c.argument(
            "dps_name",
            TARGET["dps_name"],
            validator=None,
            type=converters.name("--dps-name"),
            help="Name or host name of the Device Provisioning Service. If omitted, the connection strings of all "
            "services are shown.",
        )
        c.argument("resource_group_name", TARGET["resource_group_name"])
        c.argument(
            "policy_name",
            options_list=["--policy-name", "--pn"],
            default="provisioningserviceowner",
            help="Shared access policy to use.",
        )
        c.argument(
            "key_type",
            get_enum_type(KeyType, default=KeyType.PRIMARY.value),
            options_list=["--key-type", "--kt"],
            help="Which of the two keys of the policy to use.",
        )
        c.argument(
            "show_all",
            options_list=["--show-all", "--all"],
            action="store_true",
            help="Show the connection strings of all shared access policies.",
        )
