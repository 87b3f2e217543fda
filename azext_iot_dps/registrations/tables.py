"""The table of registrations."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.tables import fitted, moment, registration_row, several


def registrations(result: Any) -> list[dict[str, str]]:
    """A row for each registration state."""
    rows = [
        {**registration_row(state), "LastUpdated": moment(state.get("lastUpdatedDateTimeUtc"))}
        for state in several(result)
    ]
    return fitted(rows)
