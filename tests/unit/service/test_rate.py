"""The rate that is learned, by known times and against simulated services."""

from __future__ import annotations

import pytest

from azext_iot_dps.service.rate import Rate
from tests.unit.service.throttling import Bucket, Window, run

STYLES = pytest.mark.parametrize("retry_after", [True, False], ids=["retry-after", "no-retry-after"])
COSTS = pytest.mark.parametrize("cost", [1, 10], ids=["calls", "records"])


def filled(count, seconds):
    """A rate after a number of accepted calls within a number of seconds, from second 0 on."""
    rate = Rate()
    for number in range(count):
        rate.accepted(number * seconds / count)
    return rate


def test_without_a_refusal_there_is_no_limit_but_a_gentle_start():
    rate = Rate()
    assert (rate.in_flight, rate.wait(0.0), rate.per_second) == (1, 0.0, None)
    for number in range(120):
        rate.accepted(number * 0.1)
    assert (rate.in_flight, rate.wait(12.0), rate.per_second) == (4, 0.0, None)


def test_a_refusal_means_that_a_minutes_calls_were_accepted():
    rate = filled(1000, 20)
    assert rate.refused(20.0, 40.0) == 40.0
    assert rate.per_second == pytest.approx(0.98 * 1000 / 60)


def test_calls_go_out_evenly_afterwards():
    rate = filled(1000, 20)
    rate.refused(20.0, 40.0)
    rate.accepted(60.0)
    times, now = [], 60.0
    for _ in range(100):
        now += rate.wait(now)
        rate.sent(now)
        times.append(now)
    assert times[-1] - times[0] == pytest.approx(99 / (0.98 * 1000 / 60), rel=0.01)


def test_unused_time_is_caught_up_for_a_second_and_no_longer():
    rate = filled(1000, 20)
    rate.refused(20.0, 40.0)
    rate.accepted(60.0)
    rate.sent(60.0)
    at_once = 0
    while rate.wait(90.0) == 0:
        rate.sent(90.0)
        at_once += 1
    assert at_once == pytest.approx(0.98 * 1000 / 60, abs=1)


def test_waits_without_retry_after_grow():
    rate = Rate()
    assert [rate.refused(0.0, None) for _ in range(5)] == [1.0, 4.0, 16.0, 64.0, 64.0]


def test_the_second_wait_lasts_until_the_oldest_call_is_no_longer_counted():
    rate = filled(1000, 20)
    assert [rate.refused(20.0, None), rate.refused(21.0, None)] == [1.0, 39.0]


@pytest.mark.parametrize("retry_after", [0.0, 0.5])
def test_a_retry_after_below_a_second_has_a_floor(retry_after):
    rate = Rate()
    assert [rate.refused(0.0, retry_after) for _ in range(3)] == [1.0, 4.0, 16.0]


def test_a_refusal_of_the_first_call_says_nothing_about_a_rate():
    rate = Rate()
    rate.refused(0.0, 5.0)
    rate.accepted(5.0)
    assert (rate.per_second, rate.wait(5.0)) == (None, 0.0)


def test_the_rate_grows_until_the_next_refusal_and_ever_faster():
    rate = filled(1000, 20)
    rate.refused(20.0, 40.0)
    rate.accepted(60.0)
    grown = []
    now = 60.0
    for minute in range(1, 4):
        while now < 60.0 + 60 * minute:
            now += rate.wait(now)
            rate.sent(now)
            rate.accepted(now)
        grown.append(rate.per_second)
    assert 1.02 < grown[0] / (0.98 * 1000 / 60) < 1.2
    assert all(later > earlier for earlier, later in zip(grown, grown[1:]))
    assert grown[2] / grown[1] > 1.2 * grown[1] / grown[0]


@STYLES
@COSTS
@pytest.mark.parametrize("workers", [1, 4, 32])
@pytest.mark.parametrize("service", [lambda: Window(1000), lambda: Bucket(1000, 1000), lambda: Bucket(1000, 100)],
                         ids=["window", "bucket", "small-bucket"])  # fmt: skip
@pytest.mark.parametrize("seed", range(4))
def test_a_long_run_uses_what_is_allowed_and_is_hardly_ever_refused(service, workers, cost, retry_after, seed):
    outcome = run(service(), cost, workers, retry_after, seed=seed)
    # a single worker makes 12.7 calls a second at this latency
    possible = min(1.0, workers * cost * 12.7 / (1000 / 60))
    assert outcome.refused <= 0.02
    assert outcome.rate >= 0.95 * possible
    assert outcome.idle < 62


@STYLES
@COSTS
@pytest.mark.parametrize("used", [300, 700, 900, 1000])
def test_calls_of_others_just_before_slow_a_run_down_for_some_minutes_and_no_longer(used, cost, retry_after):
    outcome = run(Window(1000, used), cost, 4, retry_after, minutes=10)
    assert outcome.refused <= 0.02
    assert outcome.seconds < 15 * 60
    assert outcome.idle < 100


@STYLES
@pytest.mark.parametrize("allowed", [100, 300, 2000])
def test_other_limits_are_learned_too(allowed, retry_after):
    outcome = run(Window(allowed), 1, 16, retry_after)
    assert outcome.refused <= 0.05
    assert outcome.rate >= 0.9
