"""Every record of a service → a file, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from azext_iot_dps.cli.listing import has_keys, keyed, listed
from azext_iot_dps.cli.where import Where
from azext_iot_dps.fleets.canonical import ETAG, by_id, canonical
from azext_iot_dps.fleets.formats import FileFormat
from azext_iot_dps.fleets.writing import Writer
from azext_iot_dps.record import columns, schema
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json, get
from azext_iot_dps.service.connection import PAGE
from azext_iot_dps.service.enrollments import Enrollments


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
        if has_keys(stored) and not get(stored, "attestation.symmetricKey"):
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
    taken = (stored for stored in listed(records) if where is None or where.holds(stored))
    found = _counted(keyed(records, taken) if selection.show_keys else taken, report)
    if not selection.canonical:
        return found
    return by_id(map(canonical, found), records.id_member)


def _counted(found: Iterator[Json], report: Callable[[int], None]) -> Iterator[Json]:
    for count, stored in enumerate(found, 1):
        if count % PAGE == 0:
            report(count)
        yield stored
