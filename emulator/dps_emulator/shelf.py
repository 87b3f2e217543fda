"""A collection of records by id, in the order in which the service lists them."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import islice
from threading import RLock
from typing import Any

from . import stamps
from .state import Table

Record = dict[str, Any]


class Shelf:
    """Records by id; ids are compared without regard to case.

    A stored record is replaced, never changed. A page costs as much as the page is long.
    """

    def __init__(
        self, id_member: str, records: Table, prepare: Callable[[Record], Record] = lambda record: record
    ) -> None:
        """`records` is where they are kept, by id in lower case; existing ones are on the shelf."""
        self.id_member = id_member
        self.lock = RLock()
        self._prepare = prepare
        self._records = records
        self._positions = sorted(map(_position, records))

    def __getitem__(self, id: str) -> Record:
        record: Record = self._records[id.lower()]
        return record

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and id.lower() in self._records

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[str]:
        """The ids as stored, in the order of a listing."""
        return (self._at(position)[self.id_member] for position in list(self._positions))

    def get(self, id: str) -> Record | None:
        return self._records.get(id.lower())

    def values(self) -> list[Record]:
        return [self._at(position) for position in self._positions]

    def put(self, record: Record) -> Record:
        """Seed a record as it is; an etag and dates are filled in where absent, certificates become their info."""
        copy = json.loads(json.dumps(record))
        created = copy.get("createdDateTimeUtc") or stamps.now()
        fresh = {"etag": stamps.etag(), "createdDateTimeUtc": created, "lastUpdatedDateTimeUtc": created}
        return self.store(self._prepare({**copy, **{name: copy.get(name) or fresh[name] for name in fresh}}))

    def store(self, record: Record) -> Record:
        id = record[self.id_member].lower()
        with self.lock:
            if id not in self._records:
                insort(self._positions, _position(id))
            self._records[id] = record
        return record

    def remove(self, id: str) -> None:
        with self.lock:
            del self._records[id.lower()]
            del self._positions[bisect_left(self._positions, _position(id.lower()))]

    def clear(self) -> None:
        with self.lock:
            self._records.clear()
            self._positions.clear()

    def page(
        self, size: int, after: str = "", wanted: Callable[[Record], bool] = lambda record: True
    ) -> tuple[list[Record], str | None]:
        """Up to `size` records behind a position, and the last one's position if more may follow."""
        with self.lock:
            start = bisect_right(self._positions, after)
            behind = (self._positions[index] for index in range(start, len(self._positions)))
            found = list(islice((position for position in behind if wanted(self._at(position))), size + 1))
            more = found[size - 1] if len(found) > size else None
            return [self._at(position) for position in found[:size]], more

    def _at(self, position: str) -> Record:
        return self[position[_DIGITS:]]


_DIGITS = 16


def _position(id: str) -> str:
    """Where a record stands: neither by id nor by date, and the same in every run."""
    return sha256(id.encode()).hexdigest()[:_DIGITS] + id
