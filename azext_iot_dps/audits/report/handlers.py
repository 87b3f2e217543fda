"""report: `client` has enrollments, enrollment groups and registrations, and the linked hubs where they are known."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import datetime, timedelta, timezone
from typing import Any

from azext_iot_dps.audits.collecting import collecting
from azext_iot_dps.audits.factory import Audited, Reported
from azext_iot_dps.audits.report.numbers import Numbers
from azext_iot_dps.audits.report.outcome import Outcome
from azext_iot_dps.audits.report.page import page
from azext_iot_dps.audits.report.reading import completed
from azext_iot_dps.audits.selecting import selected
from azext_iot_dps.cli.interrupts import Interrupts
from azext_iot_dps.cli.listing import listed
from azext_iot_dps.cli.progress import shown
from azext_iot_dps.cli.replacing import replacement
from azext_iot_dps.cli.where import Where
from azext_iot_dps.record.audit.check import Facts
from azext_iot_dps.record.audit.table import Audit
from azext_iot_dps.record.paths import Json
from azext_iot_dps.service.versions import Need


def report_fleet(
    cmd: Any,
    client: Reported,
    file: str | None = None,
    with_registrations: bool = False,
    with_keys: bool = False,
    expires_within: int = 30,
    disabled_for: int = 90,
    where: Where | None = None,
) -> Json:
    """Read all enrollments and enrollment groups; the result has their numbers, and the page the findings too."""
    start, now = time.monotonic(), datetime.now(timezone.utc)
    numbers, audits = Numbers(now), []
    registrations = client.registrations if with_registrations else None
    spans = timedelta(days=expires_within), timedelta(days=disabled_for)
    records = client.sources[0].records
    records.versions.require(Need.WHOLE)
    with Interrupts(), replacement("--file", file, private=False) if file else nullcontext() as target:
        try:
            for source in client.sources:
                audit = Audit(Facts(source.kind, *spans, with_keys, source.linked, now))
                with shown(cmd.cli_ctx, f"Read {source.kind.plural}:") as report:
                    found = selected(listed(source.records), audit, where, report)
                    read = completed(source, found, with_keys, registrations)
                    audits.append((source.kind, _audited(source, audit, read, numbers)))
        finally:
            # what is under way when the reader stopped in the middle
            records.pace.stop()
        outcome = Outcome(records.host, now, numbers, audits, with_registrations)
        if target:
            target.file.write(page(outcome))
    return {**outcome.json(), "seconds": round(time.monotonic() - start, 3)}


def _audited(source: Audited, audit: Audit, read: Iterable[tuple[Json, Iterable[Json]]], numbers: Numbers) -> Json:
    """Count records, each with its registration states; returns the result of their audit."""
    with collecting(audit, None, None) as collected:
        for stored, states in read:
            numbers.add(source.kind, stored)
            for state in states:
                numbers.add_registration(source.kind, state)
            collected.audited += 1
            for finding in audit.of(stored):
                collected.add(finding)
        for finding in audit.at_end():
            collected.add(finding)
        result = collected.end(source.records.host)
    numbers.add_audit(source.kind, result)
    return result
