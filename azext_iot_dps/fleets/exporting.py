"""Every record of a service → a file, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any

from azext_iot_dps.fleets import workers
from azext_iot_dps.fleets.formats import FileFormat
from azext_iot_dps.fleets.writing import Writer
from azext_iot_dps.record import attestation, columns
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json, get
from azext_iot_dps.service.connection import PAGE
from azext_iot_dps.service.enrollments import Enrollments
from azext_iot_dps.service.failure import ServiceError

# Calls for keys at a time.
AT_A_TIME = 4
# Seconds after which a wait can be interrupted.
TICK = 0.2


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
    asked, shown = SimpleQueue[Any](), SimpleQueue[Any]()
    clones = [records.clone() for _ in range(AT_A_TIME)]
    workers.start((partial(_read_keys, clone, asked, shown) for clone in clones), "show-keys")
    listed = _listed(records)
    try:
        while page := list(islice(listed, PAGE)):
            yield from _page_with_keys(page, records.id_member, asked, shown)
    finally:
        # what is left of the page when the reader stopped in the middle
        records.pace.stop()
        for _ in range(AT_A_TIME):
            asked.put(None)


def _page_with_keys(
    page: list[Json], id_member: str, asked: SimpleQueue[Any], shown: SimpleQueue[Any]
) -> Iterator[Json]:
    """The records of a page, in their order, once all of its keys are there."""
    places = [
        place for place, stored in enumerate(page) if _has_keys(stored) and isinstance(stored.get(id_member), str)
    ]
    for place in places:
        asked.put((place, page[place][id_member]))
    gone = set()
    for _ in places:
        place, answer = _got(shown)
        if isinstance(answer, ServiceError) and answer.not_found:
            gone.add(place)
        elif isinstance(answer, Exception):
            raise answer
        else:
            page[place] = {**page[place], "attestation": answer}
    return (stored for place, stored in enumerate(page) if place not in gone)


def _read_keys(records: Enrollments, asked: SimpleQueue[Any], shown: SimpleQueue[Any]) -> None:
    """What one worker does until it gets nothing more to do."""
    while task := asked.get():
        place, id = task
        try:
            shown.put((place, records.attestation(id)))
        # the thread that waits for the result raises it
        except Exception as error:
            shown.put((place, error))


def _got(queue: SimpleQueue[Any]) -> Any:
    """The next of a queue. On Windows a wait without an end cannot be interrupted."""
    while True:
        with suppress(Empty):
            return queue.get(timeout=TICK)


def _has_keys(stored: Json) -> bool:
    return attestation.stored_type(stored) == attestation.SYMMETRIC_KEY
