"""The options of create and update that name members, as azure-cli's arguments."""

from __future__ import annotations

from typing import Any

from azure.cli.core.commands.parameters import get_enum_type, get_three_state_flag
from knack.arguments import CLIArgumentType

from azext_iot_dps.cli import completion, converters
from azext_iot_dps.enrollments.members import ALLOCATION, UPDATE, MemberOption, member_options
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.values import BOOLEAN, HOSTS, NAME, STRING


def add(c: Any, kind: Kind, verb: str) -> None:
    """Add the options of create or update, as `verb` says, to a context of arguments."""
    for option in member_options(kind, verb):
        c.extra(option.parameter, _argument(option, kind, verb))
    c.extra(
        "iot_hub_host_name",
        options_list=["--iot-hub-host-name", "--hn"],
        arg_group=ALLOCATION,
        deprecate_info=c.deprecate(target="--iot-hub-host-name", redirect="--iot-hubs", hide=True),
        help="Host name of the one IoT Hub; means the static allocation policy.",
    )


def _argument(option: MemberOption, kind: Kind, verb: str) -> CLIArgumentType:
    field, name = option.field(kind), option.names[0]
    settings: dict[str, Any] = {"options_list": list(option.names), "help": option.help, "arg_group": option.group}
    if option.member == "attestation.tpm.endorsementKey" and verb == UPDATE:
        settings["arg_group"] = None
    if option.member == "attestation.type":
        settings["required"] = True
    if option.removes or field.value is BOOLEAN:
        return CLIArgumentType(get_three_state_flag(), **settings)
    if field.value.choices:
        return CLIArgumentType(get_enum_type(field.value.choices), **settings)
    if field.value is HOSTS:
        return CLIArgumentType(nargs="+", action="extend", completer=completion.hubs, **settings)
    if field.is_file:
        return CLIArgumentType(type=converters.file_path(name), **settings)
    if field.value is STRING:
        ways = [f"To remove it: {other.names[0]}" for other in member_options(kind, verb) if _removes(other, option)]
        return CLIArgumentType(type=converters.typed(name, NAME, *ways), **settings)
    return CLIArgumentType(type=converters.typed(name, field.value), **settings)


def _removes(other: MemberOption, option: MemberOption) -> bool:
    return other.removes and other.member == option.member
