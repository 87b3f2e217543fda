"""Every record of a service → a file, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from queue import Empty, SimpleQueue
from threading import Thread
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
# Seconds after which a wait looks up.
TICK = 0.2


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
        proof = _object(stored.get("attestation"))
        if _has_keys(stored) and not proof.get(Attestation.SYMMETRIC_KEY.value):
            exported.without_keys += 1
        if _object(proof.get(Attestation.X509.value)).get(kind.certificates):
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
    pace, asked, shown = Pace(), SimpleQueue[Any](), SimpleQueue[Any]()
    for twin in [records.twin() for _ in range(AT_A_TIME)]:
        # daemons: who interrupts an export shall not wait for answers
        Thread(target=_ask, args=(twin, pace, asked, shown), name="show-keys", daemon=True).start()
    listed = records.query()
    try:
        while page := list(islice(listed, PAGE)):
            yield from _page_with_keys(page, records.id_member, asked, shown)
    finally:
        # what is left of the page when the reader stopped in the middle
        pace.stop()
        for _ in range(AT_A_TIME):
            asked.put(None)


def _page_with_keys(page, id_member, asked, shown):
    """The records of a page, in their order, as soon as all keys of it are there."""
    places = [
        place for place, stored in enumerate(page) if _has_keys(stored) and isinstance(stored.get(id_member), str)
    ]
    for place in places:
        asked.put((place, page[place][id_member]))
    gone = set()
    for _ in places:
        place, answer = _got(shown)
        if isinstance(answer, ResourceNotFoundError):
            gone.add(place)
        elif isinstance(answer, Exception):
            raise answer
        else:
            page[place] = {**page[place], "attestation": answer}
    return (stored for place, stored in enumerate(page) if place not in gone)


def _ask(records, pace, asked, shown):
    """What one worker does until it is given nothing more."""
    while task := asked.get():
        place, id = task
        try:
            if pace.wait():
                shown.put((place, records.attestation(id, pace.tries())))
        # whatever it is, who waits for the answer raises it
        except Exception as error:
            shown.put((place, error))


def _got(queue):
    """The next of a queue. Windows lets nobody interrupt a wait without an end."""
    while True:
        with suppress(Empty):
            return queue.get(timeout=TICK)


def _has_keys(stored):
    return attestation.kind(stored) == Attestation.SYMMETRIC_KEY.value


def _object(part):
    return part if isinstance(part, dict) else {}
