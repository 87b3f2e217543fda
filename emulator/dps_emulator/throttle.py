"""How much the service accepts within a minute."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from itertools import accumulate
from threading import Lock

from werkzeug.http import http_date

from .refusal import Refusal
from .switches import Switches

MINUTE = 60.0


class Throttle:
    """Accepts calls up to a limit, in the kind and style of the switches; those it refuses cost nothing."""

    def __init__(
        self,
        switches: Switches,
        clock: Callable[[], float] = time.monotonic,
        calendar: Callable[[], float] = time.time,
    ) -> None:
        """`clock` measures seconds; `calendar` has those since 1970, for dates."""
        self._switches, self._clock, self._calendar = switches, clock, calendar
        self._lock = Lock()
        self.clear()

    def check(self, cost: int = 1) -> None:
        """Raises a refusal, 429, for a call that costs more than is left: it is not carried out in part.

        A call that costs more than the limit is accepted when nothing else was, and then takes all.
        Docs name the status and Retry-After; the code 429001 stands in clients' unit tests only.
        """
        limit = self._switches.throttle
        if limit is None:
            return
        with self._lock:
            left = self._bucket if self._switches.throttle_kind == "bucket" else self._window
            seconds = left.take(min(cost, limit), limit, self._clock())
        if seconds is not None:
            raise Refusal(429, 429001, "Too many requests.", self._retry_after(seconds))

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._window, self._bucket = _Window(), _Bucket()

    def _retry_after(self, seconds: float) -> dict[str, str]:
        style = self._switches.throttle_style
        if style == "none":
            return {}
        if style == "date":
            # Rounded up as a moment, as dates have whole seconds. The connection adds Date to every answer.
            return {"Retry-After": http_date(math.ceil(self._calendar() + seconds))}
        return {"Retry-After": str(max(1, math.ceil(seconds)))}


class _Window:
    """What was accepted in the last sixty seconds."""

    def __init__(self) -> None:
        self._accepted: deque[tuple[float, int]] = deque()
        self._spent = 0

    def take(self, cost: int, limit: int, now: float) -> float | None:
        """Accept it, or return the seconds until that cost, which is at most the limit, will be free."""
        while self._accepted and self._accepted[0][0] <= now - MINUTE:
            self._spent -= self._accepted.popleft()[1]
        excess = self._spent + cost - limit
        if excess > 0:
            freed = accumulate(cost for _, cost in self._accepted)
            return next(moment + MINUTE - now for (moment, _), sum in zip(self._accepted, freed) if sum >= excess)
        self._accepted.append((now, cost))
        self._spent += cost
        return None


class _Bucket:
    """A token for each call of the limit, refilled evenly within a minute."""

    def __init__(self) -> None:
        self._tokens = math.inf
        self._counted = 0.0

    def take(self, cost: int, limit: int, now: float) -> float | None:
        """As that of a window."""
        self._tokens = min(limit, self._tokens + (now - self._counted) * limit / MINUTE)
        self._counted = now
        if cost <= self._tokens:
            self._tokens -= cost
            return None
        return (cost - self._tokens) * MINUTE / limit
