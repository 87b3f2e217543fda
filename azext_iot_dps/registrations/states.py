"""The registration states of enrollments and of groups, as the service has them now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from azext_iot_dps.cli.fetching import fetched
from azext_iot_dps.cli.where import Where
from azext_iot_dps.service.client import DpsClient
from azext_iot_dps.service.failure import ServiceError
from azext_iot_dps.service.versions import Need

Json = dict[str, Any]

ASSIGNED, FAILED, UNASSIGNED = "assigned", "failed", "unassigned"


def ids(client: DpsClient, where: Where | None) -> Iterator[str]:
    """The IDs of the individual enrollments that `where` takes, each once. Raises ServiceError."""
    if where:
        # a condition may be on any member
        client.enrollments.versions.require(Need.WHOLE)
    seen = set()
    for record in client.enrollments.query():
        id = record.get(client.enrollments.id_member)
        # one that moves to another page while others write is listed twice
        if isinstance(id, str) and id.lower() not in seen and (where is None or where.holds(record)):
            seen.add(id.lower())
            yield id


def of(client: DpsClient, ids: Iterable[str]) -> Iterator[tuple[str, Json | None]]:
    """The state of each individual enrollment, None for one that does not exist any more.

    Only the response for a single enrollment has it. One that never registered has the status `unassigned` and no ETag.
    Raises ServiceError.
    """
    for id, record in fetched(client.enrollments, ids, lambda enrollments, id: enrollments.get(id)):
        if isinstance(record, ServiceError) and record.not_found:
            yield id, None
        elif isinstance(record, Exception):
            raise record
        else:
            state = record.get("registrationState")
            yield id, state if isinstance(state, dict) else {"registrationId": id}


def status(state: Json) -> str:
    """The status of a state in lower case, '' without one."""
    return str(state.get("status") or "").lower()
