"""How often a request is sent, and how long it waits before the next attempt."""

from __future__ import annotations

import os
import random
import re
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from knack.log import get_logger

from azext_iot_dps.service import pace
from azext_iot_dps.service.failure import Reason, ServiceError
from azext_iot_dps.service.pace import Pace, Throttled
from azext_iot_dps.service.rate import OWN_WAITS

logger = get_logger(__name__)

MAX_RETRIES = "AZURE_IOT_DPS_MAX_RETRIES"
MAX_WAIT = "AZURE_IOT_DPS_MAX_WAIT"
THROTTLED = 429
# Statuses of transient errors.
RETRYABLE_STATUSES = frozenset({408, THROTTLED, 500, 502, 503, 504})
# Those of them that say that nothing was carried out.
NOT_CARRIED_OUT_STATUSES = frozenset({408, THROTTLED})
# Seconds from which on a wait is announced.
ANNOUNCED = 2.0


class RetryPolicy(NamedTuple):
    """`attempts` of one request in all, the first included; the other values are seconds.

    A delay is random between 0 and `base`, the next between 0 and twice as much, and so on up to `cap` (full jitter).
    All delays of one request take no longer than `budget`. A request that the service throttles uses up no attempt: it
    waits as long as any request of the command made progress within `max_wait`.
    """

    attempts: int = 5
    base: float = 1.0
    cap: float = 20.0
    budget: float = 120.0
    max_wait: float = 180.0

    def delay(self, attempt: int, retry_after: float | None, random: float) -> float:
        """Seconds to wait after failed attempt number `attempt`, counted from 1.

        `retry_after` is what the service asked for, which takes precedence; `random` is from 0 to 1.
        """
        if retry_after is not None:
            return retry_after
        return min(self.cap, self.base * 2.0 ** (attempt - 1)) * random


def policy_from_environment() -> RetryPolicy:
    """The policy with the numbers in AZURE_IOT_DPS_MAX_RETRIES and AZURE_IOT_DPS_MAX_WAIT, if they are set.

    Without retries a throttled request does not wait either. Raises ServiceError(BAD_SETTING) for an invalid number.
    """
    retries, wait = _setting(MAX_RETRIES, 999), _setting(MAX_WAIT, 86_400)
    policy = RetryPolicy()
    if wait is not None:
        policy = policy._replace(max_wait=float(wait))
    if retries is not None:
        policy = policy._replace(attempts=retries + 1, max_wait=policy.max_wait if retries else 0.0)
    return policy


class Tries:
    """The attempts of one request, and the time spent between them.

    `outcome_unknown` is whether an earlier attempt may have been carried out although it failed. `retry_after` is set,
    in seconds, when the wait for the next attempt would be longer than the policy allows.
    """

    def __init__(self, pace: Pace | None = None, policy: RetryPolicy | None = None):
        """The policy is that of the environment by default. All who share a `pace` wait together.

        Raises ServiceError(BAD_SETTING) when the environment's is invalid.
        """
        self.pace = pace or Pace()
        self._policy = policy or policy_from_environment()
        self._done = 0
        self._waited = 0.0
        self._throttled_at: float | None = None
        self._parts = 0
        self.outcome_unknown = False
        self.retry_after: float | None = None

    def another(self, message: str, retry_after: float | None = None) -> bool:
        """Whether to send the request again, once the pace allows it: not when the attempts or the time are used up.

        `message` says what failed, and is shown with a long wait; `retry_after` is in seconds.
        """
        self._done += 1
        attempts = self._policy.attempts
        if self._done >= attempts or self.pace.stopped:
            return False
        seconds = self._policy.delay(self._done, retry_after, random.random())
        if self._waited + seconds > self._policy.budget:
            self.retry_after = retry_after
            return False
        if self.pace.hold(seconds) and seconds > ANNOUNCED:
            text = message.rstrip(".")
            logger.warning("%s: attempt %d of %d in %.0f seconds.", text, self._done + 1, attempts, seconds)
        self._waited += seconds
        return True

    def throttled(self, message: str, throttled: Throttled) -> bool:
        """Whether to send a request again that the service throttled, once the pace allows it."""
        if self.pace.stopped:
            return False
        if throttled.idle > self._policy.max_wait:
            self.retry_after = throttled.seconds
            return False
        if throttled.first and throttled.seconds > ANNOUNCED:
            logger.warning("%s: next attempt in %.0f seconds.", message.rstrip("."), throttled.seconds)
        return True

    def throttled_in_part(self, message: str, sent: float, progress: bool) -> bool:
        """The same for parts of a request of the time `sent`; `progress` is whether it accepted others."""
        now = pace.clock()
        if progress or self._throttled_at is None:
            self._throttled_at, self._parts = now, 0
        # the call itself is accepted each time, so that the pace does not know that waits must grow
        throttled = self.pace.throttle(sent, OWN_WAITS[min(self._parts, len(OWN_WAITS) - 1)])
        self._parts += 1
        idle = max(throttled.idle, now + throttled.seconds - self._throttled_at)
        return self.throttled(message, throttled._replace(idle=idle))


def retry_after_seconds(header: str | None, date: str | None = None) -> float | None:
    """The seconds that a Retry-After header asks for, which holds a number or a date; None when it is unusable.

    A date counts from that of the response, its Date header, since the clock of this computer may be off.
    """
    text = (header or "").strip()
    if re.fullmatch("[0-9]{1,9}", text):
        return float(text)
    try:
        now = parsedate_to_datetime(date) if date else datetime.now(timezone.utc)
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    # a date without a time zone cannot be subtracted, and Python 3.9 has a TypeError for text that is not a date
    except (OverflowError, TypeError, ValueError):
        return None


def server_clock_ahead(date: str | None) -> float | None:
    """Seconds by which the clock of a response's Date header is ahead of this computer's; None without the header."""
    try:
        return (parsedate_to_datetime(date or "") - datetime.now(timezone.utc)).total_seconds()
    except (OverflowError, TypeError, ValueError):
        return None


def _setting(name: str, most: int) -> int | None:
    text = os.environ.get(name, "").strip()
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > most:
        raise ServiceError(Reason.BAD_SETTING, f"{name} must be a number from 0 to {most}.")
    return int(text)
