"""Signals: the first one interrupts, the next ones do not interrupt what ends the command."""

import os
import signal

import pytest

from azext_iot_dps.cli.interrupts import Interrupts


@pytest.fixture
def terminated():
    before = signal.getsignal(signal.SIGTERM)
    yield lambda: os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before


def test_only_the_first_signal_interrupts(terminated):
    with Interrupts() as interrupts:
        with pytest.raises(KeyboardInterrupt):
            terminated()
        terminated()
    assert interrupts.count == 2
    interrupts.restore()


def test_signals_only_count_once_they_are_collected(terminated):
    with Interrupts() as interrupts:
        interrupts.collect()
        terminated()
    assert interrupts.count == 1
    interrupts.restore()


def test_an_interruption_that_ends_the_command_restores_what_was_before(terminated):
    with pytest.raises(KeyboardInterrupt), Interrupts():
        terminated()
