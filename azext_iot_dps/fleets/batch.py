"""What one worker does with up to ten records, and the outcome of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone

from azext_iot_dps.fleets import pruning, verdicts
from azext_iot_dps.fleets.formats import ImportMode
from azext_iot_dps.fleets.items import Failure, warn
from azext_iot_dps.fleets.tasks import DONE, Done, Operation, Pair, Task
from azext_iot_dps.fleets.verdicts import CHANGED, NOT_FOUND, another
from azext_iot_dps.record.comparison import matches
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json, get
from azext_iot_dps.record.violation import Violations
from azext_iot_dps.service import pace
from azext_iot_dps.service.connection import Lost
from azext_iot_dps.service.enrollments import Enrollments
from azext_iot_dps.service.failure import EXISTS_CODES, Reason, ServiceError
from azext_iot_dps.service.responses import Refused
from azext_iot_dps.service.retry import NOT_CARRIED_OUT_STATUSES, RETRYABLE_STATUSES, Tries


class BatchWorker:
    """Carries out batches over a connection of its own. Its methods raise no ServiceError."""

    def __init__(self, records: Enrollments, kind: Kind, mode: ImportMode, ignore_missing: bool = False):
        self._records, self._kind, self._mode, self._ignore_missing = records, kind, mode, ignore_missing
        # how many records each outcome has
        self.done: Counter[Done] = Counter()
        # what every further call would get too
        self.fatal_error: ServiceError | None = None
        # because of an interruption
        self.not_sent: list[Task] = []

    def process(self, operation: Operation, tasks: list[Task]) -> list[Failure]:
        """Carry out a batch; records that are neither among the failures nor `not_sent` count in `done`."""
        before, left = sum(self.done.values()), len(self.not_sent)
        if operation is Operation.CREATE:
            failures = self._create([(task, task.item.created) for task in tasks if task.item and task.item.created])
        elif operation is Operation.UPDATE:
            failures = self._update([task for task in tasks if task.item])
            for task in tasks:
                failures += [] if task.item else self._pruned(pruning.disable, task)
        else:
            failures = pruning.refused(tasks)
            ids = {failure.id for failure in failures}
            failures += self._send(operation, [(task, task.deletion) for task in tasks if task.id not in ids])
        # those that were settled otherwise are counted already
        counted = sum(self.done.values()) - before + len(failures) + len(self.not_sent) - left
        self.done[DONE[operation]] += len(tasks) - counted
        return failures

    def _create(self, pairs: list[Pair]) -> list[Failure]:
        failures = self._send(Operation.CREATE, pairs)
        failed = {failure.id for failure in failures} | {task.id for task in self.not_sent}
        for task, _ in pairs:
            if task.item and task.id not in failed:
                warn(task.item, task.item.warnings)
        if self._mode is ImportMode.CREATE:
            return failures
        existing = {failure.id for failure in failures if failure.code in EXISTS_CODES}
        settled = [failure for task, _ in pairs if task.id in existing for failure in self._singly(task)]
        return [failure for failure in failures if failure.id not in existing] + settled

    def _update(self, tasks: list[Task]) -> list[Failure]:
        pairs, failures = [], []
        for task in tasks:
            try:
                if self.fatal_error:
                    raise self.fatal_error
                pairs.append((task, self._desired(task)))
            except ServiceError as error:
                failures += self._singly(task) if error.not_found else self._failure(task, error)
            except Violations as error:
                failures.append(task.violated(error))
        return failures + self._send(Operation.UPDATE, pairs)

    def _desired(self, task: Task) -> Json:
        """The record that replaces the stored one, with the ETag that the stored one must have."""
        item, stored = task.item, task.stored or {}
        assert item
        patch = item.patch
        named = get(item.members, "attestation.symmetricKey") or {}
        if not get(stored, "attestation.symmetricKey") and not (named.get("primaryKey") and named.get("secondaryKey")):
            stored = self._records.keyed(task.id, stored)
        etag = item.etag or stored.get("etag")
        if not isinstance(etag, str):
            message = f"The service returned '{task.id}' without an ETag. It was not changed."
            raise ServiceError(Reason.INCOMPLETE, message)
        desired = {**patch.over(stored), "etag": etag}
        warn(item, item.told(patch.notes))
        return desired

    def _singly(self, task: Task) -> list[Failure]:
        """A record that another client created, changed or deleted meanwhile: it is read and compared again."""
        item = task.item
        assert item
        patch = item.patch

        def change(stored: Json) -> tuple[Json, bool]:
            desired = patch.over(stored)
            return desired, not matches(desired, stored)

        try:
            _, written = self._records.update(task.id, change, item.etag)
            self.done[Done.UPDATED if written else Done.UNCHANGED] += 1
        except Violations as error:
            return [task.violated(error)]
        except ServiceError as error:
            if not error.not_found or self._mode is ImportMode.UPDATE or not item.created or item.etag:
                return self._failure(task, error)
            return self._alone(Operation.CREATE, task, item.created, Done.CREATED)
        return []

    def _pruned(self, prune: Callable[[Enrollments, Task], Done | Failure], task: Task) -> list[Failure]:
        try:
            result = prune(self._records, task)
        except ServiceError as error:
            return self._failure(task, error)
        if not isinstance(result, Done):
            return [result]
        self.done[result] += 1
        return []

    def _send(self, operation: Operation, pairs: list[Pair]) -> list[Failure]:
        failures: list[Failure] = []
        tries = Tries(self._records.pace)
        while pairs:
            sent, started = pace.clock(), datetime.now(timezone.utc)
            try:
                refused = self._records.bulk(operation.value, [body for _, body in pairs], tries)
            except ServiceError as error:
                return failures + self._failed(operation, pairs, Lost(error, started))
            transient, unknown_before = [], tries.outcome_unknown
            for task, body in pairs:
                reason = refused.get(task.id.lower())
                if reason and verdicts.passes(operation, reason):
                    transient.append((task, body))
                    tries.outcome_unknown |= reason.status not in NOT_CARRIED_OUT_STATUSES
                elif reason and reason.status in RETRYABLE_STATUSES:
                    failures += self._looked_up(operation, task, body, verdicts.lost(reason, started))
                elif reason:
                    failures += self._settled(operation, task, body, reason, unknown_before)
            reasons = [refused[task.id.lower()] for task, _ in transient]
            if reasons and not another(tries, reasons, sent, len(reasons) < len(pairs)):
                return failures + [task.failure(*reason) for (task, _), reason in zip(transient, reasons)]
            pairs = transient
        return failures

    def _settled(
        self, operation: Operation, task: Task, body: Json, reason: Refused, unknown_before: bool
    ) -> list[Failure]:
        """Nothing when a refusal only says that the record is already as it should be, or when it is settled singly.

        An earlier attempt without a response may have made it so.
        """
        status = reason.status
        changed = verdicts.has_changed(reason)
        if operation is Operation.DELETE:
            if changed and not task.item:
                return self._pruned(pruning.delete, task)
            if status == 400:
                return self._alone(operation, task, body)
            if status == NOT_FOUND and not task.item:
                self.done[Done.GONE] += 1
                return []
            if status == NOT_FOUND and (unknown_before or self._ignore_missing):
                self.done[Done.DELETED if unknown_before else Done.UNCHANGED] += 1
                return []
        elif unknown_before and status in (409, CHANGED) and self._matches(task, body):
            return []
        elif operation is Operation.UPDATE and (changed or status == NOT_FOUND) and task.item and not task.item.etag:
            return self._singly(task)
        return [task.failure(*reason)]

    def _matches(self, task: Task, body: Json) -> bool:
        try:
            return matches(body, self._records.read_back(task.id))
        except ServiceError:
            return False

    def _failed(self, operation: Operation, pairs: list[Pair], call: Lost) -> list[Failure]:
        """The outcome of the records of a call that failed as a whole."""
        error = call.error
        if error.status in verdicts.PER_RECORD_STATUSES:
            return [failure for task, body in pairs for failure in self._alone(operation, task, body)]
        if not error.outcome_unknown:
            if error.is_fatal or error.status not in RETRYABLE_STATUSES:
                self._stop(error)
            return [failure for task, _ in pairs for failure in self._failure(task, error)]
        return [failure for task, body in pairs for failure in self._looked_up(operation, task, body, call)]

    def _looked_up(self, operation: Operation, task: Task, body: Json, call: Lost) -> list[Failure]:
        error = call.error
        try:
            if operation is Operation.DELETE:
                self._records.delete(task.id, body.get("etag") or "*", call)
                return []
            stored = self._records.look_up(error, task.id)
        except ServiceError as unknown:
            # the outcome is unknown, and requests for the other records would fail in the same way
            self._stop(unknown)
            return self._failure(task, unknown)
        if stored is not None and matches(body, stored):
            return []
        if stored is not None and operation is Operation.CREATE:
            exists = self._records.exists_error(task.id)
            return [task.failure(EXISTS_CODES[self._kind.signing], exists.message)]
        return [task.failure(error.code, str(error))]

    def _alone(self, operation: Operation, task: Task, body: Json, done: Done | None = None) -> list[Failure]:
        """One record by a call of its own, since the call of several was refused; `done` is what it then counts as."""
        etag = body.get("etag")
        try:
            if operation is Operation.DELETE:
                self._records.delete(task.id, etag or "*")
            else:
                self._records.put(task.id, body, etag if operation is Operation.UPDATE else None)
        except ServiceError as error:
            if operation is Operation.DELETE and error.not_found and self._ignore_missing:
                self.done[Done.UNCHANGED] += 1
                return []
            return self._failure(task, error)
        if done:
            self.done[done] += 1
        return []

    def _failure(self, task: Task, error: ServiceError) -> list[Failure]:
        """Stops the other workers too when they would fail in the same way. What was not sent is no failure."""
        if error.reason is Reason.STOPPED and not error.outcome_unknown:
            self.not_sent.append(task)
            return []
        if error.is_fatal:
            self._stop(error)
        return [task.failure(error.code, str(error))]

    def _stop(self, error: ServiceError) -> None:
        if error.reason is not Reason.STOPPED:
            self.fatal_error = self.fatal_error or error
        self._records.pace.stop()
