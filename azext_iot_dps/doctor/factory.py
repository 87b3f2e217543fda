"""The client factory of the doctor."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from azext_iot_dps.cli.client import TARGET_ARGUMENTS, dps_client, located, service_name, services

if TYPE_CHECKING:
    from azext_iot_dps.doctor.case import Case


def cf_case(cli_ctx: Any, args: dict[str, Any]) -> Case:
    """A case of which nothing was examined yet; it takes the target options out of `args`."""
    from azext_iot_dps.doctor.case import Case

    name, group, login, auth_type = (args[argument] for argument in TARGET_ARGUMENTS)
    # one request for all steps
    find = cache(lambda: services(cli_ctx).find(service_name(name), group))
    locate = partial(located, cli_ctx, name, group, login, auth_type, find)
    return Case(cli_ctx, locate, dps_client(("EnrollmentWrite", "EnrollmentRead"), cli_ctx, args, find))
