"""What one worker does with up to ten records, and the outcome of each."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import NamedTuple

from azext_iot_dps.fleets.formats import ImportMode
from azext_iot_dps.fleets.loading import Item, warn
from azext_iot_dps.record.comparison import matches
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.violation import Violations
from azext_iot_dps.service import pace
from azext_iot_dps.service.connection import Lost
from azext_iot_dps.service.enrollments import Enrollments
from azext_iot_dps.service.failure import EXISTS_CODES, Reason, ServiceError
from azext_iot_dps.service.responses import Refused
from azext_iot_dps.service.retry import NOT_CARRIED_OUT_STATUSES, RETRYABLE_STATUSES, THROTTLED, Tries

Pair = tuple[Item, Json]

CREATE, UPDATE, DELETE = "create", "updateIfMatchETag", "delete"
# Statuses of a call that concern a record in it, and those that every other call would get too.
PER_RECORD_STATUSES = frozenset({400, 413})
FATAL_STATUSES = frozenset({401, 403})
# What has no status and concerns one record, not the service.
_PER_RECORD_REASONS = frozenset({Reason.NO_KEYS, Reason.EXISTS, Reason.INCOMPLETE})


class Failure(NamedTuple):
    """A record that was not imported, and why: the service's code and message, or the rulebook's without a code."""

    line: int
    id: str
    code: int | str | None
    message: str


class BatchWorker:
    """Carries out batches of a mode over a connection of its own. Its methods raise no ServiceError."""

    def __init__(self, records: Enrollments, kind: Kind, mode: ImportMode):
        self._records, self._kind, self._mode = records, kind, mode
        # what every further call would get too
        self.fatal_error: ServiceError | None = None
        # because of an interruption
        self.not_sent: list[Item] = []

    def process(self, items: list[Item]) -> list[Failure]:
        """Do with the records what the mode says; records that are not among the failures have succeeded."""
        if self._mode is ImportMode.DELETE:
            return self._send(DELETE, [(item, item.deletion) for item in items])
        if self._mode is ImportMode.UPDATE:
            return self._update(items)
        created = [(item, item.created) for item in items if item.created]
        failures = self._send(CREATE, created)
        if self._mode is ImportMode.CREATE:
            return failures
        existing = {failure.id for failure in failures if failure.code in EXISTS_CODES}
        refused = [failure for failure in failures if failure.id not in existing]
        done = {item.id for item, _ in created} - existing
        failed = {failure.id for failure in failures}
        for item in items:
            if item.created and item.id not in failed:
                warn(item.line, item.warnings)
        return refused + self._update([item for item in items if item.id not in done])

    def _update(self, items: list[Item]) -> list[Failure]:
        pairs, failures = [], []
        for item in items:
            try:
                if self.fatal_error:
                    raise self.fatal_error
                pairs.append((item, self._desired(item)))
            except ServiceError as error:
                failures += self._failure(item, error)
            except Violations as error:
                failures.append(Failure(item.line, item.id, None, " ".join(item.told(error.violations))))
        return failures + self._send(UPDATE, pairs)

    def _desired(self, item: Item) -> Json:
        """The record that replaces the stored one, with the ETag that the stored one must have."""
        patch = item.patch
        if patch.shows_all:
            return patch.over(patch.members)
        stored = self._records.keyed(item.id, self._records.get(item.id))
        etag = patch.etag or stored.get("etag")
        if not isinstance(etag, str):
            message = f"The service returned '{item.id}' without an ETag. It was not changed."
            raise ServiceError(Reason.INCOMPLETE, message)
        desired = {**patch.over(stored), "etag": etag}
        warn(item.line, item.told(patch.notes))
        return desired

    def _send(self, operation: str, pairs: list[Pair]) -> list[Failure]:
        failures: list[Failure] = []
        tries = Tries(self._records.pace)
        while pairs:
            sent, started = pace.clock(), datetime.now(timezone.utc)
            try:
                refused = self._records.bulk(operation, [body for _, body in pairs], tries)
            except ServiceError as error:
                return failures + self._failed(operation, pairs, Lost(error, started))
            transient, unknown_before = [], tries.outcome_unknown
            for item, body in pairs:
                reason = refused.get(item.id.lower())
                if reason and reason.status in RETRYABLE_STATUSES:
                    transient.append((item, body))
                    tries.outcome_unknown |= reason.status not in NOT_CARRIED_OUT_STATUSES
                elif reason:
                    failures += self._settled(operation, item, body, reason, unknown_before)
            reasons = [refused[item.id.lower()] for item, _ in transient]
            if reasons and not _another(tries, reasons, sent, len(reasons) < len(pairs)):
                failures += [Failure(item.line, item.id, *reason) for (item, _), reason in zip(transient, reasons)]
                return failures
            pairs = transient
        return failures

    def _settled(self, operation: str, item: Item, body: Json, reason: Refused, unknown_before: bool) -> list[Failure]:
        """Nothing when a refusal only says that the record is already as it should be.

        An earlier attempt without a response made it so; an upsert may be the second of a file.
        """
        status = reason.status
        if operation == DELETE and status == 400:
            return self._alone(operation, item, body)
        if unknown_before and operation == DELETE and status == 404:
            return []
        may_match = unknown_before or (self._mode is ImportMode.UPSERT and operation == UPDATE)
        if may_match and operation != DELETE and status in (409, 412) and self._matches(item, body):
            return []
        return [Failure(item.line, item.id, *reason)]

    def _matches(self, item: Item, body: Json) -> bool:
        try:
            return matches(body, self._records.read_back(item.id))
        except ServiceError:
            return False

    def _failed(self, operation: str, pairs: list[Pair], call: Lost) -> list[Failure]:
        """The outcome of the records of a call that failed as a whole."""
        error = call.error
        if error.status in PER_RECORD_STATUSES:
            return [failure for item, body in pairs for failure in self._alone(operation, item, body)]
        if not error.outcome_unknown:
            if _is_fatal(error) or error.status not in RETRYABLE_STATUSES:
                self._stop(error)
            return [failure for item, _ in pairs for failure in self._failure(item, error)]
        return [failure for item, body in pairs for failure in self._looked_up(operation, item, body, call)]

    def _looked_up(self, operation: str, item: Item, body: Json, call: Lost) -> list[Failure]:
        error = call.error
        try:
            if operation == DELETE:
                self._records.delete(item.id, body.get("etag") or "*", call)
                return []
            stored = self._records.look_up(error, item.id)
        except ServiceError as unknown:
            # the outcome is unknown, and requests for the other records would fail in the same way
            self._stop(unknown)
            return self._failure(item, unknown)
        if stored is not None and matches(body, stored):
            return []
        if stored is not None and operation == CREATE:
            exists = self._records.exists_error(item.id)
            return [Failure(item.line, item.id, EXISTS_CODES[self._kind.signing], exists.message)]
        return [_failed(item, error)]

    def _alone(self, operation: str, item: Item, body: Json) -> list[Failure]:
        """One record by a call of its own, since the call of several was refused."""
        etag = body.get("etag")
        try:
            if operation == DELETE:
                self._records.delete(item.id, etag or "*")
            else:
                self._records.put(item.id, body, etag if operation == UPDATE else None)
        except ServiceError as error:
            return self._failure(item, error)
        return []

    def _failure(self, item: Item, error: ServiceError) -> list[Failure]:
        """Stops the other workers too when they would fail in the same way. What was not sent is no failure."""
        if error.reason is Reason.STOPPED:
            self.not_sent.append(item)
            return []
        if _is_fatal(error):
            self._stop(error)
        return [_failed(item, error)]

    def _stop(self, error: ServiceError) -> None:
        self.fatal_error = self.fatal_error or error
        self._records.pace.stop()


def _another(tries: Tries, reasons: list[Refused], sent: float, progress: bool) -> bool:
    """Whether to send records again that a call refused for these reasons; `progress` is whether it took others."""
    message = reasons[0].message
    if all(reason.status == THROTTLED for reason in reasons):
        return tries.throttled_in_part(message, sent, progress)
    return tries.another(message)


def _failed(item: Item, error: ServiceError) -> Failure:
    return Failure(item.line, item.id, error.code, str(error))


def _is_fatal(error: ServiceError) -> bool:
    if not error.answered:
        return error.reason not in _PER_RECORD_REASONS
    return error.status in FATAL_STATUSES or error.retry_after is not None
