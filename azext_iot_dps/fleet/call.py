"""Up to ten records → what became of each, whatever happened on the way."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from azure.cli.core.azclierror import (
    ArgumentUsageError,
    AzureResponseError,
    InvalidArgumentValueError,
    RequiredArgumentMissingError,
)
from knack.util import CLIError

from azext_iot_dps import record
from azext_iot_dps.enums import Attestation, ImportMode
from azext_iot_dps.fleet import check, merging
from azext_iot_dps.fleet.checked import Item
from azext_iot_dps.fleet.kinds import Kind
from azext_iot_dps.service.answers import Refused
from azext_iot_dps.service.client import Enrollments, found
from azext_iot_dps.service.errors import answered, exists_error, lost
from azext_iot_dps.service.outcome import READ_ONLY, as_sent
from azext_iot_dps.service.retry import STATUSES, Pace

Json = dict[str, Any]
Pair = tuple[Item, Json]

CREATE, UPDATE, DELETE = "create", "updateIfMatchETag", "delete"
# "Enrollment already exists." and "EnrollmentGroup already exists."
_EXISTS = (409201, 409202)
# Statuses that say that nothing was carried out.
_NOT_NOW = (408, 429)
# Statuses of a call that say something of a record in it, and those that every other call would meet too.
_OF_A_RECORD = (400, 413)
_OF_EVERY_CALL = (401, 403)
# What has no status was met before a request was answered, and so by every call, but for what is said of a record.
_OF_ITS_CONTENT = (ArgumentUsageError, AzureResponseError, InvalidArgumentValueError, RequiredArgumentMissingError)


class Failure(NamedTuple):
    """A record that was not imported, and why: the service's code and words, or ours without a code."""

    line: int
    id: str
    code: int | None
    words: str

    @classmethod
    def of(cls, item: Item, error: CLIError) -> Failure:
        return cls(item.line, item.id, getattr(error, "code", None), check.words(error))


class Caller:
    """What one worker does with a few records at a time. Raises nothing of azure-cli: it ends in failures."""

    def __init__(self, records: Enrollments, kind: Kind, mode: ImportMode, pace: Pace):
        self._records, self._kind, self._mode, self._pace = records, kind, mode, pace
        # what every further call would meet too
        self.met: CLIError | None = None

    def carry_out(self, items: list[Item]) -> list[Failure]:
        """Do with the records what the mode says; what is not among the failures is done."""
        if self._mode is ImportMode.DELETE:
            return self._send(DELETE, [(item, item.record) for item in items])
        if self._mode is ImportMode.UPDATE:
            return self._update(items)
        # a certificate that is only known by its info is that of a record that is there
        made = [item for item in items if not check.hidden(self._kind, item.record["attestation"])]
        failures = self._send(CREATE, [(item, _without_etag(item.record)) for item in made])
        if self._mode is ImportMode.CREATE:
            return failures
        there = {failure.id for failure in failures if failure.code in _EXISTS}
        refused = [failure for failure in failures if failure.id not in there]
        done = {item.id for item in made} - there
        return refused + self._update([item for item in items if item.id not in done])

    def _update(self, items: list[Item]) -> list[Failure]:
        pairs, failures = [], []
        for item in items:
            try:
                if self.met:
                    raise self.met
                pairs.append((item, self._changed(item)))
            except CLIError as error:
                failures.append(self._failure(item, error))
        return failures + self._send(UPDATE, pairs)

    def _changed(self, item: Item) -> Json:
        """What to put in the place of the stored record, under its etag."""
        own = item.named
        if item.whole and not _lacks_keys(own):
            return own
        stored = self._records.get(item.id, self._pace.tries())
        stored = record.keyed(self._records, item.id, stored, self._pace.tries())
        try:
            check.shape(stored)
        except InvalidArgumentValueError as error:
            raise AzureResponseError(f"The service shows a record that cannot be: {error}") from None
        if item.whole:
            return {**own, "attestation": merging.proof(own, stored)}
        etag = own.get("etag") or stored.get("etag")
        if not isinstance(etag, str):
            raise AzureResponseError(f"The service shows no etag of '{item.id}': it was not changed.")
        return {**merging.over(self._kind, own, stored), "etag": etag}

    def _send(self, operation: str, pairs: list[Pair]) -> list[Failure]:
        failures: list[Failure] = []
        tries = self._pace.tries()
        while pairs:
            try:
                refused = self._records.bulk(operation, [_sent(body) for _, body in pairs], tries)
            except CLIError as error:
                return failures + self._failed(operation, pairs, error)
            passing, lost_before = [], tries.lost
            for item, body in pairs:
                reason = refused.get(item.id.lower())
                if reason and reason.code // 1000 in STATUSES:
                    passing.append((item, body))
                    tries.lost = tries.lost or reason.code // 1000 not in _NOT_NOW
                elif reason:
                    failures += self._settled(operation, item, body, reason, lost_before)
            if passing and not tries.another(refused[passing[0][0].id.lower()].words.rstrip(".")):
                return failures + [Failure(item.line, item.id, *refused[item.id.lower()]) for item, _ in passing]
            pairs = passing
        return failures

    def _settled(self, operation: str, item: Item, body: Json, reason: Refused, lost_before: bool) -> list[Failure]:
        """Nothing when all that a refusal says is that the record is as it shall be.

        Our own earlier try made it so, if one was not answered; an upsert may be the second of a file.
        """
        status = reason.code // 1000
        if operation == DELETE and status == 400:
            return self._alone(operation, item, body)
        if lost_before and operation == DELETE and status == 404:
            return []
        may_be_so = lost_before or (self._mode is ImportMode.UPSERT and operation == UPDATE)
        if may_be_so and operation != DELETE and status in (409, 412) and self._is_there(item, body):
            return []
        return [Failure(item.line, item.id, *reason)]

    def _is_there(self, item: Item, body: Json) -> bool:
        try:
            return as_sent(_sent(body), self._records.as_answered(item.id, self._pace.tries()))
        except CLIError:
            return False

    def _failed(self, operation: str, pairs: list[Pair], error: CLIError) -> list[Failure]:
        """What became of the records of a call that failed as a whole."""
        if getattr(error, "status", None) in _OF_A_RECORD:
            return [failure for item, body in pairs for failure in self._alone(operation, item, body)]
        if not lost(error):
            if _of_every_call(error) or getattr(error, "status", None) not in STATUSES:
                self._stop(error)
            return [Failure.of(item, error) for item, _ in pairs]
        failures = []
        for item, body in pairs:
            try:
                if self._pace.stopped:
                    raise error
                stored = found(error, partial(self._records.as_answered, item.id))
            except CLIError as unknown:
                # nobody knows, and asking for the others would end the same
                self._stop(unknown)
                failures.append(Failure.of(item, unknown))
                continue
            if operation == DELETE:
                failures += [] if stored is None else [Failure.of(item, error)]
            elif stored is not None and operation == CREATE and not as_sent(_sent(body), stored):
                words = str(exists_error(item.id))
                failures.append(Failure(item.line, item.id, _EXISTS[self._kind.signing], words))
            elif stored is None or not as_sent(_sent(body), stored):
                failures.append(Failure.of(item, error))
        return failures

    def _alone(self, operation: str, item: Item, body: Json) -> list[Failure]:
        """One record by a call of its own, since the call of several was refused."""
        etag = body.get("etag")
        try:
            if operation == DELETE:
                self._records.delete(item.id, etag or "*")
            else:
                self._records.put(item.id, body, etag if operation == UPDATE else None)
        except CLIError as error:
            return [self._failure(item, error)]
        return []

    def _failure(self, item: Item, error: CLIError) -> Failure:
        """Stops the others too when they would meet the same."""
        if _of_every_call(error):
            self._stop(error)
        return Failure.of(item, error)

    def _stop(self, error: CLIError) -> None:
        self.met = self.met or error
        self._pace.stop()


def _of_every_call(error: CLIError) -> bool:
    if not answered(error):
        return not isinstance(error, _OF_ITS_CONTENT)
    return getattr(error, "status", None) in _OF_EVERY_CALL or hasattr(error, "too_long")


def _sent(body: Json) -> Json:
    return {name: value for name, value in body.items() if name not in READ_ONLY}


def _without_etag(body: Json) -> Json:
    return {name: value for name, value in body.items() if name != "etag"}


def _lacks_keys(own: Json) -> bool:
    proof = own["attestation"]
    keys = proof.get("symmetricKey") or {}
    return proof["type"] == Attestation.SYMMETRIC_KEY.value and not (
        keys.get("primaryKey") and keys.get("secondaryKey")
    )
