"""audit: `client` has the enrollments or the enrollment groups, and the linked hubs where they are known."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from knack.log import get_logger

from azext_iot_dps.audits.collecting import collecting
from azext_iot_dps.audits.factory import Audited
from azext_iot_dps.audits.selecting import selected
from azext_iot_dps.cli.ending import DIFFERENT, exit_after_output
from azext_iot_dps.cli.interrupts import Interrupts
from azext_iot_dps.cli.listing import keyed, listed
from azext_iot_dps.cli.progress import shown
from azext_iot_dps.cli.where import Where
from azext_iot_dps.record.audit.check import Facts, Severity
from azext_iot_dps.record.audit.table import Audit
from azext_iot_dps.record.paths import Json
from azext_iot_dps.service.versions import Need

logger = get_logger(__name__)


def audit_enrollments(
    cmd: Any,
    client: Audited,
    expires_within: int = 30,
    disabled_for: int = 90,
    with_keys: bool = False,
    where: Where | None = None,
    fail_on: str | None = None,
    findings: str | None = None,
    sarif: str | None = None,
) -> Json:
    """Check each stored record; the result has the findings and their numbers."""
    start, records = time.monotonic(), client.records
    records.versions.require(Need.WHOLE)
    spans = timedelta(days=expires_within), timedelta(days=disabled_for)
    audit = Audit(Facts(client.kind, *spans, with_keys, client.linked))
    progress = shown(cmd.cli_ctx, f"Read {client.kind.plural}:")
    with Interrupts(), collecting(audit, findings, sarif) as collected, progress as report:
        taken = selected(listed(records), audit, where, report)
        for stored in keyed(records, taken) if with_keys else taken:
            collected.audited += 1
            for finding in audit.of(stored):
                collected.add(finding)
        for finding in audit.at_end():
            collected.add(finding)
        result = collected.end(records.host)
    if result["notShown"]:
        logger.warning("%d findings are not shown. Use --findings FILE to write all of them.", result["notShown"])
    if fail_on and any(collected.severities[each] for each in Severity if Severity(fail_on).includes(each)):
        exit_after_output(cmd.cli_ctx, DIFFERENT)
    return {**result, "seconds": round(time.monotonic() - start, 3)}
