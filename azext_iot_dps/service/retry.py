"""How often a request is tried, and how long to wait before it is tried again, alone or together with others."""

from __future__ import annotations

import os
import random
import re
import time
from threading import Event, Lock

import urllib3
from azure.cli.core.azclierror import ValidationError
from knack.log import get_logger

logger = get_logger(__name__)

# Tries of one request in all, the first included; AZURE_IOT_DPS_MAX_RETRIES says how many may follow the first.
TRIES = 5
MAX_RETRIES = "AZURE_IOT_DPS_MAX_RETRIES"
# Seconds: the first wait is between none and this, the next up to twice as long, and so on (full jitter).
BACKOFF = 1.0
# Seconds that a wait of our own takes at most, however many there were before.
MAX_BACKOFF = 20.0
# Seconds that all waits for one request may take together; a service that asks for more is not waited for.
MAX_WAIT = 120.0
# Seconds from which on a wait is announced.
ANNOUNCED = 2.0
# Seconds by which a wait that several share must grow to be announced again.
NEWS = 1.0
STATUSES = frozenset({408, 429, 500, 502, 503, 504})


def sleep(seconds: float, stopped: Event | None = None) -> None:
    """Wait, or less if it is `stopped` meanwhile. The tests put a clock of their own here."""
    (stopped or Event()).wait(seconds)


class Pace:
    """What workers share that send to one service at a time: they slow down together, and stop together."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until = 0.0
        self._stopped = Event()

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()

    def stop(self) -> None:
        """Nobody shall send anything new; who waits is woken."""
        self._stopped.set()

    def tries(self) -> Tries:
        """The tries of one request of one worker."""
        return Tries(pace=self)

    def slow_down(self, seconds: float) -> bool:
        """Nobody shall send for so many seconds; tells whether that is much longer than was known."""
        until = time.monotonic() + seconds
        with self._lock:
            longer = until - max(self._until, time.monotonic())
            self._until = max(self._until, until)
        return longer > NEWS

    def wait(self) -> bool:
        """Wait as long as all must; False when there is nothing to send any more."""
        seconds = self._until - time.monotonic()
        if seconds > 0 and not self.stopped:
            sleep(seconds, self._stopped)
        return not self.stopped


class Tries:
    """The tries that one request has, and the time it may wait between them."""

    def __init__(self, limit: int | None = None, pace: Pace | None = None):
        """`limit` instead of the usual number; with a `pace` all who share it wait together."""
        self._limit = limit or _limit()
        self._pace = pace
        self._done = 0
        self._waited = 0.0
        # whether one of the tries may have been carried out although it was not answered so
        self.lost = False
        # seconds that the service asked to wait, when that was too long
        self.too_long: float | None = None

    def another(self, what: str, retry_after: str | None = None) -> bool:
        """Wait, and tell whether to try again: False when the tries or the time are used up.

        `what` happened is announced with a long wait; `retry_after` is the header's value, seconds or a date.
        """
        self._done += 1
        if self._done >= self._limit:
            return False
        asked = _asked(retry_after)
        seconds = random.uniform(0, min(MAX_BACKOFF, BACKOFF * 2 ** (self._done - 1))) if asked is None else asked
        if self._waited + seconds > MAX_WAIT:
            self.too_long = asked
            return False
        news = self._pace is None or self._pace.slow_down(seconds)
        if news and seconds > ANNOUNCED:
            logger.warning("%s: try %d of %d in %.0f seconds.", what, self._done + 1, self._limit, seconds)
        self._waited += seconds
        if self._pace:
            return self._pace.wait()
        sleep(seconds)
        return True


def pause(retry_after: str | None, otherwise: float) -> float:
    """Seconds to wait before asking again: what the header `retry_after` says, or else `otherwise`."""
    asked = _asked(retry_after)
    return otherwise if asked is None else asked


def _asked(retry_after: str | None) -> float | None:
    """Seconds that the service asks to wait; None when it does not, or not in a way that can be read."""
    if not retry_after:
        return None
    try:
        return max(0.0, float(urllib3.Retry().parse_retry_after(retry_after)))
    except (urllib3.exceptions.InvalidHeader, OverflowError, ValueError):
        return None


def _limit() -> int:
    text = os.environ.get(MAX_RETRIES, "").strip()
    if text and not re.fullmatch("[0-9]{1,3}", text):
        raise ValidationError(f"{MAX_RETRIES} must be a number from 0 to 999.")
    return int(text) + 1 if text else TRIES
