"""Initial twins whose parts an update by azure-iot wrapped in an object named additional_properties."""

from __future__ import annotations

from azext_iot_dps.exact_json import same
from azext_iot_dps.record.paths import Json, get, put
from azext_iot_dps.record.violation import Violation, Violations

_WRAPPER = "additional_properties"
_PARTS = ("initialTwin.tags", "initialTwin.properties.desired")


def wrapped(stored: Json) -> list[str]:
    """The paths of the wrapped parts of a stored record."""
    parts = ((path, get(stored, path)) for path in _PARTS)
    return [path for path, part in parts if isinstance(part, dict) and isinstance(part.get(_WRAPPER), dict)]


def unwrapped(stored: Json) -> Json:
    """The wrapped parts of a stored record as they were before, nested as in the record; {} when none is wrapped.

    Each update wrapped them once more, with members that were added since next to the wrapper: all of them stay. Raises
    Violations when a name has one value within a wrapper and another one next to it.
    """
    found: Json = {}
    for path in wrapped(stored):
        put(found, path, _merged(path, get(stored, path)))
    return found


def _merged(path: str, part: Json) -> Json:
    while isinstance(inner := part.get(_WRAPPER), dict):
        outer = {name: value for name, value in part.items() if name != _WRAPPER}
        for name in outer:
            if name in inner and not same(outer[name], inner[name]):
                raise Violations(
                    Violation((path,), f"{{0}} has two values of '{name}'. Set the right one with `update`.")
                )
        part = {**inner, **outer}
    return part
