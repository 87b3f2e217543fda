"""The options of enrollment and enrollment group commands."""

from __future__ import annotations

import itertools
from typing import Any

from azure.cli.core.azclierror import RequiredArgumentMissingError
from azure.cli.core.commands.parameters import get_enum_type

from azext_iot_dps.cli import converters
from azext_iot_dps.cli.options import enrollment_id_type, etag_type, group_id_type, show_keys_type, top_type
from azext_iot_dps.cli.target import TARGET, target_options, validate_target
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind
from azext_iot_dps.record.values import ENDORSEMENT_KEY, ID, SYMMETRIC_KEY

# What create does when the id is taken.
FAIL, SKIP, UPDATE = "fail", "skip", "update"
_GENERIC = "Generic Update"
# azure-cli's own texts of these options differ between its versions.
SET_USAGE = "`--set property1.property2=<value>`"
ADD_USAGE = "`--add property.listProperty <key=value, string or JSON string>`"
REMOVE_USAGE = "`--remove property.list <indexToRemove>` OR `--remove propertyToRemove`"
NOUNS = (("iot dps enrollment", INDIVIDUAL, enrollment_id_type), ("iot dps enrollment-group", GROUP, group_id_type))


def load(loader: Any) -> None:
    """Describe the options to azure-cli."""
    for noun, kind, id_type in NOUNS:
        for verb in ("create", "list", "show", "update", "delete"):
            with loader.argument_context(f"{noun} {verb}") as c:
                target_options(c)
                c.argument("enrollment_id", id_type)
                c.argument("etag", etag_type)
                c.argument("top", top_type)
                c.argument("show_keys", show_keys_type)
                c.argument(
                    "if_exists",
                    get_enum_type([FAIL, SKIP, UPDATE], default=FAIL),
                    help=f"What to do if the {kind.title} exists. `fail` ends with an error. `skip` changes nothing. "
                    "`update` changes what the options name, as the command `update` does.",
                )
                if verb in ("create", "update") and loader.command in ("", f"{noun} {verb}"):
                    _member_options(c, kind, verb)
                if verb == "update":
                    _generic_update_options(c)
    with loader.argument_context("iot dps enrollment compute-registration-id") as c:
        c.argument(
            "endorsement_key",
            options_list=["--endorsement-key", "--ek"],
            type=converters.typed("--endorsement-key", ENDORSEMENT_KEY),
            help="TPM endorsement key in base64, as the device's TPM shows it (TPM2B_PUBLIC).",
        )
    for command in ("iot dps enrollment-group compute-device-key", "iot dps compute-device-key"):
        with loader.argument_context(command) as c:
            target_options(c)
            _device_key_options(c)


def _member_options(c: Any, kind: Kind, verb: str) -> None:
    # here, since commands that read need no schema
    from azext_iot_dps.enrollments import member_arguments

    member_arguments.add(c, kind, verb)


def _generic_update_options(c: Any) -> None:
    """The options of azure-cli's generic updates; their action collects them in `ordered_arguments`."""
    from azure.cli.core.commands.command_operation import GenericUpdateCommandOperation

    listed = {"nargs": "+", "action": GenericUpdateCommandOperation.OrderedArgsAction, "arg_group": _GENERIC}
    c.extra(
        "properties_to_set", options_list=["--set"], metavar="KEY=VALUE", **listed,
        help=f"Update an object by specifying a property path and value to set.  Example: {SET_USAGE}",
    )  # fmt: skip
    c.extra(
        "properties_to_add", options_list=["--add"], metavar="LIST KEY=VALUE", **listed,
        help=f"Add an object to a list of objects by specifying a path and key value pairs.  Example: {ADD_USAGE}",
    )  # fmt: skip
    c.extra(
        "properties_to_remove", options_list=["--remove"], metavar="LIST INDEX", **listed,
        help=f"Remove a property or an element from a list.  Example: {REMOVE_USAGE}",
    )  # fmt: skip
    c.extra(
        "force_string",
        options_list=["--force-string"],
        action="store_true",
        arg_group=_GENERIC,
        help="When using 'set' or 'add', preserve string literals instead of attempting to convert to JSON.",
    )


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
