"""The table of connection strings."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.tables import fitted, several


def connection_strings(result: Any) -> list[dict[str, str]]:
    """A row for each connection string, of one service or of several; none is shortened."""
    return fitted(
        [
            {"Name": entry.get("name"), "ConnectionString": string}
            for entry in several(result)
            for string in several(entry["connectionString"])
        ]
    )
