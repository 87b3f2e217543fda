"""How often, and after what delay, a request is retried."""

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
import requests
import urllib3

from azext_iot_dps.service import network_errors

LIST = "enrollment list"


def test_waits_grow_and_are_random(iot, dps, waits):
    dps.fail(4, status=503)
    assert iot(LIST).exit_code == 0
    assert [wait <= limit for wait, limit in zip(waits, (1, 2, 4, 8))] == [True] * 4
    # they are rounded
    assert len(set(waits)) > 1


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_the_service_says_how_long(iot, dps, waits, status):
    dps.fail(status=status, headers={"Retry-After": "3"})
    assert iot(LIST).exit_code == 0
    assert waits == [3.0]


def test_the_service_says_until_when(iot, dps, waits):
    then = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=20), usegmt=True)
    dps.fail(status=429, headers={"Retry-After": then})
    assert iot(LIST).exit_code == 0
    # the date counts from that of the response, in whole seconds
    assert 19 <= waits[0] <= 21


@pytest.mark.parametrize("header", ["soon", "-5", "", "1e9", "Wed, 99 Foo 2026", "0", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_what_the_service_says_cannot_be_read_or_has_passed(iot, dps, waits, header):
    dps.fail(status=429, headers={"Retry-After": header})
    assert iot(LIST).exit_code == 0
    assert waits == [1.0]


@pytest.mark.parametrize(("seconds", "waited"), [("181", []), ("7200", []), ("60", [60.0, 60.0])])
def test_a_throttled_request_waits_three_minutes_at_most(iot, dps, waits, seconds, waited):
    dps.fail(5, status=429, headers={"Retry-After": seconds}, body={"errorCode": 429001, "message": "Slow down."})
    result = iot(LIST)
    assert (result.exit_code, waits) == (1, waited)
    assert "ERROR: Slow down. (error 429001)\n" in result.err
    assert result.err.endswith(
        f"The next attempt would be in {seconds} seconds. To wait longer, set AZURE_IOT_DPS_MAX_WAIT.\n"
    )


def test_a_throttled_request_waits_as_long_as_is_set(iot, dps, waits, monkeypatch):
    monkeypatch.setenv("AZURE_IOT_DPS_MAX_WAIT", "600")
    dps.fail(5, status=429, headers={"Retry-After": "100"})
    assert (iot(LIST).exit_code, waits) == (0, [100.0] * 5)


def test_a_throttled_request_uses_up_no_attempt(iot, dps, waits):
    dps.fail(20, status=429, headers={"Retry-After": "5"})
    assert (iot(LIST).exit_code, waits) == (0, [5.0] * 20)


def test_without_retries_the_first_refusal_is_the_last(iot, dps, waits, monkeypatch):
    monkeypatch.setenv("AZURE_IOT_DPS_MAX_RETRIES", "0")
    dps.fail(status=429, headers={"Retry-After": "1"})
    assert (iot(LIST).exit_code, len(dps.requests), waits) == (1, 1, [])


def test_an_unanswered_request_waits_two_minutes_at_most(iot, dps, waits):
    dps.fail(5, status=503, headers={"Retry-After": "70"})
    result = iot(LIST)
    assert (result.exit_code, waits) == (1, [70.0])
    assert "The next attempt would be in 70 seconds.\n" in result.err


@pytest.mark.parametrize(("retries", "requests"), [("0", 1), ("1", 2), ("9", 10), (" 2 ", 3), ("", 5)])
def test_another_number_of_retries(iot, dps, monkeypatch, retries, requests):
    monkeypatch.setenv("AZURE_IOT_DPS_MAX_RETRIES", retries)
    dps.fail(100, status=503, headers={"Retry-After": "0"})
    assert iot(LIST).exit_code == 1
    assert len(dps.requests) == requests


@pytest.mark.parametrize("retries", ["-1", "many", "1.5", "1000"])
def test_another_number_that_is_none(iot, dps, monkeypatch, retries):
    monkeypatch.setenv("AZURE_IOT_DPS_MAX_RETRIES", retries)
    result = iot(LIST)
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err == "ERROR: AZURE_IOT_DPS_MAX_RETRIES must be a number from 0 to 999.\n"


def test_a_long_wait_is_announced(iot, dps):
    dps.fail(status=429, headers={"Retry-After": "3"}, body={"errorCode": 429001, "message": "Slow down."})
    dps.fail(status=503, headers={"Retry-After": "2"})
    result = iot(LIST)
    assert result.err == "WARNING: Slow down. (error 429001): next attempt in 3 seconds.\n"
    dps.fail(status=429, headers={"Retry-After": "3"})
    assert iot(f"{LIST} --only-show-errors").err == ""


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 412, 415, 501, 505])
def test_what_will_not_pass_is_not_tried_again(iot, dps, status):
    dps.fail(status=status)
    assert iot(LIST).exit_code in (1, 3)
    assert len(dps.requests) == 1


def test_the_last_answer_is_what_the_user_sees(iot, dps):
    dps.fail(4, status=500, body={"errorCode": 500001, "message": "first"})
    dps.fail(status=503, body={"errorCode": 503001, "message": "last", "trackingId": "t"})
    assert iot(LIST).err.endswith("ERROR: last (error 503001, tracking ID t)\n")


def test_statuses_and_connections_are_counted_alike(iot, dps):
    for fault in ({"status": 500}, {"drop": "before"}, {"status": 429}, {"drop": "middle"}, {"status": 503}):
        dps.fail(**fault)
    assert iot(LIST).exit_code == 0
    # the 429 does not count
    assert len(dps.requests) == 6


def test_azure_resource_manager_is_tried_again_too(az, dps):
    dps.fail(2, status=429, path="/provisioningServices")
    dps.fail(2, drop="before", path="/listkeys")
    assert az("iot dps enrollment list -n mydps -g myrg").exit_code == 0
    assert [request.status for request in dps.requests if "/providers/" in request.path] == [
        *(429, 429, 200),
        *("dropped", "dropped", 200),
    ]


def test_a_wait_within_a_list_keeps_what_was_read(iot, dps, waits):
    for number in range(250):
        dps.enrollments.put({"registrationId": str(number), "attestation": {"type": "symmetricKey"}})
    dps.fail(2, status=429, where=lambda request: "x-ms-continuation" in request.headers)
    assert len(iot(LIST).json) == 250
    assert [request.status for request in dps.requests] == [200, 429, 429, 200, 200]


def test_many_retries_wait_no_longer_than_twenty_seconds_each(iot, dps, waits, monkeypatch):
    monkeypatch.setenv("AZURE_IOT_DPS_MAX_RETRIES", "200")
    dps.fail(1000, status=503)
    result = iot(f"{LIST} --only-show-errors")
    assert result.exit_code == 1
    assert max(waits) <= 20
    assert sum(waits) <= 120
    assert len(waits) >= 10
    assert "asked to wait" not in result.err


def test_a_body_that_stalls_is_not_waited_for_again():
    stalled = requests.ConnectionError(urllib3.exceptions.ReadTimeoutError(None, "/", "Read timed out."))
    assert not network_errors.is_transient(stalled)
    assert not network_errors.never_connected(stalled)


def test_what_nothing_is_known_of_may_have_been_carried_out():
    for error in (urllib3.exceptions.ProtocolError("cut off"), ConnectionResetError("reset"), TimeoutError("late")):
        assert not network_errors.never_connected(error)
    for error in (FileNotFoundError("ca.pem"), urllib3.exceptions.LocationParseError("a..b")):
        assert network_errors.never_connected(error)
