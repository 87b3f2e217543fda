"""Every record of a service → a file, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from azext_iot_dps.fleets.fetching import fetched
from azext_iot_dps.fleets.formats import FileFormat
from azext_iot_dps.fleets.writing import Writer
from azext_iot_dps.record import attestation, columns
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json, get
from azext_iot_dps.service.connection import PAGE
from azext_iot_dps.service.enrollments import Enrollments
from azext_iot_dps.service.failure import ServiceError


@dataclass
class Exported:
    """How many records there are, and how many of them the file does not hold completely."""

    count: int = 0
    without_keys: int = 0
    without_certificates: int = 0
    not_in_csv: int = 0


def export(
    records: Enrollments, kind: Kind, writer: Writer, format: FileFormat, show_keys: bool, report: Callable[[int], None]
) -> Exported:
    """Write all records, each id once, holding no more than a page of them."""
    exported = Exported()
    for stored in _keyed(records) if show_keys else _listed(records):
        exported.count += 1
        if _has_keys(stored) and not get(stored, "attestation.symmetricKey"):
            exported.without_keys += 1
        if get(stored, f"attestation.x509.{kind.certificates}"):
            exported.without_certificates += 1
        if format is FileFormat.CSV:
            cells = columns.row(kind, stored)
            exported.not_in_csv += not columns.holds_all(kind, stored, cells)
            writer.write(cells)
        else:
            writer.write(stored)
        if exported.count % PAGE == 0:
            report(exported.count)
    return exported


def _listed(records: Enrollments) -> Iterator[Json]:
    """All records; one that moves to another page while others write is listed twice, and comes once."""
    seen = set()
    for stored in records.query():
        id = stored.get(records.id_member)
        # the service ignores the letter case of ids
        key = id.lower() if isinstance(id, str) else None
        if key is None or key not in seen:
            seen.add(key)
            yield stored


def _keyed(records: Enrollments) -> Iterator[Json]:
    """All records with their keys, except those that are deleted meanwhile."""
    id_member = records.id_member

    def keys(records: Enrollments, stored: Json) -> Json | None:
        has_some = _has_keys(stored) and isinstance(stored.get(id_member), str)
        return records.attestation(stored[id_member]) if has_some else None

    try:
        for stored, shown in fetched(records, _listed(records), keys):
            if isinstance(shown, ServiceError) and shown.not_found:
                continue
            if isinstance(shown, Exception):
                raise shown
            yield {**stored, "attestation": shown} if shown else stored
    finally:
        # what is under way when the reader stopped in the middle
        records.pace.stop()


def _has_keys(stored: Json) -> bool:
    return attestation.stored_type(stored) == attestation.SYMMETRIC_KEY
