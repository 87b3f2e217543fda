"""The pace of all requests of a command to one service: they wait together when it throttles, and stop together."""

from __future__ import annotations

import time
from collections import deque
from random import random
from threading import Condition, Event
from typing import NamedTuple

from azext_iot_dps.service.failure import Reason, ServiceError
from azext_iot_dps.service.rate import Rate


def sleep(seconds: float, stopped: Event | None = None) -> None:
    """Wait that number of seconds, or until `stopped` is set. Tests replace this function."""
    (stopped or Event()).wait(seconds)


def clock() -> float:
    """Seconds of the clock by which requests wait. Tests replace this function."""
    return time.monotonic()


class Throttled(NamedTuple):
    """What follows from a refusal: all wait for `seconds`.

    `idle` are the seconds without progress of any request by then. Only the `first` refusal of several requests that
    were under way at the same time counts.
    """

    seconds: float
    idle: float
    first: bool


class Pace:
    """Shared by all who send to one service, each of which calls `enter` before a request and one of the others after.

    While the service throttles, a single request probes it and the others wait.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._stopped = Event()
        self._rate = Rate()
        self._queue: deque[object] = deque()
        self._in_flight = 0
        self._held_until = float("-inf")
        self._refused_at = float("-inf")
        self._probing = False
        self._probe_is_out = False
        self._progress_at: float | None = None

    @property
    def stopped(self) -> bool:
        """Whether nothing new may be sent."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Let no request start any more, and wake those that wait."""
        with self._changed:
            self._stopped.set()
            self._changed.notify_all()

    def enter(self, host: str = "") -> float:
        """Wait until a request may be sent, and return when that was, which the functions below need.

        Who came first is first. Raises ServiceError(STOPPED) when nothing new may be sent.
        """
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
        try:
            while True:
                with self._changed:
                    if self.stopped:
                        raise ServiceError(Reason.STOPPED, "It was not sent: the command was interrupted.", host)
                    now = clock()
                    seconds = self._admit(now) if self._queue[0] is ticket else None
                    if seconds == 0:
                        return now
                    if seconds is None:
                        self._changed.wait()
                        continue
                # it may end too early; then the loop waits for the rest
                sleep(seconds, self._stopped)
        finally:
            with self._changed:
                self._queue.remove(ticket)
                self._changed.notify_all()

    def accepted(self, sent: float) -> None:
        """The service answered a request of the time `sent`, and did not throttle it."""
        with self._changed:
            self._progress_at = now = clock()
            if sent >= self._refused_at:
                self._probing = self._probe_is_out = False
                self._rate.accepted(now)
            self._left()

    def failed(self, sent: float) -> None:
        """There was no response, which does not count for the pace."""
        with self._changed:
            if sent >= self._refused_at:
                self._probe_is_out = False
            self._left()

    def refused(self, sent: float, retry_after: float | None) -> Throttled:
        """The service throttled a request of the time `sent`, and asked for that number of seconds, if at all."""
        with self._changed:
            throttled = self._throttle(sent, retry_after)
            self._left()
        return throttled

    def throttle(self, sent: float, seconds: float) -> Throttled:
        """The service throttled a part of a request of the time `sent`, and whose response was accepted before.

        All wait for that number of seconds.
        """
        with self._changed:
            return self._throttle(sent, seconds)

    def hold(self, seconds: float) -> bool:
        """Let no request start for that number of seconds. Returns whether that is longer than known before."""
        with self._changed:
            until = clock() + seconds
            longer = until > self._held_until + 1
            self._held_until = max(self._held_until, until)
        return longer

    def _admit(self, now: float) -> float | None:
        """Seconds until a request may be sent, 0 for one that is sent now; None to wait for the response to another."""
        self._progress_at = now if self._progress_at is None else self._progress_at
        if self._probing and self._probe_is_out:
            return None
        if now < self._held_until:
            return self._held_until - now
        if not self._probing:
            if self._in_flight >= self._rate.in_flight:
                return None
            seconds = self._rate.wait(now)
            if seconds > 0:
                return seconds
        self._probe_is_out = self._probing
        self._rate.sent(now)
        self._in_flight += 1
        return 0

    def _throttle(self, sent: float, retry_after: float | None) -> Throttled:
        now = clock()
        first = sent >= self._refused_at
        seconds = max(0.0, self._held_until - now)
        if first:
            seconds = self._rate.refused(now, retry_after)
            # a little more, so that several processes do not come back at the same moment
            self._held_until = max(self._held_until, now + seconds + min(1.0, seconds / 20) * random())
            self._refused_at, self._probing, self._probe_is_out = now, True, False
        progress_at = now if self._progress_at is None else self._progress_at
        return Throttled(seconds, now + seconds - progress_at, first)

    def _left(self) -> None:
        self._in_flight -= 1
        self._changed.notify_all()
