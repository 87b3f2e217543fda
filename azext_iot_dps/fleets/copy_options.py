"""The options of copy that no other command has."""

from __future__ import annotations

from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError
from azure.cli.core.commands.parameters import get_resource_group_completion_list, get_three_state_flag

from azext_iot_dps.cli import completion, converters
from azext_iot_dps.record.values import HOSTS

_GROUP = "Service to Copy to"


def add(c: Any) -> None:
    """Add them to the command of an argument context."""
    c.extra(
        "to",
        options_list=["--to"],
        arg_group=_GROUP,
        completer=completion.services,
        help="Name or host name of the service to copy to, in the current subscription. Required without --to-login. "
        "--auth-type is for both services.",
    )
    c.extra(
        "to_resource_group",
        options_list=["--to-resource-group"],
        completer=get_resource_group_completion_list,
        arg_group=_GROUP,
        help="Name of the resource group of that service. If omitted, the whole subscription is searched.",
    )
    c.extra(
        "to_login",
        options_list=["--to-login"],
        arg_group=_GROUP,
        help="Connection string of a policy of that service, such as one of another subscription. It takes precedence "
        "over --to. `@file` reads it from a file.",
    )
    c.argument(
        "map_hub",
        options_list=["--map-hub"],
        nargs="+",
        type=_pair,
        help="IoT hubs and those that stand in for them in the copies, as pairs of host names separated by spaces: "
        "old.azure-devices.net=new.azure-devices.net. Other hubs are copied as they are.",
    )
    c.argument(
        "show_keys",
        get_three_state_flag(),
        options_list=["--show-keys", "--keys"],
        help="Copy symmetric keys, which takes one request for each enrollment that has them. Otherwise the other "
        "service generates keys for enrollments that are created, and enrollments that exist keep theirs.",
    )


def _pair(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not equals:
        raise InvalidArgumentValueError("--map-hub must have two host names with = between them: OLD=NEW.")
    names = [name for part in (old, new) for name in converters.typed("--map-hub", HOSTS)(part)]
    if len(names) != 2:
        raise InvalidArgumentValueError("--map-hub must have two host names with = between them: OLD=NEW.")
    return names[0], names[1]
