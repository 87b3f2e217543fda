"""The handler of connection strings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from knack.log import get_logger

from azext_iot_dps.arm.failure import NotFound
from azext_iot_dps.arm.services import Service, Services
from azext_iot_dps.cli.client import service_name
from azext_iot_dps.service.failure import ServiceError
from azext_iot_dps.service.redaction import printable

logger = get_logger(__name__)

# Services whose policies are requested at the same time.
CONCURRENCY = 4


def show_connection_string(
    client: Services,
    dps_name: str | None = None,
    resource_group_name: str | None = None,
    policy_name: str = "",
    key_type: str = "",
    show_all: bool = False,
) -> Any:
    """The connection string of one service, or without a name a list of those of all services.

    A connection string is that of one policy; with `show_all` it is a list of those of all policies.
    """
    strings = partial(_strings, None if show_all else policy_name, key_type)
    if dps_name:
        return {"connectionString": strings(client.find(service_name(dps_name), resource_group_name))}
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        entries = pool.map(partial(_entry, strings), client.all(resource_group_name))
        return [entry for entry in entries if entry]


def _entry(strings: partial[str | list[str]], service: Service) -> dict[str, Any] | None:
    """The entry of one service of several; None, after a warning, for one that has no such connection string."""
    if service.state != "Active":
        name, state = printable(service.name), printable(service.state)
        logger.warning("'%s' was omitted because its state is %s, not Active.", name, state)
        return None
    try:
        return {"name": service.name, "connectionString": strings(service)}
    except (NotFound, ServiceError) as error:
        # a service may be deleted after it was listed, which is no reason to show none of the others
        if isinstance(error, ServiceError) and not error.not_found:
            raise
        logger.warning("'%s' was omitted: %s", printable(service.name), printable(str(error)))
        return None


def _strings(policy_name: str | None, key_type: str, service: Service) -> str | list[str]:
    if policy_name is None:
        return [target.connection_string for target in service.targets(key_type)]
    return service.target_of(policy_name, key_type).connection_string
