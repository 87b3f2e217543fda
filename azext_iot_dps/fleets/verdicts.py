"""Which refusals concern one record, which every further call, and which pass."""

from __future__ import annotations

from azext_iot_dps.service.failure import PRECONDITION_CODE, Reason, ServiceError
from azext_iot_dps.service.responses import Refused
from azext_iot_dps.service.retry import THROTTLED, Tries

# Statuses of a call that concern a record in it, and those that every other call would get too.
PER_RECORD_STATUSES = frozenset({400, 413})
FATAL_STATUSES = frozenset({401, 403})
# What has no status and concerns one record, not the service.
_PER_RECORD_REASONS = frozenset({Reason.NO_KEYS, Reason.EXISTS, Reason.INCOMPLETE, Reason.CONTENDED})
NOT_FOUND, CHANGED = 404, 412


def has_changed(reason: Refused) -> bool:
    """Whether a record was refused because it was modified after its ETag was read."""
    return reason.status == CHANGED or reason.code == PRECONDITION_CODE


def another(tries: Tries, reasons: list[Refused], sent: float, progress: bool) -> bool:
    """Whether to send records again that a call refused for these reasons; `progress` is whether it took others."""
    message = reasons[0].message
    if all(reason.status == THROTTLED for reason in reasons):
        return tries.throttled_in_part(message, sent, progress)
    return tries.another(message)


def is_fatal(error: ServiceError) -> bool:
    """Whether every further call would fail in the same way."""
    if not error.answered:
        return error.reason not in _PER_RECORD_REASONS
    return error.status in FATAL_STATUSES or error.retry_after is not None
