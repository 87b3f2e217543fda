"""The table of device configurations."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.tables import fitted


def configuration(result: dict[str, Any]) -> list[dict[str, str]]:
    """One row, with the members of the configuration or of what was written. Nothing is shortened."""
    return fitted([{name[0].upper() + name[1:]: value for name, value in result.items()}])
