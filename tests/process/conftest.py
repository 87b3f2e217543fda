"""An az in a process of its own, which a test may interrupt."""

import signal
import subprocess
import sys

import pytest

from tests.process.held import Held, is_bulk


@pytest.fixture
def start(real_az, dps):
    """Starts an az that obeys SIGINT, also where this process ignores it; the test ends it."""
    started = []

    def start(*command, cwd=real_az.folder, stderr=subprocess.PIPE, **environ):
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "azure.cli", *command, "--login", dps.connection_string],
                cwd=cwd,
                env={**real_az.environ, **environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        finally:
            signal.signal(signal.SIGINT, before)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def hold(dps):
    """Holds the n-th of the wanted requests, which are bulk calls unless told otherwise."""
    every = []

    def hold(number, wanted=is_bulk):
        every.append(Held(number, wanted))
        dps.fail(where=every[-1], drop="before")
        return every[-1]

    yield hold
    for held in every:
        # what nobody waits for any more must not be carried out in the next test
        held.release(is_carried_out=False)
