"""How many calls a service takes, learned from those that it takes and refuses.

Nothing here waits or reads a clock: all times are seconds of one monotonic clock of the caller's. Facts of the service:
it counts calls over a minute, and allows 1,000 of most
(https://learn.microsoft.com/azure/iot-dps/about-iot-dps#quotas-and-limits).
"""

from __future__ import annotations

import math
from collections import deque

# Seconds over which the service counts.
WINDOW = 60.0
# Calls a second that the service allows by its documentation.
DOCUMENTED = 1000 / WINDOW
# Calls in flight grow by one with each so many accepted calls, so that the first refusal meets few.
GENTLE = 40
# Of the rate that was measured, what is used after a refusal.
MARGIN = 0.98
# Growth of the rate: for each call, and for each second, at the most; and for each second while little is known.
GROWTH_PER_CALL = 0.0001
GROWTH_PER_SECOND = 0.001
GROWTH_UNSURE = math.log(2) / 5
# Seconds of unused time that may be caught up.
CATCH_UP = 1.0
# The lowest rate that is begun with while little is known.
SLOWEST = 1.0
# Accepted calls from which on a measurement counts.
ENOUGH = 8
# Seconds to wait after the first refusal, after the second and so on, when the service does not say how long.
OWN_WAITS = (1.0, 4.0, 16.0, 64.0)
# A wait of less than this part of the expected one disproves what was expected.
DISPROVED = 0.9
# Seconds of waiting after which it was no bucket that refills, but others whose calls are no longer counted.
REFILLED = 10.0


class Rate:
    """The rate at which calls may be sent, and how many may be in flight until a limit is known.

    Without a refusal there is no limit but a gentle start. After one, calls are sent evenly at the rate that was
    measured (a refusal means that as many calls as are allowed were accepted within a minute), which then grows until
    the next.
    """

    def __init__(self) -> None:
        # calls a second, None while no limit is known
        self.per_second: float | None = None
        self._accepted: deque[float] = deque()
        self._count = 0
        self._counted_from = -math.inf
        self._next = -math.inf
        # refusals in a row, and when the first of them came
        self._refusals = 0
        self._refused_at = -math.inf
        self._expected = 0.0
        self._unsure = False

    @property
    def in_flight(self) -> int:
        """How many calls may be under way at the same time, as far as no rate limits them."""
        return 1_000_000 if self.per_second else 1 + self._count // GENTLE

    def wait(self, now: float) -> float:
        """Seconds until the next call may be sent."""
        return max(0.0, self._next - now) if self.per_second else 0.0

    def sent(self, now: float) -> None:
        """A call is sent."""
        if self.per_second:
            elapsed = 1 / self.per_second
            self._next = max(self._next, now - CATCH_UP) + elapsed
            self.per_second *= 1 + self._growth(now, elapsed)

    def accepted(self, now: float) -> None:
        """A call was accepted; an answer of any status but 429 means this."""
        if self._refusals:
            self._resume(now)
        self._count += 1
        self._accepted.append(now)
        self._forget(now)

    def refused(self, now: float, retry_after: float | None) -> float:
        """A call was refused; returns the seconds to wait before a single one tries again.

        `retry_after` is what the service asked for, in seconds.
        """
        self._forget(now)
        self._refusals += 1
        oldest = self._accepted[0] + WINDOW - now if self._accepted else 0.0
        if self._refusals == 1:
            self._refused_at, self._expected = now, oldest
            self._learn(now)
        own = OWN_WAITS[min(self._refusals, len(OWN_WAITS)) - 1]
        if self._refusals == 2 or self._refusals == 3:
            # the first call of the last minute no longer counts then
            own = max(own, oldest)
        return retry_after if retry_after is not None and retry_after >= 1 else own

    def _learn(self, now: float) -> None:
        since = max(self._counted_from, now - WINDOW)
        count = sum(1 for time in self._accepted if time > since)
        known = self.per_second or math.inf
        if not count and not self.per_second:
            # the first call of all was refused, which shows no rate
            return
        if count < ENOUGH and self.per_second:
            self.per_second *= 0.9
            self._unsure = False
            return
        measured = count / min(WINDOW, now - since)
        self._unsure = not self.per_second and not _documented(measured)
        self.per_second = MARGIN * min(known, measured)
        if self._unsure:
            self.per_second = max(SLOWEST, self.per_second)

    def _resume(self, now: float) -> None:
        """After the wait: what was measured holds unless the service took calls again much sooner than expected.

        Then it refills, or others used what it allows, and only what it takes from the refusal on says how fast.
        """
        waited = now - self._refused_at
        if waited < DISPROVED * self._expected and self._expected > 2:
            self._counted_from = self._refused_at
            self._unsure |= waited > REFILLED
        self._refusals = 0
        self._next = now

    def _growth(self, now: float, elapsed: float) -> float:
        if self._unsure and (self.per_second or 0.0) < DOCUMENTED:
            return GROWTH_UNSURE * elapsed
        quiet = max(1.0, (now - self._refused_at) / WINDOW)
        return min(GROWTH_PER_CALL, GROWTH_PER_SECOND * elapsed) * quiet**3

    def _forget(self, now: float) -> None:
        while self._accepted and self._accepted[0] <= now - WINDOW:
            self._accepted.popleft()


def _documented(rate: float) -> bool:
    """Whether it is about the documented one, of calls or of records, ten per call: then it is not used by others."""
    return any(0.85 < rate * records / DOCUMENTED < 1.15 for records in (1, 10))
