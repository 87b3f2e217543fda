"""Where the devices of a service register: the host of the device API and the ID scope, from options or looked up."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError
from knack.util import CLIError

from azext_iot_dps.cli.client import service_name, services

if TYPE_CHECKING:
    from azext_iot_dps.arm.services import Service

_NO_SCOPE = "Without --id-scope the ID scope is looked up in Azure Resource Manager, which failed: {}"
_SCOPE = "Specify --id-scope to work without signing in: the portal shows it on the service's Overview page."


class DeviceHost(NamedTuple):
    """`find` looks up the service in Azure Resource Manager, once. `locate` returns the host and the ID scope."""

    find: Callable[[], Service]
    locate: Callable[[], tuple[str, str]]


def device_host(cli_ctx: Any, args: dict[str, Any]) -> DeviceHost:
    """Where the devices of the service of the target options register; nothing is requested yet.

    It takes the ID scope and the host out of `args`. What of them is missing is looked up by `locate`. Raises an
    azclierror for what cannot be a host or a connection string.
    """
    from azext_iot_dps.arm import clouds
    from azext_iot_dps.cli import connection_string
    from azext_iot_dps.service.failure import Reason, ServiceError
    from azext_iot_dps.service.target import is_host

    id_scope, typed, group = args.pop("id_scope"), args.pop("provisioning_host"), args["resource_group_name"]
    # knack marks the default of an option
    host = None if getattr(typed, "is_default", False) else connection_string.bare(typed)
    if host is not None and not is_host(host):
        raise InvalidArgumentValueError("--provisioning-host must be a host name.")
    # a port is not part of the service's name
    name = connection_string.parse(args["login"]).host.partition(":")[0] if args["login"] else args["dps_name"]
    find = cache(lambda: services(cli_ctx).find(service_name(name), group))
    by_connection_string = bool(args["login"])

    def found() -> Service:
        try:
            return find()
        except (CLIError, ServiceError) as error:
            is_signed_out = not isinstance(error, ServiceError) or error.reason is Reason.NO_TOKEN
            if not (by_connection_string and is_signed_out):
                raise
            raise RequiredArgumentMissingError(_NO_SCOPE.format(error), recommendation=_SCOPE) from error

    def locate() -> tuple[str, str]:
        is_known = find.cache_info().currsize > 0
        if id_scope and not (host or is_known):
            return clouds.cloud(cli_ctx.cloud.name).device_host, id_scope
        return host or found().device_host, id_scope or found().id_scope

    return DeviceHost(find, locate)
