"""How often a request is sent, and how long to wait before the next attempt, alone or together with other workers."""

from __future__ import annotations

import os
import random
import re
import time
from dataclasses import dataclass
from threading import Event, Lock

import urllib3
from knack.log import get_logger

from azext_iot_dps.service.failure import Reason, ServiceError

logger = get_logger(__name__)

MAX_RETRIES = "AZURE_IOT_DPS_MAX_RETRIES"
# Statuses of transient errors.
RETRYABLE_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
# Those of them that say that nothing was carried out.
NOT_CARRIED_OUT_STATUSES = frozenset({408, 429})
# Seconds from which on a wait is announced.
ANNOUNCED = 2.0
# Seconds by which a wait of all workers must grow to be announced again.
ANNOUNCED_GROWTH = 1.0


def sleep(seconds: float, stopped: Event | None = None) -> None:
    """Wait that number of seconds, or until `stopped` is set. Tests replace this function."""
    (stopped or Event()).wait(seconds)


@dataclass(frozen=True)
class RetryPolicy:
    """`attempts` of one request in all, the first included; the other values are seconds.

    A delay is random between 0 and `base`, the next between 0 and twice as much, and so on up to `cap` (full jitter).
    All delays of one request take no longer than `budget`.
    """

    attempts: int = 5
    base: float = 1.0
    cap: float = 20.0
    budget: float = 120.0

    def delay(self, attempt: int, retry_after: float | None, random: float) -> float:
        """Seconds to wait after failed attempt number `attempt`, counted from 1.

        `retry_after` is what the service asked for, which takes precedence; `random` is from 0 to 1.
        """
        if retry_after is not None:
            return retry_after
        return min(self.cap, self.base * 2.0 ** (attempt - 1)) * random


def policy_from_environment() -> RetryPolicy:
    """The policy with the number of retries in AZURE_IOT_DPS_MAX_RETRIES, if it is set.

    Raises ServiceError(BAD_SETTING) when it is not a number from 0 to 999.
    """
    text = os.environ.get(MAX_RETRIES, "").strip()
    if text and not re.fullmatch("[0-9]{1,3}", text):
        raise ServiceError(Reason.BAD_SETTING, f"{MAX_RETRIES} must be a number from 0 to 999.")
    return RetryPolicy(attempts=int(text) + 1) if text else RetryPolicy()


class Pace:
    """Shared by the workers that send to one service: they slow down together, and stop together."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until = 0.0
        self._stopped = Event()

    @property
    def stopped(self) -> bool:
        """Whether nothing new may be sent."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Let no worker send anything new, and wake the workers that wait."""
        self._stopped.set()

    def tries(self) -> Tries:
        """The attempts of one request of one worker."""
        return Tries(pace=self)

    def slow_down(self, seconds: float) -> bool:
        """Let no worker send for that number of seconds. Returns whether that is much longer than known before."""
        until = time.monotonic() + seconds
        with self._lock:
            longer = until - max(self._until, time.monotonic())
            self._until = max(self._until, until)
        return longer > ANNOUNCED_GROWTH

    def wait(self) -> bool:
        """Wait as long as all must. Returns False when nothing new may be sent."""
        seconds = self._until - time.monotonic()
        if seconds > 0 and not self.stopped:
            sleep(seconds, self._stopped)
        return not self.stopped


class Tries:
    """The attempts of one request, and the time spent between them.

    `outcome_unknown` is whether an earlier attempt may have been carried out although it failed. `retry_after` is set,
    in seconds, when the service asked for a longer wait than the policy allows.
    """

    def __init__(self, policy: RetryPolicy | None = None, pace: Pace | None = None):
        """The policy is that of the environment by default. All who share a `pace` wait together.

        Raises ServiceError(BAD_SETTING) when the environment's is invalid.
        """
        self._policy = policy or policy_from_environment()
        self._pace = pace
        self._done = 0
        self._waited = 0.0
        self.outcome_unknown = False
        self.retry_after: float | None = None

    def another(self, message: str, retry_after: float | None = None) -> bool:
        """Wait, and return whether to send the request again: False when the attempts or the time are used up.

        `message` says what failed, and is shown with a long wait; `retry_after` is in seconds.
        """
        self._done += 1
        attempts = self._policy.attempts
        if self._done >= attempts:
            return False
        seconds = self._policy.delay(self._done, retry_after, random.random())
        if self._waited + seconds > self._policy.budget:
            self.retry_after = retry_after
            return False
        announced = self._pace is None or self._pace.slow_down(seconds)
        if announced and seconds > ANNOUNCED:
            text = message.rstrip(".")
            logger.warning("%s: attempt %d of %d in %.0f seconds.", text, self._done + 1, attempts, seconds)
        self._waited += seconds
        if self._pace:
            return self._pace.wait()
        sleep(seconds)
        return True


def retry_after_seconds(header: str | None) -> float | None:
    """The seconds that a Retry-After header asks for, which holds a number or a date; None when it is unusable."""
    if not header:
        return None
    try:
        return max(0.0, float(urllib3.Retry().parse_retry_after(header)))
    except (urllib3.exceptions.InvalidHeader, OverflowError, ValueError):
        return None
