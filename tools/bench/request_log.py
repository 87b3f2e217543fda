"""What the emulator's request log says of a throttled run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

DAY = 86_400
MINUTE = 60
_LINE = re.compile(r"(\d\d):(\d\d):(\d\d) (\S+) (\S+) (\S+) \d+ ms")


class Call(NamedTuple):
    """`second` is the whole second since that of the first call; `units` is what the call costs when it is accepted."""

    second: int
    status: str
    units: int


def calls(lines: Iterable[str], units_per_bulk_call: int) -> list[Call]:
    """The calls in the log; lines that are not of a call are skipped. The times have no date and may pass midnight."""
    found: list[Call] = []
    first = before = None
    for hours, minutes, seconds, method, path, status in (match.groups() for match in map(_LINE.match, lines) if match):
        time = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
        if first is None or before is None:
            first = before = time
        # The nearest such time of any day: concurrent calls may be a second out of order.
        before += (time - before + DAY // 2) % DAY - DAY // 2
        bulk = method == "POST" and path.lower() in ("/enrollments", "/enrollmentgroups")
        found.append(Call(before - first, status, units_per_bulk_call if bulk else 1))
    return found


def refused_share(log: list[Call]) -> float:
    """The part of the calls that got 429, from 0 to 1."""
    return sum(call.status == "429" for call in log) / len(log) if log else 0


def later_rate(log: list[Call]) -> float | None:
    """Accepted units per second from second 60 after the first call to the last call; None if it was before that.

    The last second counts as a whole one, so that the rate is rather too low than too high. A run that ends right after
    a burst, which a sliding window accepts, has more than the limit: the shorter the run, the more.
    """
    last = max((call.second for call in log), default=0)
    if last < MINUTE:
        return None
    accepted = sum(call.units for call in log if call.second >= MINUTE and call.status.startswith("2"))
    return accepted / (last + 1 - MINUTE)
