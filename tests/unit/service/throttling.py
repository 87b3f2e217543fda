"""A service that throttles, and workers that keep a rate, in simulated time."""

from __future__ import annotations

import heapq
import math
import random
from collections import deque
from dataclasses import dataclass

from azext_iot_dps.service.rate import Rate


class Window:
    """Accepts `allowed` units in any sixty seconds; `used` of them are used up by others at the start."""

    def __init__(self, allowed: int, used: int = 0):
        self.allowed = allowed
        self._taken = deque((number * 0.01 - 20, 1) for number in range(used))

    def take(self, now: float, cost: int) -> float | None:
        """None, or the seconds until as much is accepted."""
        while self._taken and self._taken[0][0] <= now - 60:
            self._taken.popleft()
        missing = sum(cost for _, cost in self._taken) + cost - self.allowed
        if missing <= 0:
            self._taken.append((now, cost))
            return None
        for time, freed in self._taken:
            missing -= freed
            if missing <= 0:
                return max(1, math.ceil(time + 60 - now))
        return 60


class Bucket:
    """Holds up to `size` tokens, of which `allowed` come every minute."""

    def __init__(self, allowed: int, size: int):
        self.allowed, self._size, self._tokens, self._last = allowed, size, float(size), 0.0

    def take(self, now: float, cost: int) -> float | None:
        """None, or the seconds until as much is accepted."""
        self._tokens = min(self._size, self._tokens + (now - self._last) * self.allowed / 60)
        self._last = now
        if self._tokens >= cost:
            self._tokens -= cost
            return None
        return max(1, math.ceil((cost - self._tokens) * 60 / self.allowed))


@dataclass
class Outcome:
    """`refused` is the share of calls; `rate` that of what is allowed, after the first minute; `idle` in seconds."""

    refused: float
    rate: float
    idle: float
    seconds: float


def run(service, cost: int, workers: int, retry_after: bool, minutes: float = 5, latency: float = 0.075, seed: int = 0):
    """Send as much as the service allows in that many minutes."""
    chance, rate = random.Random(seed), Rate()
    left = int(minutes * service.allowed / cost)
    under_way: list[tuple[float, int, float]] = []
    now = held_until = refused_at = 0.0
    probing = probe_is_out = False
    calls = refused = idle = 0
    accepted: list[float] = []
    while left or under_way:
        later = math.inf
        while left and len(under_way) < min(workers, rate.in_flight) and not probe_is_out:
            wait = held_until - now if probing else rate.wait(now)
            if wait > 1e-9:
                later = now + wait
                break
            probe_is_out = probing
            rate.sent(now)
            left, calls = left - 1, calls + 1
            heapq.heappush(under_way, (now + latency * chance.uniform(0.8, 1.3), calls, now))
        if later < (under_way[0][0] if under_way else math.inf):
            now = later
            continue
        now, _, sent = heapq.heappop(under_way)
        seconds = service.take(now, cost)
        if seconds is None:
            idle = max(idle, now - accepted[-1] if accepted else 0)
            accepted.append(now)
            if sent >= refused_at:
                rate.accepted(now)
                probing = probe_is_out = False
            continue
        left, refused = left + 1, refused + 1
        if sent >= refused_at:
            held_until = now + rate.refused(now, seconds if retry_after else None)
            refused_at, probing, probe_is_out = now, True, False
    late = sum(cost for time in accepted if time >= 60)
    return Outcome(refused / calls, late / (now - 60) / (service.allowed / 60), idle, now)
