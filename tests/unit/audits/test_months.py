"""Where a report counts a time: around the turn of a year, and far from now."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from azext_iot_dps.audits.report.breakdown import Months


def at(year, month, day=15, hour=12):
    return datetime(year, month, day, hour, tzinfo=timezone.utc)


MONTHS = Months(at(2026, 11, 30))


@pytest.mark.parametrize(
    ("ends", "value"),
    [
        (at(2026, 11, 30, 11), "expired"),
        (at(2026, 11, 30, 12), "2026-11"),
        (at(2026, 12), "2026-12"),
        (at(2027, 1), "2027-01"),
        (at(2027, 10, 31, 23), "2027-10"),
        (at(2027, 11, 1, 0), "2027"),
        (at(2036, 12, 31), "2036"),
        (at(2037, 1, 1), "later"),
        (None, "unknown"),
    ],
)
def test_the_expiry_of_a_certificate(ends, value):
    assert MONTHS.expiry(ends) == value


@pytest.mark.parametrize(
    ("moment", "value"),
    [
        (at(2026, 11, 30, 13), "2026-11"),
        (at(2026, 12), "unknown"),
        (at(2025, 12, 1, 0), "2025-12"),
        (at(2025, 11, 30, 23), "2025"),
        (at(2016, 1), "2016"),
        (at(2015, 12), "earlier"),
        (None, "unknown"),
    ],
)
def test_a_time_in_the_past(moment, value):
    assert MONTHS.past(moment) == value


def test_the_order_of_rows():
    months = ["2025-12", *(f"2026-{month:02}" for month in range(1, 12))]
    assert [row.value for row in MONTHS.back().rows()] == months
    ahead = ["expired", "2026-11", "2026-12", *(f"2027-{month:02}" for month in range(1, 11))]
    assert [row.value for row in MONTHS.ahead().rows()] == ahead
