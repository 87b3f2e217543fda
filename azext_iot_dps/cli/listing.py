"""Every record of a service, page by page, as commands read it that look at all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from azext_iot_dps.cli.fetching import fetched
from azext_iot_dps.record import attestation
from azext_iot_dps.record.paths import Json
from azext_iot_dps.service.enrollments import Enrollments
from azext_iot_dps.service.failure import ServiceError


def listed(records: Enrollments) -> Iterator[Json]:
    """All records; one that moves to another page while others write is listed twice, and comes once."""
    seen = set()
    for stored in records.query():
        id = stored.get(records.id_member)
        # the service ignores the letter case of ids
        key = id.lower() if isinstance(id, str) else None
        if key is None or key not in seen:
            seen.add(key)
            yield stored


def keyed(records: Enrollments, found: Iterable[Json]) -> Iterator[Json]:
    """Listed records with their keys, in their order, except those that are deleted meanwhile. Raises ServiceError."""
    id_member = records.id_member

    def keys(records: Enrollments, stored: Json) -> Json | None:
        has_some = has_keys(stored) and isinstance(stored.get(id_member), str)
        return records.attestation(stored[id_member]) if has_some else None

    try:
        for stored, shown in fetched(records, found, keys):
            if isinstance(shown, ServiceError) and shown.not_found:
                continue
            if isinstance(shown, Exception):
                raise shown
            yield {**stored, "attestation": shown} if shown else stored
    finally:
        # what is under way when the reader stopped in the middle
        records.pace.stop()


def has_keys(stored: Json) -> bool:
    """Whether the record has symmetric keys, which a list does not show."""
    return attestation.stored_type(stored) == attestation.SYMMETRIC_KEY
