"""The client factory of devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azext_iot_dps.cli.client import cf_dps
from azext_iot_dps.cli.device_host import device_host

if TYPE_CHECKING:
    from azext_iot_dps.devices.client import DeviceClient


def cf_device(cli_ctx: Any, args: dict[str, Any]) -> DeviceClient:
    """A client of the device API that can read the keys of enrollments too; it has not connected yet.

    It takes the target, the ID scope, the host and the device's identity out of `args`. A missing ID scope is looked up
    in Azure Resource Manager when the device registers. Raises an azclierror for what cannot be a host or a connection
    string.
    """
    from azext_iot_dps.cli.api_versions import versions
    from azext_iot_dps.devices.client import DeviceClient
    from azext_iot_dps.devices.identity import Identity

    identity = Identity(*(args.pop(name) for name in Identity._fields))
    find, locate = device_host(cli_ctx, args)
    service = cf_dps("EnrollmentWrite", cli_ctx, args, find)
    return DeviceClient(service, identity, locate, cli_ctx, versions(cli_ctx).configured)
