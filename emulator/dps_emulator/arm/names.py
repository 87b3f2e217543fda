"""What is fixed in Azure Resource Manager, and its commonest refusals."""

from __future__ import annotations

from secrets import token_bytes
from typing import Any

from ..refusal import Refusal
from ..stamps import encoded

PROVIDER = "Microsoft.Devices/provisioningServices"
API_VERSIONS = (
    "2017-08-21-preview",
    "2017-11-15",
    "2018-01-22",
    "2020-01-01",
    "2020-03-01",
    "2020-09-01-preview",
    "2021-10-15",
    "2022-02-05",
    "2022-12-12",
    "2023-03-01-preview",
    "2025-02-01-preview",
    "2026-06-01-preview",
    "2026-08-31",
    "2026-11-01",
)
SUBSCRIPTIONS = (
    {"id": "00000000-0000-0000-0000-0000000000aa", "name": "lab", "state": "Enabled"},
    {"id": "00000000-0000-0000-0000-0000000000ab", "name": "spare", "state": "Enabled"},
)
Json = dict[str, Any]


def bad(message: str, code: str = "BadRequest") -> Refusal:
    """400: what was sent cannot be carried out."""
    return Refusal(400, code, message)


def missing(type: str, name: str, group: str) -> Refusal:
    """404 for a resource; clients look for its code."""
    message = (
        f"The Resource '{type}/{name}' under resource group '{group}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    return Refusal(404, "ResourceNotFound", message)


def etag() -> str:
    """A new etag as Resource Manager writes them: eight bytes in base64."""
    return encoded(token_bytes(8))


def check_match(stored: Json | None, if_match: str | None) -> None:
    """412 unless an If-Match is absent, `*`, or the stored etag, with or without quotes."""
    if if_match is None:
        return
    wanted = if_match.strip().strip('"')
    if stored is None or wanted not in ("*", stored["etag"]):
        message = "The etag in If-Match is not that of the stored resource: read it again and repeat the request."
        raise Refusal(412, "PreconditionFailed", message)


def member(body: Any, name: str, type: type, default: Any = None) -> Any:
    """A member of a body, by default when absent or null; 400 for another type."""
    value = body.get(name) if isinstance(body, dict) else None
    if value is None:
        return default
    if not isinstance(value, type):
        raise bad(f"The value of {name} has the wrong type.")
    return value
