"""The handlers of registrations."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.service.client import DpsClient


def list_registrations(client: DpsClient, group_id: str, top: int | None = None) -> list[dict[str, Any]]:
    """The registration states of the devices of a group, all or `top` of them."""
    return list(client.registrations.query(group_id, top))


def show_registration(client: DpsClient, registration_id: str) -> dict[str, Any]:
    """The registration state of one device."""
    return client.registrations.get(registration_id)


def delete_registration(client: DpsClient, registration_id: str, etag: str | None = None) -> None:
    """Delete the registration state of one device, in any version without an ETag."""
    client.registrations.delete(registration_id, etag or "*")
