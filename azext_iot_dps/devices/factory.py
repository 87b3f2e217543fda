"""The client factory of devices."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError
from knack.util import CLIError

from azext_iot_dps.cli.client import cf_dps, service_name, services

if TYPE_CHECKING:
    from azext_iot_dps.arm.services import Service
    from azext_iot_dps.devices.client import DeviceClient

_NO_SCOPE = "Without --id-scope the ID scope is looked up in Azure Resource Manager, which failed: {}"
_SCOPE = "Specify --id-scope to register without signing in: the portal shows it on the service's Overview page."


def cf_device(cli_ctx: Any, args: dict[str, Any]) -> DeviceClient:
    """A client of the device API that can read the keys of enrollments too; it has not connected yet.

    It takes the target, the ID scope, the host and the device's identity out of `args`. A missing ID scope is looked up
    in Azure Resource Manager when the device registers. Raises an azclierror for what cannot be a host or a connection
    string.
    """
    from azext_iot_dps.arm import clouds
    from azext_iot_dps.cli import connection_string
    from azext_iot_dps.cli.api_versions import versions
    from azext_iot_dps.devices.client import DeviceClient
    from azext_iot_dps.devices.identity import Identity
    from azext_iot_dps.service.failure import Reason, ServiceError
    from azext_iot_dps.service.target import is_host

    identity = Identity(*(args.pop(name) for name in Identity._fields))
    id_scope, typed, group = args.pop("id_scope"), args.pop("provisioning_host"), args["resource_group_name"]
    host = connection_string.bare(typed) if typed else None
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

    service = cf_dps("EnrollmentWrite", cli_ctx, args, find)
    return DeviceClient(service, identity, locate, cli_ctx, versions(cli_ctx).configured)
