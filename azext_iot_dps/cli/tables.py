"""Rows for `-o table` that fit a terminal of 120 columns; the JSON has everything."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.service.redaction import printable

Row = dict[str, Any]

# Characters of a line, those between two columns, and those by which azure-cli makes a column wider than its name.
WIDTH, GAP, PADDING = 120, 2, 2
# Columns that are shortened where a row is too long, and their least width. IDs never are: people copy them.
_ELASTIC, _LEAST = ("Substatus", "Hubs", "AssignedHub", "DeviceId", "Error"), 11


def fitted(rows: list[Row], shortened: tuple[str, ...] = _ELASTIC) -> list[dict[str, str]]:
    """The rows with the columns that any of them fills, the widest of `shortened` cut until a line holds them.

    All rows have the same columns in the same order: azure-cli would sort the columns by row otherwise.
    """
    used = [name for name in (rows[0] if rows else ()) if any(row[name] for row in rows)]
    texts = [{name: printable(str(row[name] or "")) for name in used} for row in rows]
    widths = {name: max(len(name) + PADDING, *(len(row[name]) for row in texts)) for name in used}
    elastic = [name for name in used if name in shortened]
    while elastic and sum(widths.values()) + GAP * (len(used) - 1) > WIDTH:
        widest = max(elastic, key=widths.__getitem__)
        if widths[widest] <= max(_LEAST, len(widest) + PADDING):
            break
        widths[widest] -= 1
    return [{name: _cut(row[name], widths[name]) for name in used} for row in texts]


def registration_row(state: Row) -> Row:
    """The columns of a registration state, as registrations and devices show them."""
    return {
        "RegistrationId": state.get("registrationId"),
        "Status": state.get("status"),
        "Substatus": state.get("substatus"),
        "AssignedHub": state.get("assignedHub"),
        "DeviceId": state.get("deviceId"),
    }


def several(result: Any) -> list[Any]:
    """The result as a list, whether it is one or not."""
    return result if isinstance(result, list) else [result]


def part(record: Row, name: str) -> Row:
    """A member of a record that is an object, or {}."""
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def short(hub: Any) -> str | None:
    """The name of a hub from its host name, which is unique within a cloud."""
    return hub.partition(".")[0] if isinstance(hub, str) else None


def moment(text: Any) -> Any:
    """A time of the service in UTC without fractions of a second."""
    return f"{text[:19]}Z" if isinstance(text, str) and len(text) > 19 else text


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
