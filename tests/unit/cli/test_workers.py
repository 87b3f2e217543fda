"""Threads that the system refuses."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from azure.cli.core.azclierror import UnclassifiedUserFault

from azext_iot_dps.cli import workers


@pytest.fixture
def allowed(monkeypatch):
    """Lets the system allow that number of threads, and no more."""
    start = Thread.start

    def allow(number):
        left = [None] * number

        def refuse(thread):
            if not left:
                raise RuntimeError("can't start new thread")
            left.pop()
            start(thread)

        monkeypatch.setattr(Thread, "start", refuse)

    return allow


def test_a_thread_for_each_function():
    done = [Event() for _ in range(4)]
    threads = workers.start((event.set for event in done), "work")
    assert all(event.wait(10) for event in done)
    assert ([thread.name for thread in threads], {thread.daemon for thread in threads}) == (["work"] * 4, {True})


def test_fewer_threads_than_wanted_do_the_work(allowed):
    allowed(2)
    assert len(workers.start((Event().set for _ in range(4)), "work")) == 2


def test_not_a_single_thread(allowed):
    allowed(0)
    with pytest.raises(UnclassifiedUserFault) as refusal:
        workers.start((Event().set for _ in range(4)), "work")
    assert str(refusal.value) == "The system does not allow another thread. Nothing was sent."
    assert refusal.value.recommendations == ["Check the limits of processes and memory, such as `ulimit -u`."]
