"""Status 401 in the middle of a longer command, and at its beginning when this computer's clock is off."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest

from azext_iot_dps.service import auth
from tests.devices import KEY1, SCOPE, symmetric
from tests.results import succeeded

REFUSED = {"status": 401, "body": {"errorCode": 401002, "message": "Unauthorized"}}
AUDIENCE = "https://azure-devices-provisioning.net"
LOGIN = "--auth-type login"
DEVICE = f"iot device registration create --rid dev --id-scope {SCOPE} --key {KEY1}"
BEHIND = (
    "WARNING: This computer's clock is {} seconds behind the service's. Requests are signed by the service's clock."
)
AHEAD = (
    "WARNING: This computer's clock is {} seconds ahead of the service's. Requests are signed by the service's clock."
)


def date(seconds):
    """The Date header of a service whose clock is ahead by that many seconds."""
    return {"Date": format_datetime(datetime.now(timezone.utc) + timedelta(seconds=seconds), usegmt=True)}


def statuses(dps):
    return [request.status for request in dps.service_requests]


def tokens(dps):
    """How often a token for the service was requested."""
    return sum(request.query.get("resource") == AUDIENCE for request in dps.requests)


def expiries(dps):
    """When the signature of each request expires, in seconds from now."""
    headers = [request.headers["Authorization"] for request in dps.service_requests]
    return [int(parse_qs(header.partition(" ")[2])["se"][0]) - time.time() for header in headers]


@pytest.fixture
def three_pages(dps):
    for number in range(205):
        dps.enrollments.put(symmetric(registrationId=f"dev{number}"))
    return dps


@pytest.fixture
def clock_off(monkeypatch):
    """Lets credentials see a clock that is off by some seconds."""

    def off(seconds):
        clock = SimpleNamespace(time=lambda: time.time() + seconds)
        monkeypatch.setattr(auth, "time", clock)

    return off


def second_page(request):
    return "x-ms-continuation" in request.headers


@pytest.mark.parametrize("times", [1, 2])
def test_a_list_signs_the_request_again_once(iot, three_pages, times):
    three_pages.fail(times, where=second_page, **REFUSED)
    result = iot("enrollment list")
    if times == 1:
        assert (result.exit_code, result.err, len(result.json)) == (0, "", 205)
        assert statuses(three_pages) == [200, 401, 200, 200]
    else:
        assert result.exit_code == 1
        assert result.err.startswith("ERROR: Unauthorized (error 401002)\nThe request was signed with the key of ")
        assert statuses(three_pages) == [200, 401, 401]


@pytest.mark.parametrize("times", [1, 2])
def test_a_list_fetches_another_token_once(az, three_pages, times):
    three_pages.fail(times, where=second_page, **REFUSED)
    result = az(f"iot dps enrollment list -n {three_pages.host} {LOGIN}")
    assert result.exit_code == times - 1
    assert statuses(three_pages) == ([200, 401, 200, 200] if times == 1 else [200, 401, 401])
    # azure-cli before 2.70 requests each token twice
    assert tokens(three_pages) in (2, 4)
    if times == 2:
        assert "ERROR: Unauthorized (error 401002)\nThe request was sent with the current sign-in." in result.err


def test_each_request_of_a_list_gets_a_second_chance(iot, three_pages):
    seen = []

    def first_of_each_page(request):
        token = request.headers.get("x-ms-continuation")
        seen.append(token)
        return token is not None and seen.count(token) == 1

    three_pages.fail(9, where=first_of_each_page, **REFUSED)
    assert (iot("enrollment list").exit_code, statuses(three_pages)) == (0, [200, 401, 200, 401, 200])


@pytest.mark.parametrize("given", ["key", LOGIN])
def test_the_first_request_fails_at_once(az, dps, given):
    dps.fail(9, **REFUSED)
    where = ["--login", dps.connection_string] if given == "key" else ["-n", dps.host, *LOGIN.split()]
    result = az("iot dps enrollment list", *where)
    assert (result.exit_code, statuses(dps)) == (1, [401])
    assert "WARNING" not in result.err


@pytest.mark.parametrize(("times", "exit_code"), [(1, 0), (2, 1)])
@pytest.mark.parametrize("mode", ["create", "delete"])
def test_an_import_sends_a_batch_again_once(iot, dps, tmp_path, mode, times, exit_code):
    records = [symmetric(registrationId=f"dev{number}") for number in range(30)]
    if mode == "delete":
        for record in records:
            dps.enrollments.put(record)
    file = tmp_path / "fleet.jsonl"
    file.write_text("\n".join(map(json.dumps, records)))
    batches = []

    def from_the_second_on(request):
        batches.append(request)
        return len(batches) > 1

    dps.fail(times, method="POST", where=from_the_second_on, **REFUSED)
    result = iot(f"enrollment import --mode {mode} --file {file} --yes --concurrency 1")
    assert result.exit_code == exit_code
    assert statuses(dps) == ([200, 401, 200, 200] if times == 1 else [200, 401, 401])
    assert (succeeded(result.json), result.json["notSent"]) == ((30, 0) if times == 1 else (10, 10))


@pytest.mark.parametrize("times", [1, 2])
def test_azure_resource_manager_gets_another_token_once(az, dps, times):
    dps.fail(times, where=lambda request: "$skiptoken" in request.query, **REFUSED)
    result = az("iot dps enrollment list -n mydps")
    assert result.exit_code == times - 1
    pages = [request.status for request in dps.requests if request.path.lower().endswith("/provisioningservices")]
    assert pages == ([200, 401, 200] if times == 1 else [200, 401, 401])


@pytest.mark.parametrize("seconds", [-7200, -310])
def test_a_clock_that_is_behind(iot, three_pages, clock_off, seconds):
    clock_off(seconds)
    # with a clock that is two hours behind, signatures have expired when they are made
    three_pages.fail(headers=date(-seconds), **({} if seconds == -7200 else REFUSED))
    result = iot("enrollment list")
    assert (result.exit_code, len(result.json), statuses(three_pages)) == (0, 205, [401, 200, 200, 200])
    # dates have whole seconds
    assert result.err in [f"{BEHIND.format(-seconds - late)}\n" for late in (0, 1, 2)]
    assert all(3590 < expiry < 3610 for expiry in expiries(three_pages)[1:])


def test_a_clock_that_is_ahead(iot, dps, clock_off):
    clock_off(7200)
    dps.fail(headers=date(-7200), **REFUSED)
    result = iot("enrollment list")
    assert (result.exit_code, statuses(dps)) == (0, [401, 200])
    assert result.err in [f"{AHEAD.format(7200 + late)}\n" for late in (0, 1, 2)]
    assert 3590 < expiries(dps)[1] < 3610


@pytest.mark.parametrize("ahead", [290, -290, "", "Wed, 99 Nov 9999 99:99:99 GMT"])
def test_a_clock_that_is_right_or_unknown(iot, dps, ahead):
    dps.fail(headers={"Date": ahead} if isinstance(ahead, str) else date(ahead), **REFUSED)
    result = iot("enrollment list")
    assert (result.exit_code, statuses(dps)) == (1, [401])
    assert "WARNING" not in result.err


def test_the_services_clock_is_tried_once(iot, dps):
    dps.fail(9, headers=date(7200), **REFUSED)
    result = iot("enrollment list")
    assert (result.exit_code, statuses(dps)) == (1, [401, 401])
    assert result.err.count("WARNING") == 1


@pytest.mark.parametrize("seconds", [-7200, 7200])
def test_a_device_signs_by_the_services_clock_too(az, dps, clock_off, seconds):
    dps.enrollments.put(symmetric())
    clock_off(seconds)
    dps.fail(path="/register", headers=date(-seconds), **({} if seconds < 0 else REFUSED))
    result = az(f"{DEVICE} --host {dps.host}")
    assert (result.exit_code, result.json["status"]) == (0, "assigned")
    assert result.err.startswith("WARNING: This computer's clock is 7")
    assert [request.status for request in dps.requests][:2] == [401, 202]


def test_a_device_with_a_wrong_key_fails_at_once(az, dps):
    dps.enrollments.put(symmetric(KEY1[::-1].strip("=") + "="))
    result = az(f"{DEVICE} --host {dps.host}")
    assert (result.exit_code, [request.status for request in dps.requests]) == (1, [401])


def test_a_device_is_signed_again_while_it_polls(az, dps):
    dps.enrollments.put(symmetric())
    dps.fail(method="GET", path="/operations/", **REFUSED)
    result = az(f"{DEVICE} --host {dps.host}")
    assert (result.exit_code, result.err) == (0, "")
    assert [request.status for request in dps.requests] == [202, 401, 202, 200]
