"""Members of nested JSON objects by their dotted paths, such as `initialTwin.tags`."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def as_object(value: Any) -> Json:
    """The value when it is a JSON object, else an empty one: stored records may hold anything anywhere."""
    return value if isinstance(value, dict) else {}


def get(record: Json, path: str) -> Any:
    """The value at the path; None when it is absent or null."""
    value: Any = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def put(record: Json, path: str, value: Any) -> None:
    """Set the value at the path of a record that the caller owns; objects on the way are created."""
    *parents, last = path.split(".")
    for name in parents:
        record = record.setdefault(name, {})
    record[last] = value


def is_named(record: Json, path: str) -> bool:
    """Whether the record has the path at all, be its value null."""
    parent, _, last = path.rpartition(".")
    holder = get(record, parent) if parent else record
    return isinstance(holder, dict) and last in holder
