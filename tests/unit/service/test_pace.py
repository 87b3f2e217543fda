"""The pace of requests by known times; the fixture `waits` lets them pass at once."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from azext_iot_dps.service import pace as module
from azext_iot_dps.service.failure import Reason, ServiceError
from azext_iot_dps.service.pace import Pace

# before the fixture `waits` replaces it
real_sleep = module.sleep


def test_nobody_waits_without_need(waits):
    pace = Pace()
    pace.enter()
    assert waits == []


def test_all_wait_for_the_longest_wait(waits):
    pace = Pace()
    assert pace.hold(30.0)
    assert not pace.hold(5.0)
    pace.enter()
    assert waits == [30.0]


def test_a_wait_that_ends_too_early_goes_on(monkeypatch, waits):
    pace, half = Pace(), []

    def too_short(seconds, stopped=None):
        half.append(seconds)
        passing(seconds / 2)

    passing = module.sleep
    monkeypatch.setattr(module, "sleep", too_short)
    pace.hold(8.0)
    pace.enter()
    assert half[:3] == [pytest.approx(8.0, abs=0.1), pytest.approx(4.0, abs=0.1), pytest.approx(2.0, abs=0.1)]
    assert sum(waits) == pytest.approx(8.0, abs=0.2)


def test_a_throttled_request_waits_as_long_as_the_service_asks(waits):
    pace = Pace()
    throttled = pace.refused(pace.enter(), 20.0)
    assert (throttled.seconds, throttled.first) == (20.0, True)
    pace.enter()
    assert waits == [20.0]


def test_several_processes_do_not_come_back_at_the_same_moment(monkeypatch, waits):
    pace = Pace()
    monkeypatch.setattr(module, "random", lambda: 0.5)
    assert pace.refused(pace.enter(), 4.0).seconds == 4.0
    pace.enter()
    assert waits == [4.1]


def test_a_retry_after_of_0_has_a_floor(waits):
    pace = Pace()
    assert pace.refused(pace.enter(), 0.0).seconds == 1.0


def test_without_retry_after_waits_grow_beyond_a_minute(waits):
    pace = Pace()
    assert [pace.refused(pace.enter(), None).seconds for _ in range(5)] == [1.0, 4.0, 16.0, 64.0, 64.0]


def test_idle_time_counts_from_the_last_progress_of_any_request(waits):
    pace = Pace()
    assert round(pace.refused(pace.enter(), 30.0).idle) == 30
    assert round(pace.refused(pace.enter(), 30.0).idle) == 60
    pace.accepted(pace.enter())
    assert round(pace.refused(pace.enter(), 30.0).idle) == 30


def test_one_request_probes_while_the_others_wait(waits):
    pace = Pace()
    # enough for several at a time
    for _ in range(200):
        pace.accepted(pace.enter())
    first, second = pace.enter(), pace.enter()
    assert pace.refused(first, 5.0).first
    assert not pace.refused(second, 5.0).first
    probe = pace.enter()
    admitted = Event()
    waiting = Thread(target=lambda: (pace.enter(), admitted.set()), daemon=True)
    waiting.start()
    assert not admitted.wait(0.2)
    pace.accepted(probe)
    assert admitted.wait(10)
    waiting.join(10)


def test_a_probe_without_an_answer_lets_another_go(waits):
    pace = Pace()
    pace.refused(pace.enter(), 5.0)
    pace.failed(pace.enter())
    pace.enter()
    assert waits == [5.0]


def test_requests_start_gently():
    pace = Pace()
    first = pace.enter()
    admitted = Event()
    Thread(target=lambda: (pace.enter(), admitted.set()), daemon=True).start()
    assert not admitted.wait(0.2)
    pace.accepted(first)
    assert admitted.wait(10)


def test_who_came_first_is_first(waits):
    pace, order = Pace(), []
    sent = pace.enter()
    threads = []
    for number in range(5):
        thread = Thread(target=lambda number=number: (pace.accepted(pace.enter()), order.append(number)), daemon=True)
        thread.start()
        threads.append(thread)
        while len(pace._queue) < number + 1:
            pass
    pace.accepted(sent)
    for thread in threads:
        thread.join(10)
    assert order == [0, 1, 2, 3, 4]


def test_nothing_is_sent_once_it_is_stopped(waits):
    pace = Pace()
    pace.hold(30.0)
    pace.stop()
    with pytest.raises(ServiceError) as refusal:
        pace.enter("host")
    assert (refusal.value.reason, refusal.value.host, waits) == (Reason.STOPPED, "host", [])
    assert str(refusal.value) == "It was not sent: the command was interrupted."


def test_who_waits_for_another_is_woken_when_it_is_stopped():
    pace, refusals = Pace(), []

    def enter():
        try:
            pace.enter()
        except ServiceError as error:
            refusals.append(error.reason)

    pace.enter()
    waiting = Thread(target=enter, daemon=True)
    waiting.start()
    pace.stop()
    waiting.join(10)
    assert refusals == [Reason.STOPPED]


def test_who_sleeps_is_woken_when_it_is_stopped():
    stopped = Event()
    stopped.set()
    # an hour, if it did not listen
    real_sleep(3600.0, stopped)
