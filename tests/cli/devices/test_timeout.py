"""az iot device registration create: how a registration that is not completed continues."""

from __future__ import annotations

import shlex

import pytest

from tests.devices import KEY1, SCOPE, symmetric

ASSIGNING = {"status": "assigning"}
POLL = "/operations/"
REGISTER = "/registrations/dev/register"


@pytest.fixture
def register(create, dps):
    dps.enrollments.put(symmetric())
    return lambda more="": create(f"--key {KEY1} {more}")


def operation_of(dps):
    """The operation that the service began."""
    return next(each.answer["operationId"] for each in dps.requests if each.path.endswith("/register"))


def go_on(dps):
    """The advice, once a registration is accepted."""
    id = operation_of(dps)
    return (
        f"The service accepted the registration as operation {id}. Do not register again; see how it ends with the "
        f"same key or certificate and: az iot device registration operation-status --id-scope {SCOPE} "
        f"--provisioning-host {dps.host} --registration-id dev --operation-id {id}\n"
    )


def test_a_registration_within_its_time(register, waits):
    assert register("--timeout 60").json["status"] == "assigned"
    assert waits == [3, 3]


def test_the_time_bounds_the_polls(register, dps, waits):
    dps.switches.retry_after = 8
    dps.fail(times=1000, body=ASSIGNING, path=POLL, headers={"Retry-After": "8"})
    result = register("--timeout 20")
    assert (result.exit_code, result.out) == (1, "")
    assert result.err == f"ERROR: The registration of 'dev' did not finish within 20 seconds.\n{go_on(dps)}"
    assert waits == [8, 8]


def test_the_command_to_go_on_with_works(register, dps, az):
    dps.switches.retry_after = 5
    result = register("--timeout 1")
    assert (result.exit_code, result.out) == (1, "")
    command = shlex.split(result.err.partition(" and: az ")[2])
    statuses = [az("", *command, "--key", KEY1).json["status"] for _ in range(2)]
    assert statuses == ["assigning", "assigned"]


def test_a_host_that_does_not_respond_is_left_at_once(register, dps, ten_seconds):
    dps.fail(delay=60, status=503, path=REGISTER)
    result = register("--timeout 1")
    assert (result.exit_code, result.out) == (1, "")
    assert result.err == (
        "ERROR: The registration of 'dev' did not finish within a second. The service did not say which operation it "
        "is, and may have accepted it.\n"
        "Before you register again, look for the device with `az iot dps enrollment registration show`.\n"
    )


def test_a_poll_that_is_not_answered_in_time(register, dps, ten_seconds):
    dps.fail(delay=60, status=503, path=POLL)
    result = register("--timeout 1")
    assert result.err == f"ERROR: The registration of 'dev' did not finish within a second.\n{go_on(dps)}"


def test_a_poll_that_fails_says_how_to_go_on(register, dps):
    dps.fail(times=5, status=503, path=POLL)
    result = register()
    assert (result.exit_code, result.out) == (1, "")
    assert result.err.endswith(f"\n{go_on(dps)}")


@pytest.mark.parametrize("status", ["assigning", "assigned", "failed"])
def test_another_operation_is_an_error_that_names_the_first(register, dps, status):
    dps.fail(body={"operationId": "5.c.d", "status": status}, path=POLL)
    result = register()
    assert (result.exit_code, result.out) == (1, "")
    assert result.err == f"ERROR: {dps.host} returned the status of another operation.\n{go_on(dps)}"


def test_an_operation_whose_id_is_a_secret_or_obeyed_by_a_terminal_is_not_shown(register, dps):
    dps.fail(body={"operationId": "SharedAccessKey=c2VjcmV0;\x1b[2J", "status": "assigning"}, path=REGISTER)
    result = register("--timeout 1")
    assert r"operation SharedAccessKey=***;\x1b[2J. Do not" in result.err
    assert r"--operation-id 'SharedAccessKey=***;\x1b[2J'" in result.err


@pytest.mark.parametrize("typed", ["0", "-1", "1.5", "soon", "''", "86401"])
def test_a_time_that_is_none(create, dps, typed):
    result = create(f"--key {KEY1} --timeout={typed}")
    assert (result.exit_code, result.err) == (1, "ERROR: --timeout must be a number from 1 to 86400.\n")
    assert dps.requests == []
