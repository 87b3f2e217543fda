"""The retry policy by known numbers; the fixture `waits` lets no time pass."""

from __future__ import annotations

import random
from email.utils import formatdate
from time import time

import pytest

from azext_iot_dps.service.failure import Reason, ServiceError
from azext_iot_dps.service.pace import Pace, Throttled
from azext_iot_dps.service.retry import RetryPolicy, Tries, policy_from_environment, retry_after_seconds


def used_up(tries, retry_after=None):
    """Take every attempt that is left; how many there were."""
    taken = 0
    again = True
    while again:
        tries.pace.failed(tries.pace.enter())
        taken += 1
        again = tries.another("failed", retry_after)
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
    assert used_up(Tries(policy=RetryPolicy())) == 5
    # the generator's first numbers 0.84442, 0.75795, 0.42057 and 0.25892, times 1, 2, 4 and 8
    assert waits == pytest.approx([0.84442, 1.51591, 1.68229, 2.07133], abs=0.06)


@pytest.mark.parametrize(("attempts", "waited"), [(1, 0), (2, 1), (7, 6)])
def test_the_number_of_attempts_includes_the_first(waits, attempts, waited):
    assert used_up(Tries(policy=RetryPolicy(attempts=attempts)), 3.0) == attempts
    assert waits == [3.0] * waited


def test_all_waits_of_a_request_stay_within_the_budget(waits):
    tries = Tries(policy=RetryPolicy(attempts=100))
    assert used_up(tries, 50.0) == 3
    assert (waits, tries.retry_after) == ([50.0, 50.0], 50.0)


def test_the_budget_may_be_used_up_exactly(waits):
    tries = Tries(policy=RetryPolicy(attempts=4, budget=60.0))
    assert used_up(tries, 20.0) == 4
    assert (waits, tries.retry_after) == ([20.0] * 3, None)


def test_a_wait_longer_than_the_budget_is_not_begun(waits):
    tries = Tries(policy=RetryPolicy())
    assert not tries.another("failed", 121.0)
    assert (waits, tries.retry_after) == ([], 121.0)


def test_a_budget_used_up_by_own_waits_blames_no_service(waits):
    tries = Tries(policy=RetryPolicy(attempts=100, base=8.0, cap=8.0, budget=2.0))
    random.seed(0)
    # the first number is 0.84, which makes 6.8 seconds
    assert not tries.another("failed")
    assert (waits, tries.retry_after) == ([], None)


@pytest.mark.parametrize(("text", "attempts"), [(None, 5), ("", 5), (" ", 5), ("1", 2), (" 9 ", 10), ("999", 1000)])
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


@pytest.mark.parametrize("text", ["-1", "1.5", "86401", "long", "100000"])
def test_max_wait_is_a_number_of_seconds_up_to_a_day(monkeypatch, text):
    monkeypatch.setenv("AZURE_IOT_DPS_MAX_WAIT", text)
    with pytest.raises(ServiceError) as refusal:
        policy_from_environment()
    assert str(refusal.value) == "AZURE_IOT_DPS_MAX_WAIT must be a number from 0 to 86400."


def test_a_policy_that_is_given_counts_more_than_the_environment(monkeypatch):
    monkeypatch.setenv("AZURE_IOT_DPS_MAX_RETRIES", "many")
    assert used_up(Tries(policy=RetryPolicy(attempts=2)), 0.0) == 2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3.0), ("0", 0.0), (" 7 ", 7.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("1.5", None), ("-5", None),
     ("soon", None), ("1e9", None), ("Wed, 99 Foo 2026", None), ("", None), (None, None)],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(header, seconds):
    assert retry_after_seconds(header) == seconds


def test_a_date_counts_from_that_of_the_response():
    asked = retry_after_seconds("Wed, 21 Oct 2015 07:28:41 GMT", "Wed, 21 Oct 2015 07:28:00 GMT")
    assert (asked, retry_after_seconds("7", "Wed, 21 Oct 2015 07:28:00 GMT")) == (41.0, 7.0)


@pytest.mark.parametrize("date", ["yesterday", "", "Wed, 21 Oct 2015 07:28:00 -0000"])
def test_a_response_whose_date_cannot_be_read(date):
    assert retry_after_seconds("Wed, 21 Oct 2015 07:28:41 GMT", date) in (None, 0.0)


def test_retry_after_may_be_a_date_to_come():
    assert 50 < retry_after_seconds(formatdate(time() + 60, usegmt=True)) <= 60


def test_a_long_wait_is_announced_once_for_all_workers(caplog, waits):
    caplog.set_level("WARNING", "cli")
    pace = Pace()
    first, second = Tries(pace), Tries(pace)
    assert first.another("Busy.", 30.0)
    assert second.another("Busy.", 30.5)
    assert second.another("Busy.", 45.0)
    assert [record.getMessage() for record in caplog.records] == [
        "Busy: attempt 2 of 5 in 30 seconds.",
        "Busy: attempt 3 of 5 in 45 seconds.",
    ]


def test_a_short_wait_is_not_announced(caplog, waits):
    caplog.set_level("WARNING", "cli")
    tries = Tries(policy=RetryPolicy())
    assert tries.another("Busy.", 2.0)
    assert caplog.records == []


def test_throttled_requests_use_up_no_attempt(caplog, waits):
    caplog.set_level("WARNING", "cli")
    tries = Tries()
    for _ in range(20):
        assert tries.throttled("Slow down.", Throttled(41.0, 179.0, True))
    assert not tries.throttled("Slow down.", Throttled(41.0, 181.0, True))
    assert tries.retry_after == 41.0
    assert {record.getMessage() for record in caplog.records} == {"Slow down: next attempt in 41 seconds."}


@pytest.mark.parametrize("throttled", [Throttled(2.0, 2.0, True), Throttled(41.0, 41.0, False)])
def test_short_waits_and_waits_of_others_are_not_announced(caplog, throttled):
    caplog.set_level("WARNING", "cli")
    assert Tries().throttled("Slow down.", throttled)
    assert caplog.records == []


def test_a_throttled_request_is_not_sent_again_after_an_interruption():
    tries = Tries()
    tries.pace.stop()
    assert not tries.throttled("Slow down.", Throttled(1.0, 1.0, True))
    assert tries.retry_after is None


def test_no_retries_at_all(monkeypatch):
    monkeypatch.setenv("AZURE_IOT_DPS_MAX_RETRIES", "0")
    assert policy_from_environment() == RetryPolicy(attempts=1, max_wait=0.0)
    assert used_up(Tries(), 0.0) == 1


def test_without_retries_a_throttled_request_fails(monkeypatch):
    monkeypatch.setenv("AZURE_IOT_DPS_MAX_RETRIES", "0")
    monkeypatch.setenv("AZURE_IOT_DPS_MAX_WAIT", "60")
    assert not Tries().throttled("Slow down.", Throttled(1.0, 1.0, True))


def test_the_longest_wait_can_be_set(monkeypatch):
    monkeypatch.setenv("AZURE_IOT_DPS_MAX_WAIT", "3600")
    assert policy_from_environment() == RetryPolicy(attempts=5, max_wait=3600.0)
    assert Tries().throttled("Slow down.", Throttled(1.0, 3599.0, True))
    assert not Tries().throttled("Slow down.", Throttled(1.0, 3601.0, True))


def test_parts_that_are_throttled_without_progress_fail_in_the_end(waits):
    tries = Tries()
    sent = tries.pace.enter()
    tries.pace.accepted(sent)
    asked = 1
    while tries.throttled_in_part("Slow down.", sent, progress=False):
        asked += 1
        sent = tries.pace.enter()
        tries.pace.accepted(sent)
    assert 3 < asked < 200
    assert 100 < sum(waits) <= 180


def test_parts_that_are_throttled_go_on_while_there_is_progress(waits):
    tries = Tries()
    for _ in range(300):
        sent = tries.pace.enter()
        tries.pace.accepted(sent)
        assert tries.throttled_in_part("Slow down.", sent, progress=True)
    assert sum(waits) > 200


def test_waits_for_parts_grow_until_there_is_progress(waits):
    tries = Tries()
    sent = tries.pace.enter()
    tries.pace.accepted(sent)
    for progress in (False, False, False, False, False, True, False):
        assert tries.throttled_in_part("Slow down.", sent, progress)
        sent = tries.pace.enter()
        tries.pace.accepted(sent)
    assert [round(seconds) for seconds in waits] == [1, 4, 16, 64, 64, 1, 4]
