"""What a report has to say: the numbers, and the worst of the findings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from azext_iot_dps.audits.report.breakdown import Row
from azext_iot_dps.audits.report.numbers import SECTIONS, Numbers, Section
from azext_iot_dps.record.audit.check import Severity
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json


class Outcome(NamedTuple):
    """`audits` are the results of audits, each with the kind of what it checked; `time` is in UTC."""

    host: str
    time: datetime
    numbers: Numbers
    audits: list[tuple[Kind, Json]]
    with_registrations: bool

    def json(self) -> Json:
        """The numbers, with a list for each section; null for registrations that were not read."""
        read = {section.name: rows for section, rows in self.sections()}
        enrollments, groups = self.numbers.totals[False], self.numbers.totals[True]
        return {
            "host": self.host,
            "time": f"{self.time:%Y-%m-%dT%H:%M:%SZ}",
            "enrollments": enrollments,
            "enrollmentGroups": groups,
            **{section.name: _json(read.get(section.name)) for section in SECTIONS},
            "skipped": [{"check": check, "reason": reason} for check, reason in self.skipped().items()],
            "notChecked": self.not_checked(),
        }

    def sections(self) -> list[tuple[Section, list[Row]]]:
        """What was counted."""
        counted = [section for section in SECTIONS if self.with_registrations or not section.of_registrations]
        return [(section, self.numbers.sections[section.name].rows()) for section in counted]

    def findings(self) -> Iterator[tuple[Kind, Json]]:
        """The findings that are kept, the worst first, each with the kind of the record."""
        for severity in Severity:
            for kind, result in self.audits:
                yield from ((kind, found) for found in result["findings"] if found["severity"] == severity.value)

    def found(self) -> int:
        """How many findings there are in all."""
        return sum(sum(result["severities"].values()) for _, result in self.audits)

    def skipped(self) -> dict[str, str]:
        """The names of checks that were not done, and why."""
        return {each["check"]: each["reason"] for _, result in self.audits for each in result["skipped"]}

    def not_checked(self) -> list[str]:
        """What no check can find."""
        return list(dict.fromkeys(text for _, result in self.audits for text in result["notChecked"]))


def _json(rows: list[Row] | None) -> list[Json] | None:
    if rows is None:
        return None
    return [{"value": row.value, "enrollments": row.enrollments, "enrollmentGroups": row.groups} for row in rows]
