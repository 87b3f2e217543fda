"""Stored records that no file has: deleted or disabled only while they are those that were listed."""

from __future__ import annotations

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iot_dps.fleets.items import Failure
from azext_iot_dps.fleets.tasks import Done, Task
from azext_iot_dps.fleets.verdicts import CHANGED
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.schema import READ_ONLY
from azext_iot_dps.service.enrollments import Enrollments
from azext_iot_dps.service.failure import ServiceError

_NO_ETAG = "The service returned it without an ETag. It was not deleted."
_CREATED = "createdDateTimeUtc"
_ANOTHER = "Another client deleted it and created it again. It was left as it is."
_MOVED = "Another client changed it, and --where does not take it any more. It was left as it is."


def refused(tasks: list[Task]) -> list[Failure]:
    """The failures of records without an ETag, which could be others by now."""
    return [task.failure(None, _NO_ETAG) for task in tasks if not task.item and not task.deletion.get("etag")]


def delete(records: Enrollments, task: Task) -> Done | Failure:
    """Delete a record that changed since it was listed. Raises ServiceError."""
    try:
        now = records.get(task.id)
        reason = _reason_to_leave(task, now)
        if reason:
            return task.failure(CHANGED, reason)
        records.delete(task.id, str(now["etag"]))
    except ServiceError as error:
        if not error.not_found:
            raise
        return Done.GONE
    return Done.DELETED


def disable(records: Enrollments, task: Task) -> Done | Failure:
    """Disable a record, and change nothing else of it. Raises ServiceError."""
    reason = ""

    def change(stored: Json) -> tuple[Json, bool]:
        nonlocal reason
        reason = _reason_to_leave(task, stored)
        kept = {name: value for name, value in stored.items() if name not in READ_ONLY}
        return {**kept, "provisioningStatus": "disabled"}, not reason

    try:
        records.update(task.id, change)
    except ServiceError as error:
        if not error.not_found:
            raise
        return Done.GONE
    return task.failure(CHANGED, reason) if reason else Done.UPDATED


def _reason_to_leave(task: Task, now: Json) -> str:
    """Why a record is not the one that was to be pruned, as it is now; '' when it is."""
    if now.get(_CREATED) != (task.stored or {}).get(_CREATED):
        return _ANOTHER
    try:
        return "" if task.where is None or task.where.holds(now) else _MOVED
    except InvalidArgumentValueError as error:
        return str(error)
