"""What -o table shows of audits and reports."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.tables import fitted

_COLUMNS = ("severity", "check", "id", "message")


def findings(result: dict[str, Any]) -> list[dict[str, str]]:
    """A row a finding, the worst first."""
    rows = [{name.capitalize(): finding[name] for name in _COLUMNS} for finding in result["findings"]]
    return fitted(rows, shortened=("Message",))


def numbers(result: dict[str, Any]) -> list[dict[str, str]]:
    """A row for each value of each section, with numbers of enrollments and of groups."""
    # here, since the command table is loaded without the rules of audits
    from azext_iot_dps.audits.report.numbers import SECTIONS

    rows = [("Total", {"value": "", **{name: result[name] for name in ("enrollments", "enrollmentGroups")}})]
    rows += [(section.title, row) for section in SECTIONS for row in result[section.name] or ()]
    return fitted(
        [
            {
                "Section": title,
                "Value": row["value"],
                "Enrollments": str(row["enrollments"]),
                "Groups": str(row["enrollmentGroups"]),
            }
            for title, row in rows
        ],
        shortened=("Value",),
    )
