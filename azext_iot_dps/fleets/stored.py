"""What a plan compares with: the records of the service, or those of other files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Protocol

from azext_iot_dps.cli.fetching import fetched
from azext_iot_dps.fleets.items import Item
from azext_iot_dps.fleets.loading import Loaded
from azext_iot_dps.record.paths import Json
from azext_iot_dps.service.connection import PAGE
from azext_iot_dps.service.enrollments import Enrollments
from azext_iot_dps.service.failure import ServiceError

# A record of a file with its place, and what is stored.
Found = tuple[int, Item, "Json | None"]


class Stored(Protocol):
    """Records to compare with. `shows_keys` is whether they have their symmetric keys when they are listed."""

    shows_keys: bool

    def listed(self, loaded: Loaded, everything: bool) -> Iterator[Json]:
        """The records: `everything`, or at least those that the files have too."""

    def keyed(self, records: Iterable[Found]) -> Iterator[tuple[Found, Json | None]]:
        """Records with their symmetric keys; None stands for one that is not there any more."""


class ServiceRecords:
    """Those of the service, by requests that read. Both methods raise ServiceError."""

    shows_keys = False

    def __init__(self, records: Enrollments, report: Callable[[int], None]):
        self._records, self._report = records, report

    def listed(self, loaded: Loaded, everything: bool) -> Iterator[Json]:
        """All of them, or as many pages as single requests would not be cheaper than the rest."""
        wanted, pages, count = loaded.total, 0, 0
        if not wanted and not everything:
            return
        listed = self._records.query()
        while page := list(islice(listed, PAGE)):
            pages += 1
            count += len(page)
            self._report(count)
            yield from page
            if pages >= wanted and not everything:
                break
        else:
            return
        missing = loaded.items(None)
        for _, stored in fetched(self._records, missing, lambda records, task: records.get(task[1].id)):
            if isinstance(stored, ServiceError) and stored.not_found:
                continue
            if isinstance(stored, Exception):
                raise stored
            yield stored

    def keyed(self, records: Iterable[Found]) -> Iterator[tuple[Found, Json | None]]:
        """Reads them one by one, several at a time."""

        def read(client: Enrollments, found: Found) -> Json:
            _, item, stored = found
            return client.keyed(item.id, stored or {})

        for found, keyed in fetched(self._records, records, read):
            if isinstance(keyed, ServiceError) and keyed.not_found:
                yield found, None
            elif isinstance(keyed, Exception):
                raise keyed
            else:
                yield found, keyed


class FileRecords:
    """Those of other files, as they would be stored."""

    shows_keys = True

    def __init__(self, before: Loaded):
        self._before = before

    def listed(self, loaded: Loaded, everything: bool) -> Iterator[Json]:
        """All of them, with the defaults of new records, where they are complete."""
        return (item.created or item.members for _, item, _ in self._before.items(None))

    def keyed(self, records: Iterable[Found]) -> Iterator[tuple[Found, Json | None]]:
        """They have what the files have."""
        return ((found, found[2]) for found in records)
