"""A clock for the pace of requests by which every wait is over at once."""

from __future__ import annotations

import time
from threading import Event, Lock


class PassingTime:
    """Stands in for `sleep` and `clock` of azext_iot_dps.service.pace. `waited` has the seconds of each wait."""

    def __init__(self) -> None:
        self.waited: list[float] = []
        self._ahead = 0.0
        self._lock = Lock()

    def sleep(self, seconds: float, stopped: Event | None = None) -> None:
        """Note the wait, and let it be over."""
        with self._lock:
            # what the code before it took is not worth knowing
            self.waited.append(round(seconds, 1))
            self._ahead += seconds

    def clock(self) -> float:
        """The time, waits included."""
        return time.monotonic() + self._ahead
