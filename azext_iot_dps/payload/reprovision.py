"""Reprovisioning policy: one word on the command line, two booleans for the service."""

from __future__ import annotations

from azext_iot_dps.enums import Reprovision
from azext_iot_dps.models import ReprovisionPolicy

_FLAGS = {
    Reprovision.MIGRATE: (True, True),
    Reprovision.RESET: (True, False),
    Reprovision.NEVER: (False, False),
}


def policy(name: str | None) -> ReprovisionPolicy | None:
    """The policy of that name; None when none was named."""
    if name is None:
        return None
    update_hub_assignment, migrate_device_data = _FLAGS[Reprovision(name)]
    return ReprovisionPolicy(update_hub_assignment=update_hub_assignment, migrate_device_data=migrate_device_data)
