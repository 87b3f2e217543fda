"""The options of create and update that name members, as azure-cli's arguments."""

from __future__ import annotations

from typing import Any

from azure.cli.core.commands.parameters import get_enum_type, get_three_state_flag
from knack.arguments import CLIArgumentType

from azext_iot_dps.cli import completion, converters
from azext_iot_dps.cli.options import show_keys_type
from azext_iot_dps.enrollments.members import ALLOCATION, ISSUANCE, UPDATE, MemberOption, member_options
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.values import BOOLEAN, HOSTS, NAME, STRING

_SHOW_KEYS = (
    "Include the symmetric keys in the result, as without this option. `false` leaves them out. azure-iot 1.0 leaves "
    "them out unless this option is given, so a script that needs them specifies it."
)


def add(c: Any, kind: Kind, verb: str) -> None:
    """Add the options of create or update, as `verb` says, to a context of arguments."""
    for option in member_options(kind, verb):
        argument = _argument(option, kind, verb)
        old = [c.deprecate(target=name, redirect=option.names[0], hide=True) for name in option.hidden]
        c.extra(option.parameter, argument, options_list=[*option.names, *old])
    c.extra(
        "iot_hub_host_name",
        options_list=["--iot-hub-host-name", "--hn"],
        arg_group=ALLOCATION,
        deprecate_info=c.deprecate(target="--iot-hub-host-name", redirect="--iot-hubs", hide=True),
        help="Host name of the one IoT Hub; means the static allocation policy.",
    )
    c.extra(
        "credential_policy_name",
        options_list=["--credential-policy-name", "--cpn"],
        arg_group=ISSUANCE,
        deprecate_info=c.deprecate(target="--credential-policy-name", redirect="--adr-cert-policy-name", hide=True),
        help="Name of the certificate policy, as azure-iot 0.30 to 0.33 called it.",
    )
    if kind.signing:
        c.extra("show_keys", show_keys_type, help=_SHOW_KEYS)


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
