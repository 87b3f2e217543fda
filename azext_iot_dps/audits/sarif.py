"""Findings as a SARIF 2.1.0 log, written one after the other.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from typing import IO, Any

from azext_iot_dps.record.audit.table import Audit, Finding
from azext_iot_dps.service.connection import segment
from azext_iot_dps.service.failure import Kind as Path
from azext_iot_dps.version import VERSION

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "SERVICE"


class Sarif:
    """A log with one run. The place of a finding is the URL of the record, and its member."""

    def __init__(self, file: IO[str], audit: Audit):
        self._file, self._audit = file, audit
        self._path = (Path.GROUP if audit.facts.kind.signing else Path.ENROLLMENT).value
        self._indexes = {check.name: index for index, check in enumerate(audit.checks)}
        rules = [
            {
                "id": check.name,
                "shortDescription": {"text": f"{check.about[0].upper()}{check.about[1:]}."},
                "defaultConfiguration": {"level": check.severity.value},
            }
            for check in audit.checks
        ]
        driver = {"name": "azure-iot-dps audit", "version": VERSION, "rules": rules}
        head = f'{{"$schema":{json.dumps(_SCHEMA)},"version":"2.1.0","runs":[{{"tool":{{"driver":{json.dumps(driver)}}}'
        self._file.write(f'{head},"results":[')
        self._between = "\n"

    def write(self, finding: Finding) -> None:
        """Add a finding."""
        place = f"{self._path}/{segment(finding.id)}" if finding.id is not None else self._path
        member = finding.member or ""
        logical = {"fullyQualifiedName": f"{place}/{member}" if member else place, "kind": "resource"}
        if member:
            logical |= {"name": member, "kind": "member"}
        result = {
            "ruleId": finding.check.name,
            "ruleIndex": self._indexes[finding.check.name],
            "level": finding.check.severity.value,
            "message": {"text": finding.message},
            "locations": [
                {
                    # code scanning of GitHub takes results with a line of a file only
                    "physicalLocation": {
                        "artifactLocation": {"uri": place, "uriBaseId": _BASE},
                        "region": {"startLine": 1},
                    },
                    "logicalLocations": [logical],
                }
            ],
            # by which other programs know a finding of an earlier run again
            "partialFingerprints": {"checkIdMember/v1": f"{finding.check.name}/{place}/{member}"},
        }
        self._file.write(self._between + json.dumps(result))
        self._between = ",\n"

    def end(self, host: str, told: list[tuple[str | None, str]]) -> None:
        """Complete the log. `told` is what was not checked: the name of the check, if it is one, and a sentence."""
        notes: list[dict[str, Any]] = []
        for name, text in told:
            note = {"level": "note", "message": {"text": text}}
            rule = {"associatedRule": {"id": name, "index": self._indexes[name]}} if name else {}
            notes.append({**note, **rule})
        rest = {
            "originalUriBaseIds": {_BASE: {"uri": f"https://{host}/"}},
            "invocations": [{"executionSuccessful": True, "toolConfigurationNotifications": notes}],
        }
        self._file.write(f"\n],{json.dumps(rest)[1:-1]}}}]}}\n")
