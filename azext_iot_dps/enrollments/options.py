"""The options of enrollment and enrollment group commands."""

from __future__ import annotations

import itertools
from typing import Any

from azure.cli.core.azclierror import RequiredArgumentMissingError
from azure.cli.core.commands.parameters import get_enum_type, get_three_state_flag
from knack.arguments import CLIArgumentType

from azext_iot_dps.cli import completion, converters
from azext_iot_dps.cli.options import enrollment_id_type, etag_type, group_id_type, show_keys_type, top_type
from azext_iot_dps.cli.target import TARGET, target_options, validate_target
from azext_iot_dps.enrollments.members import ALLOCATION, CREATE, UPDATE, MemberOption, member_options
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind
from azext_iot_dps.record.values import BOOLEAN, HOSTS, ID, STRING, SYMMETRIC_KEY

NOUNS = (("iot dps enrollment", INDIVIDUAL, enrollment_id_type), ("iot dps enrollment-group", GROUP, group_id_type))


def load(loader: Any) -> None:
    """Describe the options to azure-cli."""
    for noun, kind, id_type in NOUNS:
        for verb in (CREATE, "list", "show", UPDATE, "delete"):
            with loader.argument_context(f"{noun} {verb}") as c:
                target_options(c)
                c.argument("enrollment_id", id_type)
                c.argument("etag", etag_type)
                c.argument("top", top_type)
                c.argument("show_keys", show_keys_type)
                if verb in (CREATE, UPDATE):
                    _member_options(c, kind, verb)
    for command in ("iot dps enrollment-group compute-device-key", "iot dps compute-device-key"):
        with loader.argument_context(command) as c:
            target_options(c)
            _device_key_options(c)


def _member_options(c: Any, kind: Kind, verb: str) -> None:
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
        default = field.default if verb == CREATE else None
        return CLIArgumentType(get_three_state_flag(), default=default, **settings)
    if field.value.choices:
        return CLIArgumentType(get_enum_type(field.value.choices), **settings)
    if field.value is HOSTS:
        return CLIArgumentType(nargs="+", action="extend", completer=completion.hubs, **settings)
    if field.is_file:
        return CLIArgumentType(type=converters.file_path(name), **settings)
    if field.value is STRING:
        return CLIArgumentType(**settings)
    return CLIArgumentType(type=converters.typed(name, field.value), **settings)


def _device_key_options(c: Any) -> None:
    c.argument("enrollment_id", group_id_type)
    c.argument(
        "registration_id",
        options_list=["--registration-id", "--rid"],
        nargs="+",
        type=converters.several("--registration-id", ID),
        help="IDs of the devices, separated by spaces, in the letter case in which they register. `@file` reads them "
        "from a file. One ID gives its key, several give an object of IDs and keys.",
    )
    c.argument("dps_name", TARGET["dps_name"], validator=_validate_device_key)
    c.argument(
        "symmetric_key",
        options_list=["--symmetric-key", "--key"],
        type=converters.typed("--symmetric-key", SYMMETRIC_KEY),
        help="A symmetric key of the group, base64 of 16 to 64 bytes. With it the key is computed offline; without it "
        "the group's primary key is read.",
    )


def _validate_device_key(namespace: Any) -> None:
    """The key of the group is given, or a group of some service to read it from."""
    namespace.registration_id = list(itertools.chain.from_iterable(namespace.registration_id))
    if namespace.symmetric_key:
        return
    if not namespace.enrollment_id:
        raise RequiredArgumentMissingError("Specify --symmetric-key, or --group-id and the service.")
    validate_target(namespace)
