"""The client factory of devices."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iot_dps.cli.client import cf_dps, service_name, services

if TYPE_CHECKING:
    from azext_iot_dps.devices.client import DeviceClient


def cf_device(cli_ctx: Any, args: dict[str, Any]) -> DeviceClient:
    """A client of the device API that can read the keys of enrollments too; it has not connected yet.

    It takes the target, the ID scope and the host out of `args`. A missing ID scope is looked up in Azure Resource
    Manager when the device registers. Raises an azclierror for what cannot be a host or a connection string.
    """
    from azext_iot_dps.arm import clouds
    from azext_iot_dps.cli import connection_string
    from azext_iot_dps.devices.client import DeviceClient
    from azext_iot_dps.service.target import is_host

    id_scope, typed, group = args.pop("id_scope"), args.pop("provisioning_host"), args["resource_group_name"]
    # knack marks the default of an option
    is_default = getattr(typed, "is_default", False)
    host = connection_string.bare(typed)
    if not is_host(host):
        raise InvalidArgumentValueError("--provisioning-host must be a host name.")
    # a port is not part of the service's name
    name = connection_string.parse(args["login"]).host.partition(":")[0] if args["login"] else args["dps_name"]
    find = cache(lambda: services(cli_ctx).find(service_name(name), group))

    def locate() -> tuple[str, str]:
        if not is_default:
            return host, id_scope or find().id_scope
        if id_scope:
            return clouds.cloud(cli_ctx.cloud.name).device_host, id_scope
        return find().device_host, find().id_scope

    return DeviceClient(cf_dps("EnrollmentWrite", cli_ctx, args, find), locate, cli_ctx)
