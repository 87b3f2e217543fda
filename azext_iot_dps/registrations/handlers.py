"""The handlers of registrations."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from azext_iot_dps.cli.where import Where
from azext_iot_dps.registrations import states
from azext_iot_dps.registrations.states import Json
from azext_iot_dps.registrations.watching import OfEnrollments, OfGroup
from azext_iot_dps.registrations.watching import watch as watched
from azext_iot_dps.service.client import DpsClient


def list_enrollment_registrations(
    cmd: Any,
    client: DpsClient,
    status: list[str] | None = None,
    where: Where | None = None,
    top: int | None = None,
    watch: bool = False,
    until: int | None = None,
    interval: int | None = None,
) -> list[Json]:
    """The registration states of individual enrollments; with `watch` once all or `until` of them are assigned."""
    try:
        if watch:
            return _selected(watched(cmd.cli_ctx, OfEnrollments(client, where, until), until, interval), status, top)
        # no more is read than is returned
        listed = islice(states.ids(client, where), None if status else top)
        return _selected((state for _, state in states.of(client, listed) if state), status, top)
    finally:
        # what is under way when enough was read
        client.enrollments.pace.stop()


def list_registrations(
    cmd: Any,
    client: DpsClient,
    group_id: str,
    top: int | None = None,
    status: list[str] | None = None,
    watch: bool = False,
    until: int | None = None,
    interval: int | None = None,
) -> list[Json]:
    """The registration states of the devices of a group; with `watch` once all or `until` of them are assigned."""
    if watch:
        return _selected(watched(cmd.cli_ctx, OfGroup(client, group_id), until, interval), status, top)
    return _selected(client.registrations.query(group_id, None if status else top), status, top)


def show_registration(client: DpsClient, registration_id: str) -> Json:
    """The registration state of one device."""
    return client.registrations.get(registration_id)


def delete_registration(client: DpsClient, registration_id: str, etag: str | None = None) -> None:
    """Delete the registration state of one device, in any version without an ETag."""
    client.registrations.delete(registration_id, etag or "*")


def _selected(found: Iterable[Json], status: list[str] | None, top: int | None) -> list[Json]:
    return list(islice((state for state in found if not status or states.status(state) in status), top))
