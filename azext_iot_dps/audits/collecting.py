"""Findings → the result that is printed, and files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO

from azext_iot_dps.audits.sarif import Sarif
from azext_iot_dps.cli.replacing import replacement
from azext_iot_dps.record.audit.check import Needs, Severity
from azext_iot_dps.record.audit.table import Audit, Finding
from azext_iot_dps.record.paths import Json

# Findings of a severity that are kept for the result; files have all of them.
SHOWN = 10_000

_LACKING = {
    Needs.KEYS: "Symmetric keys were not read. Use --with-keys.",
    Needs.HUBS: "The linked IoT hubs were not looked up in Azure Resource Manager. Use the name of the service "
    "(--dps-name) instead of --login or a host name.",
}


class Collected:
    """What an audit found so far, `audited` records in all; as many findings as there are to be shown are kept."""

    def __init__(self, audit: Audit, lines: IO[str] | None, log: Sarif | None):
        self._audit, self._lines, self._log = audit, lines, log
        self._checks: Counter[str] = Counter()
        self._kept: dict[Severity, list[Json]] = {severity: [] for severity in Severity}
        self.severities: Counter[Severity] = Counter()
        self.audited = 0

    def add(self, finding: Finding) -> None:
        """Count a finding, and write it to the files."""
        severity, told = finding.check.severity, finding.json()
        self.severities[severity] += 1
        self._checks[finding.check.name] += 1
        if len(self._kept[severity]) < SHOWN:
            self._kept[severity].append(told)
        if self._lines:
            self._lines.write(json.dumps(told) + "\n")
        if self._log:
            self._log.write(finding)

    def end(self, host: str) -> Json:
        """Complete the files; returns the result, the worst findings first."""
        skipped = [(check.name, _LACKING[needs]) for check, needs in self._audit.skipped()]
        not_checked = self._audit.not_checked()
        if self._log:
            self._log.end(host, [*skipped, *((None, text) for text in not_checked)])
        names = [check.name for check in self._audit.checks]
        without = dict(skipped)
        shown = [finding for severity in Severity for finding in self._kept[severity]][:SHOWN]
        return {
            "audited": self.audited,
            "severities": {severity.value: self.severities[severity] for severity in Severity},
            "checks": {name: self._checks[name] for name in names if name not in without},
            "skipped": [{"check": name, "reason": reason} for name, reason in skipped],
            "notChecked": not_checked,
            "findings": shown,
            "notShown": sum(self.severities.values()) - len(shown),
        }


@contextmanager
def collecting(audit: Audit, lines: str | None, log: str | None) -> Iterator[Collected]:
    """What takes findings, and writes them to these files; the files are there when all are, and not before.

    Raises FileOperationError when one cannot be written.
    """
    with ExitStack() as stack:
        findings = stack.enter_context(replacement("--findings", lines, private=False)).file if lines else None
        sarif = Sarif(stack.enter_context(replacement("--sarif", log, private=False)).file, audit) if log else None
        yield Collected(audit, findings, sarif)
