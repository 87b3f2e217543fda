"""Every record of a service → a file, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue
from typing import Any

from azure.cli.core.azclierror import ResourceNotFoundError

from azext_iot_dps.enums import Attestation, FileFormat
from azext_iot_dps.fleet import rows
from azext_iot_dps.fleet.kinds import Kind
from azext_iot_dps.fleet.writing import Writer
from azext_iot_dps.payload import attestation
from azext_iot_dps.service.client import PAGE, Enrollments
from azext_iot_dps.service.retry import Pace

Json = dict[str, Any]

# Calls for keys at a time.
AT_A_TIME = 4


@dataclass
class Exported:
    """How many records there are, and of how many the file does not hold all that an import would need."""

    count: int = 0
    without_keys: int = 0
    without_certificates: int = 0
    not_in_csv: int = 0


def export(
    records: Enrollments, kind: Kind, writer: Writer, format: FileFormat, show_keys: bool, report: Callable[[int], None]
) -> Exported:
    """Write all records, holding no more than a page of them."""
    exported = Exported()
    for stored in _keyed(records) if show_keys else records.query():
        exported.count += 1
        proof = stored.get("attestation") or {}
        if not show_keys and attestation.kind(stored) == Attestation.SYMMETRIC_KEY.value:
            exported.without_keys += 1
        if isinstance(proof.get("x509"), dict) and proof["x509"].get(kind.certificates):
            exported.without_certificates += 1
        if format is FileFormat.CSV:
            cells = rows.row(kind, stored)
            exported.not_in_csv += not rows.complete(kind, stored, cells)
            writer.write(cells)
        else:
            writer.write(stored)
        if exported.count % PAGE == 0:
            report(exported.count)
    return exported


def _keyed(records: Enrollments) -> Iterator[Json]:
    """All records with their keys; one that is deleted meanwhile is left out."""
    pace, twins = Pace(), SimpleQueue[Enrollments]()
    for _ in range(AT_A_TIME):
        twins.put(records.twin())

    def keyed(stored: Json) -> Json | None:
        if attestation.kind(stored) != Attestation.SYMMETRIC_KEY.value or not pace.wait():
            return stored
        twin = twins.get()
        try:
            shown = twin.attestation(str(stored[records.id_member]), pace.tries())
        except ResourceNotFoundError:
            return None
        finally:
            twins.put(twin)
        return {**stored, "attestation": shown}

    listed = records.query()
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        try:
            while page := list(islice(listed, PAGE)):
                yield from filter(None, pool.map(keyed, page))
        finally:
            # what is left of the page when the reader stopped in the middle
            pace.stop()
