"""The client factories of audits and reports: enrollments, and the linked IoT hubs if the service is looked up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from azext_iot_dps.cli.client import cf_dps, service_name, services
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind

if TYPE_CHECKING:
    from azext_iot_dps.arm.services import Service
    from azext_iot_dps.service.client import DpsClient, Registrations
    from azext_iot_dps.service.enrollments import Enrollments

_Linked = Callable[[], Optional[frozenset[str]]]


class Audited(NamedTuple):
    """The client of audits.

    `linked` returns the host names of the linked IoT hubs in lower case, once a request was sent; None if the service
    was not looked up in Azure Resource Manager.
    """

    kind: Kind
    records: Enrollments
    linked: Callable[[], frozenset[str] | None]


class Reported(NamedTuple):
    """The client of reports: individual enrollments, enrollment groups, and the registrations of their devices."""

    sources: tuple[Audited, Audited]
    registrations: Registrations


def cf_audited(kind: Kind, cli_ctx: Any, args: dict[str, Any]) -> Audited:
    """A client that has not connected yet. It takes the target arguments out of `args`, as `cf_dps` does."""
    client, linked = _client("EnrollmentRead", cli_ctx, args)
    return _source(kind, client, linked)


def cf_reported(cli_ctx: Any, args: dict[str, Any]) -> Reported:
    """The same for reports."""
    right = "EnrollmentRead, RegistrationStatusRead" if args["with_registrations"] else "EnrollmentRead"
    client, linked = _client(right, cli_ctx, args)
    return Reported((_source(INDIVIDUAL, client, linked), _source(GROUP, client, linked)), client.registrations)


def _source(kind: Kind, client: DpsClient, linked: _Linked) -> Audited:
    return Audited(kind, client.enrollment_groups if kind.signing else client.enrollments, linked)


def _client(right: str, cli_ctx: Any, args: dict[str, Any]) -> tuple[DpsClient, _Linked]:
    name, group = args["dps_name"], args["resource_group_name"]
    hubs: list[frozenset[str]] = []

    def find() -> Service:
        service = services(cli_ctx).find(service_name(name), group)
        hubs.append(frozenset(hub.lower() for hub in service.hubs))
        return service

    return cf_dps(right, cli_ctx, args, find), lambda: hubs[0] if hubs else None
