"""The client factory of audits: enrollments, and the linked IoT hubs if the service is looked up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from azext_iot_dps.cli.client import cf_dps, service_name, services

if TYPE_CHECKING:
    from azext_iot_dps.arm.services import Service
    from azext_iot_dps.record.kinds import Kind
    from azext_iot_dps.service.enrollments import Enrollments


class Audited(NamedTuple):
    """The client of audits.

    `linked` returns the host names of the linked IoT hubs in lower case, once a request was sent; None if the service
    was not looked up in Azure Resource Manager.
    """

    kind: Kind
    records: Enrollments
    linked: Callable[[], frozenset[str] | None]


def cf_audited(kind: Kind, cli_ctx: Any, args: dict[str, Any]) -> Audited:
    """A client that has not connected yet. It takes the target arguments out of `args`, as `cf_dps` does."""
    name, group = args["dps_name"], args["resource_group_name"]
    hubs: list[frozenset[str]] = []

    def find() -> Service:
        service = services(cli_ctx).find(service_name(name), group)
        hubs.append(frozenset(hub.lower() for hub in service.hubs))
        return service

    client = cf_dps("EnrollmentRead", cli_ctx, args, find)
    records = client.enrollment_groups if kind.signing else client.enrollments
    return Audited(kind, records, lambda: hubs[0] if hubs else None)
