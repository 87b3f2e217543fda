"""Throttling: what is counted, when it is free again, and what a 429 says of it."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest

from dps_emulator.refusal import Refusal
from dps_emulator.switches import Switches
from dps_emulator.throttle import Throttle
from emulator_client import group, symmetric

# 2026-03-01T10:20:30.25Z
CALENDAR = 1772360430.25


class Clocked:
    """A throttle whose clock the test sets."""

    def __init__(self, limit, **switches):
        self.now = 1000.0
        self.switches = Switches(throttle=limit, **switches)
        self.throttle = Throttle(self.switches, lambda: self.now, lambda: CALENDAR + self.now - 1000)

    def __call__(self, second, cost=1):
        """The headers of a 429 at this second after the start, or None."""
        self.now = 1000.0 + second
        try:
            self.throttle.check(cost)
        except Refusal as refusal:
            assert (refusal.status, refusal.code, refusal.message) == (429, 429001, "Too many requests.")
            return refusal.headers
        return None


def wait(seconds):
    return {"Retry-After": str(seconds)}


def test_without_a_limit_all_is_accepted():
    call = Clocked(None)
    assert [call(0, 1_000_000) for _ in range(3)] == [None] * 3


def test_a_window_accepts_a_number_in_any_sixty_seconds_and_refused_calls_do_not_count():
    call = Clocked(2)
    assert [call(0), call(10.5)] == [None, None]
    assert [call(11), call(59), call(59.5)] == [wait(49), wait(1), wait(1)]
    assert [call(60), call(60)] == [None, wait(11)]
    assert [call(70.5), call(70.5)] == [None, wait(50)]


def test_a_window_names_the_time_at_which_enough_of_it_is_free():
    call = Clocked(10)
    assert [call(0, 3), call(5, 3), call(10, 3)] == [None] * 3
    assert [call(20, 1), call(20, 3), call(20, 4), call(20, 10)] == [None, wait(40), wait(45), wait(60)]
    assert [call(60, 4), call(60, 3), call(65, 4), call(65, 3)] == [wait(5), None, wait(5), None]


def test_a_bucket_gives_all_it_has_at_once_and_then_a_token_at_a_time():
    call = Clocked(120, throttle_kind="bucket")
    assert [call(0) for _ in range(121)] == [None] * 120 + [wait(1)]
    assert [call(0.25), call(0.5), call(0.5)] == [wait(1), None, wait(1)]
    assert [call(3), call(3), call(3), call(3), call(3)] == [None] * 5
    assert call(3) == wait(1)


def test_a_bucket_names_the_time_at_which_it_has_enough_tokens():
    call = Clocked(60, throttle_kind="bucket")
    assert [call(0, 60), call(0, 10), call(4, 10), call(9, 10)] == [None, wait(10), wait(6), wait(1)]
    assert [call(10, 10), call(10, 1)] == [None, wait(1)]


def test_a_bucket_never_has_more_than_its_capacity():
    call = Clocked(60, throttle_kind="bucket")
    assert [call(0, 5), call(3600, 60), call(3600)] == [None, None, wait(1)]


@pytest.mark.parametrize("kind", ["window", "bucket"])
def test_a_call_that_costs_more_than_is_left_costs_nothing(kind):
    call = Clocked(60, throttle_kind=kind)
    seconds = {"window": 60, "bucket": 1}[kind]
    assert [call(0, 51), call(0, 10), call(0, 9), call(0)] == [None, wait(seconds), None, wait(seconds)]


@pytest.mark.parametrize("kind", ["window", "bucket"])
def test_what_was_accepted_can_be_forgotten(kind):
    call = Clocked(2, throttle_kind=kind)
    assert call(0, 2) is None
    call.throttle.clear()
    assert [call(0, 2), call(0, 2)] == [None, wait(60)]


@pytest.mark.parametrize("kind", ["window", "bucket"])
def test_a_call_that_costs_more_than_the_limit_is_accepted_when_all_is_free(kind):
    call = Clocked(6, throttle_kind=kind)
    assert [call(0, 10), call(0, 10), call(0, 7), call(59, 10)] == [None, wait(60), wait(60), wait(1)]
    assert [call(60, 10), call(60, 6)] == [None, wait(60)]


@pytest.mark.parametrize("kind", ["window", "bucket"])
def test_a_lower_limit_applies_at_once(kind):
    call = Clocked(60, throttle_kind=kind)
    assert [call(0) for _ in range(50)] == [None] * 50
    call.switches.throttle = 6
    answers = [call(0) for _ in range(7)]
    assert answers[-1] == {"window": wait(60), "bucket": wait(10)}[kind]


def test_seconds_are_rounded_up():
    call = Clocked(1)
    assert [call(0), call(0.001), call(1), call(1.001), call(59.999)] == [None, wait(60), wait(59), wait(59), wait(1)]


def test_no_retry_after():
    call = Clocked(1, throttle_style="none")
    assert [call(0), call(0), call(60)] == [None, {}, None]


def test_a_date_is_not_before_the_next_call_is_accepted():
    call = Clocked(1, throttle_style="date")
    assert call(0) is None
    # 10:21:30.25, rounded up
    assert [call(0), call(59.5)] == [{"Retry-After": "Sun, 01 Mar 2026 10:21:31 GMT"}] * 2


def bulk(api, path, member, records):
    return api("POST", path, {"mode": "create", member: records}).status_code


def test_records_of_bulk_calls_are_counted_and_all_else_as_one(api, service):
    service.switches.throttle, service.switches.throttle_count = 8, "records"
    assert bulk(api, "/enrollments", "enrollments", [symmetric(id) for id in ("a", "b", "c", "d")]) == 200
    assert bulk(api, "/enrollmentGroups", "enrollmentGroups", [group(id) for id in ("e", "f")]) == 200
    assert api("GET", "/enrollments/a").status_code == 200
    # 7 of 8 are used
    assert bulk(api, "/enrollments", "enrollments", [symmetric("x"), symmetric("y")]) == 429
    assert "x" not in service.enrollments
    assert bulk(api, "/enrollments", "enrollments", [symmetric("z")]) == 200
    assert api("GET", "/enrollments/z").status_code == 429


@pytest.mark.parametrize("body", [None, [], {}, "text", {"enrollments": 5}, {"enrollments": []}, {"other": [1, 2, 3]}])
def test_a_bulk_call_without_records_counts_as_one(api, service, body):
    service.switches.throttle, service.switches.throttle_count = 2, "records"
    statuses = [api("POST", "/enrollments", body).status_code for _ in range(3)]
    assert statuses == [400, 400, 429]


def test_a_bulk_call_counts_as_one_unless_records_are_counted(api, service):
    service.switches.throttle = 2
    records = [symmetric(str(number)) for number in range(10)]
    assert [bulk(api, "/enrollments", "enrollments", records) for _ in range(3)] == [200, 200, 429]


def refused(api, service, style):
    service.switches.throttle, service.switches.throttle_style = 1, style
    assert api("GET", "/enrollments/dev").status_code == 404
    answer = api("GET", "/enrollments/dev")
    assert answer.status_code == 429
    return answer.raw.headers


def test_a_429_without_retry_after(api, service):
    assert "Retry-After" not in refused(api, service, "none")


def test_a_429_with_a_date(api, service):
    headers = refused(api, service, "date")
    (date,), (moment,) = headers.getlist("Date"), headers.getlist("Retry-After")
    wait = parsedate_to_datetime(moment) - parsedate_to_datetime(date)
    assert timedelta(seconds=50) <= wait <= timedelta(seconds=62)
