"""Reprovisioning policy: one word on the command line, two booleans for the service."""

from __future__ import annotations

from azext_iot_dps.enums import Reprovision
from azext_iot_dps.models import ReprovisionPolicy

_FIELDS = ("update_hub_assignment", "migrate_device_data")
_FLAGS = {
    Reprovision.MIGRATE: (True, True),
    Reprovision.RESET: (True, False),
    Reprovision.NEVER: (False, False),
}


def policy(name: str | None) -> ReprovisionPolicy | None:
    """The policy of that name; None when none was named."""
    return None if name is None else ReprovisionPolicy(**dict(zip(_FIELDS, _FLAGS[Reprovision(name)])))


def flags(name: str) -> dict[str, bool]:
    """The same as the service spells it. Raises ValueError for a name that is none."""
    return dict(zip((ReprovisionPolicy._attribute_map[field]["key"] for field in _FIELDS), _FLAGS[Reprovision(name)]))
