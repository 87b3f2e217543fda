"""Initial twin and device information: the user's own JSON, of which no key is special."""

from __future__ import annotations

from azext_iot_dps.models import InitialTwin, InitialTwinProperties


def initial(tags: dict | None, properties: dict | None) -> InitialTwin | None:
    """The initial twin with the parts that hold something; an empty part is no part."""
    desired = InitialTwinProperties.given(desired=properties or None)
    return InitialTwin.given(tags=tags or None, properties=desired)


def cleared(tags: dict | None, properties: dict | None) -> dict[tuple[str, ...], dict | None]:
    """What was typed for the parts of the twin, by their paths in a record."""
    return {("initialTwin", "tags"): tags, ("initialTwin", "properties", "desired"): properties}


def without(record: dict, cleared: dict[tuple[str, ...], object]) -> dict:
    """`record` without the members that were cleared: those whose path leads to a typed, but empty, value.

    An object that this leaves empty goes too; what was empty before stays.
    """
    for path, typed in cleared.items():
        if typed is not None and not typed:
            record = _without(record, *path)
    return record


def _without(record, name, *rest):
    if name not in record:
        return record
    if rest and isinstance(record[name], dict):
        inner = _without(record[name], *rest)
        if inner == record[name] or inner:
            return {**record, name: inner}
    elif rest:
        return record
    return {key: value for key, value in record.items() if key != name}
