"""The retry policy by known numbers; the fixture `waits` lets no time pass."""

from __future__ import annotations

import random
from email.utils import formatdate
from threading import Event
from time import time

import pytest

from azext_iot_dps.service.failure import Reason, ServiceError
from azext_iot_dps.service.retry import Pace, RetryPolicy, Tries, policy_from_environment, retry_after_seconds, sleep

# before the fixture `waits` replaces it
real_sleep = sleep


def used_up(tries, retry_after=None):
    """Take every attempt that is left; how many there were."""
    taken = 1
    while tries.another("failed", retry_after):
        taken += 1
    return taken


def test_delays_double_up_to_the_cap():
    policy = RetryPolicy()
    assert [policy.delay(attempt, None, 1.0) for attempt in range(1, 9)] == [1, 2, 4, 8, 16, 20, 20, 20]
    assert [policy.delay(attempt, None, 0.25) for attempt in range(1, 7)] == [0.25, 0.5, 1, 2, 4, 5]
    assert [policy.delay(attempt, None, 0.0) for attempt in range(1, 4)] == [0, 0, 0]


def test_base_and_cap_are_those_of_the_policy():
    policy = RetryPolicy(base=3.0, cap=10.0)
    assert [policy.delay(attempt, None, 1.0) for attempt in range(1, 5)] == [3, 6, 10, 10]


def test_what_the_service_asked_for_takes_precedence_over_everything():
    policy = RetryPolicy(base=1.0, cap=5.0)
    assert [policy.delay(attempt, 30.0, 0.5) for attempt in (1, 2, 9)] == [30.0, 30.0, 30.0]
    assert policy.delay(3, 0.0, 1.0) == 0.0


def test_waits_grow_from_attempt_to_attempt(waits):
    random.seed(0)
    assert used_up(Tries(RetryPolicy())) == 5
    # the generator's first numbers 0.84442, 0.75795, 0.42057 and 0.25892, times 1, 2, 4 and 8
    assert waits == pytest.approx([0.84442, 1.51591, 1.68229, 2.07133], abs=0.0001)


@pytest.mark.parametrize(("attempts", "waited"), [(1, 0), (2, 1), (7, 6)])
def test_the_number_of_attempts_includes_the_first(waits, attempts, waited):
    assert used_up(Tries(RetryPolicy(attempts=attempts)), 0.0) == attempts
    assert waits == [0.0] * waited


def test_all_waits_of_a_request_stay_within_the_budget(waits):
    tries = Tries(RetryPolicy(attempts=100))
    assert used_up(tries, 50.0) == 3
    assert (waits, tries.retry_after) == ([50.0, 50.0], 50.0)


def test_the_budget_may_be_used_up_exactly(waits):
    tries = Tries(RetryPolicy(attempts=4, budget=60.0))
    assert used_up(tries, 20.0) == 4
    assert (waits, tries.retry_after) == ([20.0] * 3, None)


def test_a_wait_longer_than_the_budget_is_not_begun(waits):
    tries = Tries(RetryPolicy())
    assert not tries.another("failed", 121.0)
    assert (waits, tries.retry_after) == ([], 121.0)


def test_a_budget_used_up_by_own_waits_blames_no_service(waits):
    tries = Tries(RetryPolicy(attempts=100, base=8.0, cap=8.0, budget=2.0))
    random.seed(0)
    # the first number is 0.84, which makes 6.8 seconds
    assert not tries.another("failed")
    assert (waits, tries.retry_after) == ([], None)


@pytest.mark.parametrize(
    ("text", "attempts"), [(None, 5), ("", 5), (" ", 5), ("0", 1), ("1", 2), (" 9 ", 10), ("999", 1000)]
)
def test_max_retries_is_one_less_than_the_attempts(monkeypatch, text, attempts):
    if text is not None:
        monkeypatch.setenv("AZURE_IOT_DPS_MAX_RETRIES", text)
    assert policy_from_environment() == RetryPolicy(attempts=attempts)
    assert used_up(Tries(), 0.0) == attempts


@pytest.mark.parametrize("text", ["-1", "+1", "1.5", "1000", "many", "1 2", "0x1", "\u0663"])
def test_max_retries_is_a_number_from_0_to_999(monkeypatch, text):
    monkeypatch.setenv("AZURE_IOT_DPS_MAX_RETRIES", text)
    for make in (policy_from_environment, Tries):
        with pytest.raises(ServiceError) as refusal:
            make()
        assert refusal.value.reason is Reason.BAD_SETTING
        assert str(refusal.value) == "AZURE_IOT_DPS_MAX_RETRIES must be a number from 0 to 999."


def test_a_policy_that_is_given_counts_more_than_the_environment(monkeypatch):
    monkeypatch.setenv("AZURE_IOT_DPS_MAX_RETRIES", "many")
    assert used_up(Tries(RetryPolicy(attempts=2)), 0.0) == 2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3.0), ("0", 0.0), (" 7 ", 7.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("1.5", None), ("-5", None),
     ("soon", None), ("1e9", None), ("Wed, 99 Foo 2026", None), ("", None), (None, None)],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(header, seconds):
    assert retry_after_seconds(header) == seconds


def test_retry_after_may_be_a_date_to_come():
    assert 50 < retry_after_seconds(formatdate(time() + 60, usegmt=True)) <= 60


def test_a_long_wait_is_announced_once_for_all_workers(caplog, waits):
    caplog.set_level("WARNING", "cli")
    pace = Pace()
    first, second = pace.tries(), pace.tries()
    assert first.another("Busy.", 30.0)
    assert second.another("Busy.", 30.5)
    assert second.another("Busy.", 45.0)
    assert [record.getMessage() for record in caplog.records] == [
        "Busy: attempt 2 of 5 in 30 seconds.",
        "Busy: attempt 3 of 5 in 45 seconds.",
    ]


def test_a_short_wait_is_not_announced(caplog, waits):
    caplog.set_level("WARNING", "cli")
    tries = Tries(RetryPolicy())
    assert tries.another("Busy.", 2.0)
    assert caplog.records == []


def test_all_workers_wait_for_the_longest_wait(waits):
    pace = Pace()
    assert pace.slow_down(30.0)
    assert not pace.slow_down(5.0)
    assert pace.wait()
    assert waits == [pytest.approx(30.0, abs=5.0)]


def test_nobody_waits_without_need(waits):
    assert Pace().wait()
    assert waits == []


def test_nothing_is_sent_once_the_workers_are_stopped(waits):
    pace = Pace()
    pace.slow_down(30.0)
    pace.stop()
    assert (pace.stopped, pace.wait(), pace.tries().another("Busy.", 1.0)) == (True, False, False)
    assert waits == []


def test_who_waits_is_woken_when_the_workers_are_stopped():
    stopped = Event()
    stopped.set()
    # an hour, if it did not listen
    real_sleep(3600.0, stopped)
