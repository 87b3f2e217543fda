"""az iot device registration create: how long it asks, and when it gives up."""

from __future__ import annotations

import contextlib
import io

import pytest
from azure.cli.core.azclierror import AzureResponseError

from azext_iot_dps.devices.client import DeviceClient
from azext_iot_dps.devices.identity import Identity
from azext_iot_dps.service.client import DpsClient
from tests.devices import KEY1, SCOPE, symmetric

ASSIGNING = {"status": "assigning"}
POLL = "/operations/"
IDENTITY = Identity(device_symmetric_key=KEY1)


@pytest.fixture
def create(az, dps):
    dps.enrollments.put(symmetric())
    line = f"iot device registration create --rid dev --scope {SCOPE} --key {KEY1} --host {dps.host}"
    return lambda more="": az(f"{line} {more}")


def test_polls_wait_as_long_as_the_service_says(create, dps, waits):
    dps.switches.retry_after = 7
    assert create().exit_code == 0
    assert waits == [7, 7]


@pytest.mark.parametrize("retry_after, seconds", [("", 2), ("soon", 2), ("0", 1), ("-5", 2)])
def test_a_wait_that_is_not_told_or_none_is_short(create, dps, waits, retry_after, seconds):
    dps.fail(times=1, status=202, body=ASSIGNING, headers={"Retry-After": retry_after}, path=POLL)
    assert create().exit_code == 0
    assert waits == [3, seconds, 3]


def test_an_unassigned_device_is_asked_for_again(create, dps, waits):
    dps.fail(body={"status": "unassigned"}, path=POLL)
    assert create().json["status"] == "assigned"
    assert waits == [3, 2, 3]


def test_a_registration_that_is_answered_at_once_is_not_asked_for(create, dps, waits):
    answer = {"status": "assigned", "registrationState": {"assignedHub": "hub", "x": None}}
    dps.fail(body=answer, path="/register")
    assert create().json == answer
    assert (len(dps.requests), waits) == (1, [])


@pytest.mark.parametrize(("asked", "seconds", "polls"), [("10", 10, 29), ("60", 30, 9), ("86400", 30, 9)])
def test_a_registration_that_does_not_end_is_given_up_after_five_minutes(create, dps, waits, asked, seconds, polls):
    dps.switches.retry_after = seconds
    dps.fail(times=1000, status=202, body=ASSIGNING, headers={"Retry-After": asked}, path=POLL)
    result = create()
    assert (result.exit_code, result.out) == (1, "")
    assert "The registration of 'dev' did not finish within 300 seconds.\n" in result.err
    # the next one would end after 300 seconds, with the time of the requests
    assert waits == [seconds] * polls


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429}, {"drop": "before"}, {"drop": "after"}])
@pytest.mark.parametrize("path", ["/register", POLL])
def test_what_may_pass_is_tried_again(create, dps, path, fault):
    dps.fail(times=2, path=path, **fault)
    assert create().json["status"] == "assigned"


@pytest.mark.parametrize(
    "answer",
    [
        {"raw": "<html>"},
        {"body": []},
        {"body": {"operationId": "5.a.b"}},
        {"body": {"operationId": "5.a.b", "status": "great"}},
        {"body": {"status": "assigning"}},
        {"body": {"operationId": 5, "status": "assigning"}},
        {"body": {"operationId": "..", "status": "assigning"}},
        {"body": {"operationId": "", "status": "assigning"}},
        {"raw": r'{"operationId": "\ud800", "status": "assigning"}'},
    ],
)
def test_an_answer_that_is_none_is_an_error(create, dps, answer):
    dps.fail(path="/register", **answer)
    result = create()
    assert (result.exit_code, result.out) == (1, "")
    assert f"{dps.host} returned an unexpected response (HTTP 200)." in result.err


@pytest.mark.parametrize(
    "state, words",
    [
        (None, "the service gave no reason.\n"),
        ("x", "the service gave no reason.\n"),
        ({"errorCode": 400209}, "the service gave no reason. (error 400209)\n"),
        ({"errorMessage": ["x"], "errorCode": {}}, "the service gave no reason.\n"),
        ({"errorMessage": "No. "}, "No.\n"),
        ({"errorMessage": "SharedAccessKey=c2VjcmV0"}, "SharedAccessKey=***\n"),
        ({"errorMessage": "\x1b[2J", "errorCode": "\x1b[2J" + "x" * 200}, f"\\x1b[2J (error \\x1b[2J{'x' * 93})\n"),
        ({"errorMessage": "No.", "errorCode": "SharedAccessKey=c2VjcmV0"}, "No. (error SharedAccessKey=***)\n"),
    ],
)
def test_a_failure_says_what_the_service_tells_of_it(create, dps, state, words):
    dps.fail(body={"status": "failed", "registrationState": state}, path=POLL)
    result = create()
    assert result.exit_code == 1
    assert f"The registration of 'dev' failed: {words}" in result.err


def test_a_failure_is_told_without_what_the_request_kept_secret(create, dps):
    body = {"status": "failed", "registrationState": {"errorMessage": "Not c2VjcmV0!", "errorCode": "c2VjcmV0"}}
    dps.fail(body=body, path="/register")
    result = create("""--payload '{"primaryKey": "c2VjcmV0"}'""")
    assert "The registration of 'dev' failed: Not ***! (error ***)\n" in result.err


def test_nothing_but_the_answer_is_shown_without_a_terminal(create):
    assert create().err == ""


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Azure:
    """What the client asks azure-cli for; keeps what the spinner showed."""

    def __init__(self, only_show_errors, disabled):
        self.only_show_errors, self.disabled = only_show_errors, disabled
        self.told = []

    @property
    def config(self):
        return self

    def getboolean(self, section, name, fallback):
        return self.disabled if (section, name) == ("core", "disable_progress_bar") else fallback

    def get_progress_controller(self, det):
        # azure-cli's bar needs a total, its spinner none
        assert not det
        return self

    def add(self, message):
        self.told.append(message)

    def end(self):
        self.told.append("end")


@pytest.mark.parametrize("stream", [Terminal, io.StringIO])
@pytest.mark.parametrize("only_show_errors, disabled", [(False, False), (True, False), (False, True)])
@pytest.mark.parametrize("status", ["enabled", "disabled"])
def test_azure_clis_spinner_turns_on_a_terminal_until_the_end(create, dps, stream, only_show_errors, disabled, status):
    dps.enrollments.put({**dps.enrollments["dev"], "provisioningStatus": status})
    azure = Azure(only_show_errors, disabled)
    client = DeviceClient(DpsClient(None, None, None), IDENTITY, lambda: (dps.host, SCOPE), azure)
    ended = contextlib.nullcontext() if status == "enabled" else pytest.raises(AzureResponseError)
    with contextlib.redirect_stderr(stream()), ended:
        client.register("dev", {})
    polls = ["Registering dev: assigning"] * 2 if status == "enabled" else []
    shown = stream is Terminal and not only_show_errors and not disabled
    assert azure.told == (["Registering dev:", *polls, "end"] if shown else [])
