"""Every record of a service → a file, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from azext_iot_dps.cli.fetching import fetched
from azext_iot_dps.cli.where import Where
from azext_iot_dps.fleets.canonical import ETAG, by_id, canonical
from azext_iot_dps.fleets.formats import FileFormat
from azext_iot_dps.fleets.writing import Writer
from azext_iot_dps.record import attestation, columns, schema
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json, get
from azext_iot_dps.service.connection import PAGE
from azext_iot_dps.service.enrollments import Enrollments
from azext_iot_dps.service.failure import ServiceError


class Selection(NamedTuple):
    """Which records to export, and how: with symmetric keys, in an order that other exports share."""

    show_keys: bool = False
    canonical: bool = False
    where: Where | None = None


@dataclass
class Exported:
    """How many records there are, and how many of them the file does not hold completely."""

    count: int = 0
    without_keys: int = 0
    without_certificates: int = 0
    not_in_csv: int = 0


def columns_of(kind: Kind, canonical: bool) -> list[str]:
    """The columns of an exported CSV file."""
    return [name for name in schema.columns(kind) if not (canonical and name == ETAG)]


def export(
    records: Enrollments,
    kind: Kind,
    writer: Writer,
    format: FileFormat,
    selection: Selection,
    report: Callable[[int], None],
) -> Exported:
    """Write the records that are asked for, each id once, holding no more than a page of them."""
    exported, names = Exported(), columns_of(kind, selection.canonical)
    for stored in selected(records, selection, report):
        exported.count += 1
        if _has_keys(stored) and not get(stored, "attestation.symmetricKey"):
            exported.without_keys += 1
        if get(stored, f"attestation.x509.{kind.certificates}"):
            exported.without_certificates += 1
        if format is FileFormat.CSV:
            cells = columns.row(kind, stored)
            exported.not_in_csv += not columns.holds_all(kind, stored, cells)
            writer.write({name: cells[name] for name in names})
        else:
            writer.write(stored)
    return exported


def selected(records: Enrollments, selection: Selection, report: Callable[[int], None]) -> Iterator[Json]:
    """The records that are asked for, each id once. Raises ServiceError."""
    where = selection.where
    listed = (stored for stored in _listed(records) if where is None or where.holds(stored))
    found = _counted(_keyed(records, listed) if selection.show_keys else listed, report)
    if not selection.canonical:
        return found
    return by_id(map(canonical, found), records.id_member)


def _counted(found: Iterator[Json], report: Callable[[int], None]) -> Iterator[Json]:
    for count, stored in enumerate(found, 1):
        if count % PAGE == 0:
            report(count)
        yield stored


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


def _keyed(records: Enrollments, listed: Iterator[Json]) -> Iterator[Json]:
    """Listed records with their keys, except those that are deleted meanwhile."""
    id_member = records.id_member

    def keys(records: Enrollments, stored: Json) -> Json | None:
        has_some = _has_keys(stored) and isinstance(stored.get(id_member), str)
        return records.attestation(stored[id_member]) if has_some else None

    try:
        for stored, shown in fetched(records, listed, keys):
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
