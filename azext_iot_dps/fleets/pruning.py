"""Stored records that no file has: deleted or disabled only while they are those that were listed."""

from __future__ import annotations

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


def refused(tasks: list[Task]) -> list[Failure]:
    """The failures of records without an ETag, which could be others by now."""
    return [task.failure(None, _NO_ETAG) for task in tasks if not task.item and not task.deletion.get("etag")]


def delete(records: Enrollments, task: Task) -> Done | Failure:
    """Delete a record that changed since it was listed. Raises ServiceError."""
    try:
        now = records.get(task.id)
        if _is_another(task, now):
            return task.failure(CHANGED, _ANOTHER)
        records.delete(task.id, str(now["etag"]))
    except ServiceError as error:
        if not error.not_found:
            raise
        return Done.GONE
    return Done.DELETED


def disable(records: Enrollments, task: Task) -> Done | Failure:
    """Disable a record, and change nothing else of it. Raises ServiceError."""
    is_another = False

    def change(stored: Json) -> tuple[Json, bool]:
        nonlocal is_another
        is_another = _is_another(task, stored)
        kept = {name: value for name, value in stored.items() if name not in READ_ONLY}
        return {**kept, "provisioningStatus": "disabled"}, not is_another

    try:
        records.update(task.id, change)
    except ServiceError as error:
        if not error.not_found:
            raise
        return Done.GONE
    return task.failure(CHANGED, _ANOTHER) if is_another else Done.UPDATED


def _is_another(task: Task, now: Json) -> bool:
    return bool(now.get(_CREATED) != (task.stored or {}).get(_CREATED))
