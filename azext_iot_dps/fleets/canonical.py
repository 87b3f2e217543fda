"""Records in an order, and without what changes by itself: exports of the same fleet are byte for byte the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

from azext_iot_dps.fleets.spool import Spool
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.schema import READ_ONLY

ETAG = "etag"


def canonical(stored: Json) -> Json:
    """The record without ETag and read-only members; the members of all objects are sorted by name."""
    kept = {name: value for name, value in stored.items() if name not in READ_ONLY and name != ETAG}
    return _sorted(kept)  # type: ignore[no-any-return]


def by_id(records: Iterable[Json], id_member: str) -> Iterator[Json]:
    """All records, by id regardless of letter case; none comes before the last one was read. Raises DiskFull.

    Ids differ in more than letter case, as they do in a list of the service.
    """
    with closing(Spool()) as spool:
        for record in records:
            id = record.get(id_member)
            # the service could return anything: what has no id comes first
            spool.add(id if isinstance(id, str) and id else f"\0{spool.count}", record)
        yield from spool.by_id()


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
