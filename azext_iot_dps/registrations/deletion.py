"""Deletes registrations, several at a time, each only if it was not modified since it was read."""

from __future__ import annotations

from collections import Counter
from threading import Lock

from knack.log import get_logger

from azext_iot_dps.cli.fetching import fetched
from azext_iot_dps.cli.interrupts import Interrupts
from azext_iot_dps.cli.progress import Progress
from azext_iot_dps.registrations.states import Json
from azext_iot_dps.service.client import Registrations
from azext_iot_dps.service.failure import Reason, ServiceError

logger = get_logger(__name__)

_NO_ID = "The service returned it without an ID. It was not deleted."
_NO_ETAG = "The service returned it without an ETag. It was not deleted."
_UNKNOWN = "The command was interrupted before the response: the request may have succeeded."


class Deletion:
    """The outcome of each is in one of `done`, `failures` and `unknown`, or it was not sent.

    After an interruption, or an error that every further request would get too, requests in flight finish and no others
    start; a second interruption does not wait for them.
    """

    def __init__(self, registrations: Registrations, interrupts: Interrupts):
        """Nothing is sent yet."""
        self._registrations, self._interrupts = registrations, interrupts
        # deleted, or unchanged: modified or deleted by another client
        self.done: Counter[str] = Counter()
        self.failures: list[Json] = []
        # whose responses were not waited for
        self.unknown: list[Json] = []
        self.fatal_error: ServiceError | None = None
        self._lock, self._closed = Lock(), False
        self._in_flight: set[str] = set()

    def carry_out(self, states: list[Json], report: Progress) -> None:
        """Delete all of them. Raises what is no ServiceError."""
        self._interrupts.collect()
        pace = self._registrations.pace
        waiting = (state for state in states if not pace.stopped)
        try:
            for number, (_, error) in enumerate(
                fetched(self._registrations, waiting, self._delete, tick=self._tick), 1
            ):
                report(number, len(self.failures))
                if isinstance(error, Exception):
                    raise error
        except KeyboardInterrupt:
            pass
        finally:
            pace.stop()
            with self._lock:
                self._closed = True
                self.unknown = [_failure(id, None, _UNKNOWN) for id in self._in_flight]
            order = {str(state.get("registrationId")): place for place, state in enumerate(states)}
            for found in (self.failures, self.unknown):
                found.sort(key=lambda failure: order[failure["id"]])

    def _tick(self) -> None:
        if self._interrupts.count and not self._registrations.pace.stopped:
            logger.warning("Interrupted: waiting for pending requests. Interrupt again to stop waiting.")
            self._registrations.pace.stop()
        if self._interrupts.count > 1:
            raise KeyboardInterrupt

    def _delete(self, registrations: Registrations, state: Json) -> None:
        """What a thread does with one of them."""
        id, etag = str(state.get("registrationId")), state.get("etag")
        with self._lock:
            self._in_flight.add(id)
        outcome: str | Json | ServiceError
        try:
            # without an ID the path is that of something else
            if not isinstance(state.get("registrationId"), str) or id in ("", ".", ".."):
                outcome = _failure(id, None, _NO_ID)
            elif not isinstance(etag, str) or not etag:
                outcome = _failure(id, None, _NO_ETAG)
            else:
                registrations.delete(id, etag)
                outcome = "deleted"
        except ServiceError as error:
            # what another client did to it meanwhile is not undone
            outcome = "unchanged" if error.not_found or error.precondition_failed else error
        with self._lock:
            self._in_flight.discard(id)
            if not self._closed:
                self._count(id, outcome)

    def _count(self, id: str, outcome: str | Json | ServiceError) -> None:
        if isinstance(outcome, str):
            self.done[outcome] += 1
        elif isinstance(outcome, dict):
            self.failures.append(outcome)
        elif outcome.reason is not Reason.STOPPED or outcome.outcome_unknown:
            self.failures.append(_failure(id, outcome.code, str(outcome)))
            if outcome.is_fatal and outcome.reason is not Reason.STOPPED:
                self.fatal_error = self.fatal_error or outcome
                self._registrations.pace.stop()


def _failure(id: str, code: int | str | None, message: str) -> Json:
    return {"id": id, "code": code, "message": message}
