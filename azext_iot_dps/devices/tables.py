"""The table of a registration by a device."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.tables import fitted, part, registration_row


def operation(result: dict[str, Any]) -> list[dict[str, str]]:
    """The row of the registration that a device requested."""
    return fitted([registration_row({**part(result, "registrationState"), "status": result.get("status")})])
