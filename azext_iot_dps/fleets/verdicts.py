"""Which refusals concern one record, which every further call, and which pass."""

from __future__ import annotations

from datetime import datetime

from azext_iot_dps.fleets.tasks import Operation
from azext_iot_dps.service.connection import Lost
from azext_iot_dps.service.failure import PRECONDITION_CODE, Outcome, Reason, ServiceError
from azext_iot_dps.service.responses import Refused
from azext_iot_dps.service.retry import NOT_CARRIED_OUT_STATUSES, RETRYABLE_STATUSES, THROTTLED, Tries

# Statuses of a call that concern a record in it.
PER_RECORD_STATUSES = frozenset({400, 413})
NOT_FOUND, CHANGED = 404, 412


def passes(operation: Operation, reason: Refused) -> bool:
    """Whether a record is sent again as it is. A delete that may have succeeded could meet a newer record."""
    statuses = NOT_CARRIED_OUT_STATUSES if operation is Operation.DELETE else RETRYABLE_STATUSES
    return reason.status in statuses


def lost(reason: Refused, started: datetime) -> Lost:
    """A refusal of one record after which its outcome is unknown, such as an internal error."""
    error = ServiceError(Reason.REFUSED, reason.message, status=reason.status, code=reason.code)
    error.outcome = Outcome.UNKNOWN
    return Lost(error, started)


def has_changed(reason: Refused) -> bool:
    """Whether a record was refused because it was modified after its ETag was read."""
    return reason.status == CHANGED or reason.code == PRECONDITION_CODE


def another(tries: Tries, reasons: list[Refused], sent: float, progress: bool) -> bool:
    """Whether to send records again that a call refused for these reasons; `progress` is whether it took others."""
    message = reasons[0].message
    if all(reason.status == THROTTLED for reason in reasons):
        return tries.throttled_in_part(message, sent, progress)
    return tries.another(message)
