"""The options that say which service a command is for, and how to sign in to it."""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import Enum
from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError
from azure.cli.core.commands.parameters import get_enum_type, resource_group_name_type
from knack.arguments import CLIArgumentType

from azext_iot_dps.cli import completion
from azext_iot_dps.cli.connection_string import VARIABLE

AUTH_TYPE_DEFAULT = "iotdps-data-auth-type"
NAME_DEFAULT = "iotdps-name"
_GROUP = "Device Provisioning Service Identifier"


class AuthType(str, Enum):
    """The values of --auth-type."""

    KEY = "key"
    LOGIN = "login"


def validate_target(namespace: Any, auth_type_default: str = AUTH_TYPE_DEFAULT) -> None:
    """Require a service, and check an auth type that is a configured default, which argparse does not.

    Raises RequiredArgumentMissingError and InvalidArgumentValueError.
    """
    if not find_target(namespace):
        raise RequiredArgumentMissingError(
            "Specify the Device Provisioning Service with --dps-name (-n) or --login (-l).",
            recommendation="To list the names in the current subscription: az iot dps list --query '[].name'",
        )
    namespace.auth_type_dataplane = str(namespace.auth_type_dataplane).lower()
    if namespace.auth_type_dataplane not in list(AuthType):
        raise InvalidArgumentValueError(
            f"The configured default {auth_type_default} must be 'key' or 'login'.",
            recommendation=f"Set it with: az configure --defaults {auth_type_default}=login",
        )


def find_target(namespace: Any) -> bool:
    """Take the connection string of the environment where no option names a service; whether anything names one.

    The environment comes before a configured name.
    """
    is_typed = (namespace.dps_name or "").strip() and not getattr(namespace.dps_name, "is_default", False)
    if not is_typed and not (namespace.login or "").strip():
        namespace.login = os.environ.get(VARIABLE)
    return bool((namespace.dps_name or "").strip() or (namespace.login or "").strip())


TARGET = {
    "dps_name": CLIArgumentType(
        options_list=["--dps-name", "-n"],
        arg_group=_GROUP,
        # azure-cli's own `iot dps` gives its dps_name another, which would add --ids
        id_part=None,
        completer=completion.services,
        validator=validate_target,
        configured_default=NAME_DEFAULT,
        help="Name or host name of the Device Provisioning Service. Required without --login. "
        f"You can configure the default using `az configure --defaults {NAME_DEFAULT}=<name>`. "
        "A host name together with `--auth-type login` is used as it is, without a request to Azure Resource Manager.",
    ),
    "resource_group_name": CLIArgumentType(
        overrides=resource_group_name_type,
        id_part=None,
        help="Name of the resource group of the service. If omitted, the whole subscription is searched. "
        "You can configure the default group using `az configure --defaults group=<name>`.",
    ),
    "login": CLIArgumentType(
        options_list=["--login", "-l"],
        arg_group=_GROUP,
        help="Connection string of a policy of the service, to work without `az login`. It takes precedence over "
        "--dps-name. `@file` reads it from a file, which keeps it out of the shell history and of process lists. "
        f"Without both options, the environment variable {VARIABLE} is used.",
    ),
    "auth_type_dataplane": CLIArgumentType(
        get_enum_type(AuthType, default=AuthType.KEY.value),
        options_list=["--auth-type"],
        arg_group="Access Control",
        configured_default=AUTH_TYPE_DEFAULT,
        help="Whether to read the key of a policy of the service, or to use the current Microsoft Entra ID (Azure AD) "
        "session. You can configure the default using "
        f"`az configure --defaults {AUTH_TYPE_DEFAULT}=<auth-type-value>`.",
    ),
}


def target_options(
    c: Any, validator: Callable[[Any], None] = validate_target, types: dict[str, CLIArgumentType] = TARGET
) -> None:
    """Add the target options to the one command of an argument context.

    Each gets both `extra` and `argument`: with `extra` alone azure-cli ignores the configured default, and its own
    `iot dps` commands would rename --dps-name.
    """
    for name, arg_type in types.items():
        c.extra(name, arg_type)
        c.argument(name, arg_type)
    c.argument("dps_name", types["dps_name"], validator=validator)
