"""The records that are checked and counted, out of those that are listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from azext_iot_dps.cli.where import Where
from azext_iot_dps.record.audit.table import Audit
from azext_iot_dps.record.paths import Json
from azext_iot_dps.service.connection import PAGE


def selected(found: Iterator[Json], audit: Audit, where: Where | None, report: Callable[[int], None]) -> Iterator[Json]:
    """Those for which `where` holds; the audit takes note of all, and `report` gets the number read so far."""
    for number, stored in enumerate(found, 1):
        if number % PAGE == 0:
            report(number)
        audit.count(stored)
        if where is None or where.holds(stored):
            yield stored
