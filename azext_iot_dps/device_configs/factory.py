"""The client factory of device configurations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from azext_iot_dps.cli.client import cf_dps
from azext_iot_dps.cli.device_host import device_host

if TYPE_CHECKING:
    from azext_iot_dps.record.kinds import Kind
    from azext_iot_dps.service.enrollments import Enrollments


class Admitting(NamedTuple):
    """The enrollments of one kind, and where their devices register: `locate` returns the host and the ID scope."""

    kind: Kind
    records: Enrollments
    locate: Callable[[], tuple[str, str]]


def cf_admitting(kind: Kind, cli_ctx: Any, args: dict[str, Any]) -> Admitting:
    """A client that has not connected yet. It takes the target, the ID scope and the host out of `args`.

    Raises an azclierror for what cannot be a host or a connection string.
    """
    find, locate = device_host(cli_ctx, args)
    client = cf_dps("EnrollmentRead", cli_ctx, args, find)
    return Admitting(kind, client.enrollment_groups if kind.signing else client.enrollments, locate)
