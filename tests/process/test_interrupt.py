"""Ctrl-C, which is SIGINT, in a real `az` that waits: between two tries, and for an answer."""

import signal
from threading import Event

import pytest

pytestmark = pytest.mark.az
# Seconds; the fault that each test puts in the way lasts twice as long.
PATIENCE = 30
LIST = ("iot", "dps", "enrollment", "list")
CREATE = ("iot", "dps", "enrollment", "create", "--eid", "dev", "--at", "symmetricKey")


def interrupted(process):
    """Exit code, stdout and what is left of stderr, after SIGINT."""
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


@pytest.mark.parametrize("command", [LIST, CREATE], ids=["list", "create"])
def test_ctrl_c_between_two_tries(start, dps, command):
    dps.fail(times=5, status=429, headers={"Retry-After": "60"})
    process = start(*command)
    announced = "WARNING: The service returned HTTP 429 TOO MANY REQUESTS. (error 429): next attempt in 60 seconds.\n"
    assert process.stderr.readline() == announced
    # azure-cli ends a command that is interrupted without a word
    assert interrupted(process) == (1, "", "")
    assert (len(dps.requests), len(dps.enrollments)) == (1, 0)


@pytest.mark.parametrize("command", [LIST, CREATE], ids=["list", "create"])
def test_ctrl_c_while_the_service_stalls(start, dps, command):
    arrived = Event()

    def struck(request):
        arrived.set()
        return request.is_service

    dps.fail(delay=2 * PATIENCE, status=503, where=struck)
    process = start(*command)
    assert arrived.wait(PATIENCE)
    assert interrupted(process) == (1, "", "")
    assert (len(dps.requests), len(dps.enrollments)) == (1, 0)
