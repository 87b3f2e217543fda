"""--watch: rounds of reads until enough devices are assigned; no second of a wait really passes."""

import os
import signal

import pytest

from tests.cli.registrations.test_listing import SYMMETRIC, reads

LIST = "enrollment registration list --watch"
GROUP = "enrollment-group registration list --group-id g --watch"


@pytest.fixture
def fleet(dps):
    """Three enrollments, none of which has registered, and a group."""
    for id in ("a", "b", "c"):
        dps.enrollments.put({"registrationId": id, "attestation": SYMMETRIC})
    dps.groups.put({"enrollmentGroupId": "g", "attestation": SYMMETRIC})
    return dps


@pytest.fixture
def during(monkeypatch, waits):
    """Runs a function instead of each wait, one after the other."""
    from azext_iot_dps.service import pace

    passing = pace.sleep

    def during(*functions):
        left = list(functions)

        def sleep(seconds, stopped=None):
            passing(seconds, stopped)
            left.pop(0)()

        monkeypatch.setattr(pace, "sleep", sleep)

    return during


def interrupt():
    os.kill(os.getpid(), signal.SIGTERM)


def statuses(result):
    return {state["registrationId"]: state["status"] for state in result.json}


def test_a_watch_ends_when_all_are_assigned_and_reads_the_others_only(iot, fleet, during, waits):
    fleet.register("a")
    during(lambda: fleet.register("b"), lambda: fleet.register("c"))
    result = iot(LIST)
    assert (result.exit_code, result.err) == (0, "")
    assert statuses(result) == {"a": "assigned", "b": "assigned", "c": "assigned"}
    assert reads(fleet) == ["a", "b", "b", "c", "c", "c"]
    assert waits == [10, 10]


def test_until_a_number_is_assigned_at_an_interval(iot, fleet, during, waits):
    during(lambda: None, lambda: fleet.register("b"))
    result = iot(f"{LIST} --until 1 --interval 300 --status assigned")
    assert (result.exit_code, statuses(result), waits) == (0, {"b": "assigned"}, [300, 300])


def test_an_enrollment_that_is_deleted_is_not_waited_for(iot, fleet, during):
    fleet.register("a")
    fleet.register("b")
    during(lambda: fleet.enrollments.remove("c"))
    assert statuses(iot(LIST)) == {"a": "assigned", "b": "assigned"}


def test_ctrl_c_gives_the_state_so_far(iot, fleet, during):
    fleet.register("a")
    during(lambda: fleet.register("b"), interrupt)
    result = iot(LIST)
    assert (result.exit_code, statuses(result)) == (1, {"a": "assigned", "b": "assigned", "c": "unassigned"})
    assert result.err == (
        "ERROR: The command was interrupted: 2 of 3 assigned.\nThe result has what was read until then.\n"
    )


def test_ctrl_c_while_a_response_is_awaited(iot, fleet):
    def struck(request):
        if request.path != "/enrollments/c":
            return False
        interrupt()
        return True

    fleet.fail(where=struck, delay=5)
    result = iot(LIST)
    assert (result.exit_code, "ERROR: The command was interrupted: 0 of 3 assigned.\n" in result.err) == (1, True)


def test_a_group_is_watched_from_its_first_registration_on(iot, fleet, during, waits):
    during(lambda: None, lambda: fleet.register("d1", group_id="g"))
    result = iot(GROUP)
    assert (result.exit_code, statuses(result), len(waits)) == (0, {"d1": "assigned"}, 2)


def test_a_group_until_a_number_is_assigned(iot, fleet, during, waits):
    fleet.register("d1", group_id="g")
    during(lambda: fleet.register("d2", group_id="g"))
    result = iot(f"{GROUP} --until 2 --interval 5")
    assert (result.exit_code, statuses(result), waits) == (0, {"d1": "assigned", "d2": "assigned"}, [5])


def test_no_enrollments_are_all_assigned(iot, dps, waits):
    assert (iot(LIST).json, waits) == ([], [])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f"{LIST} --until 4", "--until is 4, but only 3 enrollments are selected."),
        ("enrollment registration list --until 4", "--until requires --watch."),
        ("enrollment-group registration list --group-id g --interval 4", "--interval requires --watch."),
        (f"{LIST} --until 0", "--until must be a number from 1 to 999999999."),
    ],
)
def test_what_would_not_end_or_have_no_effect_is_refused(iot, fleet, line, message):
    result = iot(line)
    assert (result.exit_code, result.err, reads(fleet)) == (1, f"ERROR: {message}\n", [])
