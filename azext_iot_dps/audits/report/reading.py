"""What a list does not show of each record: symmetric keys and registrations, each read by a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from azext_iot_dps.audits.factory import Audited
from azext_iot_dps.cli.fetching import fetched
from azext_iot_dps.cli.listing import has_keys
from azext_iot_dps.record.paths import Json, as_object
from azext_iot_dps.service.client import Registrations
from azext_iot_dps.service.enrollments import Enrollments
from azext_iot_dps.service.failure import ServiceError


def completed(
    source: Audited, found: Iterable[Json], with_keys: bool, registrations: Registrations | None
) -> Iterator[tuple[Json, Iterable[Json]]]:
    """Listed records, with their keys if these are wanted, and each with its registration states, if those are.

    The states of a group must be used before the next record. Records that are deleted meanwhile are left out. Raises
    ServiceError.
    """
    id_member, signing = source.kind.id_member, source.kind.signing
    with_state = registrations is not None and not signing

    def more(records: Enrollments, stored: Json) -> tuple[Any, Json]:
        id = stored.get(id_member)
        if not isinstance(id, str):
            return None, {}
        keys = records.attestation(id) if with_keys and has_keys(stored) else None
        # a list may show it in the future
        state = stored.get("registrationState") or (with_state and records.get(id).get("registrationState"))
        return keys, as_object(state)

    for stored, got in fetched(source.records, found, more) if with_keys or with_state else _alone(found):
        if isinstance(got, ServiceError) and got.not_found:
            continue
        if isinstance(got, Exception):
            raise got
        keys, state = got
        record = {**stored, "attestation": keys} if keys else stored
        if registrations is None:
            yield record, ()
        elif signing:
            yield record, _of_group(registrations, stored.get(id_member))
        else:
            yield record, (state,) if state else ()


def _alone(found: Iterable[Json]) -> Iterator[tuple[Json, tuple[None, Json]]]:
    return ((stored, (None, {})) for stored in found)


def _of_group(registrations: Registrations, id: Any) -> Iterator[Json]:
    """The states of the devices of a group; none if it was deleted meanwhile."""
    try:
        yield from registrations.query(id) if isinstance(id, str) else ()
    except ServiceError as error:
        if not error.not_found:
            raise
