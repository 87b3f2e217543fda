"""How many there are of each value: enrollments and enrollment groups apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from azext_iot_dps.record.kinds import Kind

EXPIRED, EARLIER, LATER, UNKNOWN = "expired", "earlier", "later", "unknown"
# Months that have a row each, and years that do; what is beyond has one together.
_MONTHS, _YEARS = 12, 10


class Row(NamedTuple):
    """A value, and for how many of individual enrollments and of enrollment groups it holds."""

    value: str
    enrollments: int
    groups: int


class Breakdown:
    """Counts values, of which the set is not known before."""

    def __init__(self, always: Iterable[str] = (), order: Iterable[str] = ()):
        """`always` have a row even if they are counted never. All of `order` come in that order and before others,
        which come by their number; without it, `always` is the order.
        """
        self._always = frozenset(always := tuple(always))
        self._order = {value: place for place, value in enumerate(tuple(order) or always)}
        self._counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())

    def add(self, kind: Kind, value: str, count: int = 1) -> None:
        """Count a value of a record of that kind."""
        self._counts[kind.signing][value] += count

    def rows(self) -> list[Row]:
        """A row for each value."""
        enrollments, groups = self._counts
        values = self._always.union(enrollments, groups)
        rows = [Row(value, enrollments[value], groups[value]) for value in values]
        last = len(self._order)
        return sorted(
            rows, key=lambda row: (self._order.get(row.value, last), -row.enrollments - row.groups, row.value)
        )


class Months:
    """The months around now, which have names such as 2026-11; times far from now have the name of their year."""

    def __init__(self, now: datetime):
        """`now` is in UTC."""
        self._now, self._place = now, _place(now)

    def ahead(self) -> Breakdown:
        """For `expiry`: this month and those that follow, then years."""
        months = [_name(self._place + number) for number in range(_MONTHS)]
        years = [str(self._now.year + number) for number in range(1, _YEARS + 1)]
        return Breakdown([EXPIRED, *months], [EXPIRED, *months, *years, LATER, UNKNOWN])

    def back(self) -> Breakdown:
        """For `past`: years, then the months up to this one."""
        months = [_name(self._place - number) for number in reversed(range(_MONTHS))]
        years = [str(self._now.year - number) for number in range(_YEARS, -1, -1)]
        return Breakdown(months, [EARLIER, *years, *months, UNKNOWN])

    def expiry(self, ends: datetime | None) -> str:
        """Where a certificate belongs that is valid until then."""
        if ends is None:
            return UNKNOWN
        if ends < self._now:
            return EXPIRED
        if _place(ends) < self._place + _MONTHS:
            return _name(_place(ends))
        return str(ends.year) if ends.year <= self._now.year + _YEARS else LATER

    def past(self, moment: datetime | None) -> str:
        """Where something belongs that happened then."""
        if moment is None or _place(moment) > self._place:
            return UNKNOWN
        if _place(moment) > self._place - _MONTHS:
            return _name(_place(moment))
        return str(moment.year) if moment.year >= self._now.year - _YEARS else EARLIER


def _place(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1


def _name(place: int) -> str:
    return f"{place // 12:04}-{place % 12 + 1:02}"
