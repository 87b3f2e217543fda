"""How many calls a minute the service answers."""

from __future__ import annotations

import math
import time
from collections import deque
from threading import Lock

from .refusal import Refusal
from .switches import Switches

MINUTE = 60.0


class Throttle:
    """Accepts a number of calls in any sixty seconds; those it refuses do not count."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._accepted: deque[float] = deque()
        self._lock = Lock()

    def check(self) -> None:
        """A call beyond the limit meets 429, with the whole seconds until the next is accepted.

        Docs name the status and Retry-After; the code 429001 stands in clients' unit tests only.
        """
        limit = self._switches.throttle
        if limit is None:
            return
        with self._lock:
            now = time.monotonic()
            while self._accepted and self._accepted[0] <= now - MINUTE:
                self._accepted.popleft()
            if len(self._accepted) < limit:
                self._accepted.append(now)
                return
            seconds = math.ceil(self._accepted[-limit] + MINUTE - now)
        raise Refusal(429, 429001, "Too many requests.", {"Retry-After": str(max(1, seconds))})

    def clear(self) -> None:
        with self._lock:
            self._accepted.clear()
