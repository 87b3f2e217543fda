"""The admin port: who may use it, and what it does."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from dps_emulator.admin import Admin
from emulator_client import group, symmetric


@pytest.fixture
def admin(service):
    with Admin(service, 0, lambda switches: setattr(switches, "page_size", 7)) as started:
        yield started


@pytest.fixture
def call(admin):
    def call(method, path, body=None, **headers):
        sent = {"Authorization": f"Bearer {admin.token}", **headers}
        return requests.request(method, admin.url + path, json=body, headers=sent, timeout=10)

    return call


PATHS = [
    ("GET", "/ready"),
    ("GET", "/ca.pem"),
    ("GET", "/issuer.pem"),
    ("GET", "/requests"),
    ("GET", "/state"),
    ("POST", "/reset"),
    ("POST", "/faults"),
    ("GET", "/no"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("sent", [None, "Bearer x", "Basic eDp5", "Bearer ü"])
def test_every_path_needs_the_token(call, method, path, sent):
    value = sent.encode() if sent else None
    answer = call(method, path, Authorization=value)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1:1"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 204),
    ],
)
def test_pages_of_a_browser_are_refused(call, service, headers, status):
    service.enrollments.put(symmetric())
    assert call("POST", "/reset", **headers).status_code == status
    assert ("dev" in service.enrollments) is (status == 403)


def test_it_names_itself_localhost_and_its_own_origin(admin, call):
    host = admin.url.partition("//")[2]
    local = host.replace("127.0.0.1", "localhost")
    assert call("GET", "/ready", Host=local, Origin=f"http://{host}").json() == {"ready": True}


def test_the_authority(call, service):
    answer = call("GET", "/ca.pem")
    assert answer.content == Path(service.ca_file).read_bytes()
    assert call("GET", "/issuer.pem").text == service.issuing_authority
    assert answer.headers["Content-Type"] == "application/x-pem-file"


def test_requests_are_those_of_the_emulator(api, call):
    api("GET", "/enrollments/dev")
    api("PUT", "/enrollments/dev", symmetric())
    assert call("GET", "/requests").json() == [
        {"method": "GET", "path": "/enrollments/dev", "status": 404},
        {"method": "PUT", "path": "/enrollments/dev", "status": 200},
    ]


def test_state_shows_all_records(api, call, service):
    api("PUT", "/enrollments/dev", symmetric())
    api("PUT", "/enrollmentgroups/grp", group())
    service.register("dev")
    state = call("GET", "/state").json()
    assert [record["registrationId"] for record in state["enrollments"]] == ["dev"]
    assert state["enrollments"][0]["attestation"] == symmetric()["attestation"]
    assert [record["enrollmentGroupId"] for record in state["enrollmentGroups"]] == ["grp"]
    assert [record["status"] for record in state["registrations"]] == ["assigned"]


def test_reset_empties_and_keeps_switches_and_tokens(api, call, service):
    token = api.token(service.url)
    api("PUT", "/enrollments/dev", symmetric())
    service.switches.page_size = 3
    service.fail(status=503)
    assert call("POST", "/reset").status_code == 204
    assert call("GET", "/state").json() == {"enrollments": [], "enrollmentGroups": [], "registrations": []}
    assert call("GET", "/requests").json() == []
    assert service.switches.page_size == 7
    assert api("GET", "/enrollments/dev").status_code == 404
    assert api("GET", "/subscriptions", version="2022-12-01", headers=token).status_code == 200


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        ({"times": 2, "status": 503, "headers": {"Retry-After": "1"}}, [503, 503, 404]),
        ([{"status": 500, "times": None}, {"status": 429, "delay": 0.01}], [500, 429, 404]),
        ({"status": 418, "path": "/enrollments/other"}, [404, 404, 404]),
        ({"status": 418, "method": "PUT"}, [404, 404, 404]),
        ({"status": 200, "body": {"a": [1]}}, [200, 404, 404]),
    ],
)
def test_faults(api, call, fault, statuses):
    assert call("POST", "/faults", fault).status_code == 204
    assert [api("GET", "/enrollments/dev").status_code for _ in range(3)] == statuses


def test_a_dropped_connection(api, call):
    assert call("POST", "/faults", {"drop": "after"}).status_code == 204
    with pytest.raises(requests.ConnectionError):
        api("GET", "/enrollments/dev")
    assert call("GET", "/requests").json()[0]["status"] == "dropped"


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (None, "The body must be a fault, which is an object, or a list of faults, as JSON."),
        ([1], "The body must be a fault, which is an object, or a list of faults, as JSON."),
        ({"times": "2"}, 'times must be of JSON\'s type int, not "2".'),
        ({"status": True}, "status must be of JSON's type int, not true."),
        ({"status": 99}, "status must be from 100 to 599, not 99."),
        ({"drop": "now"}, "drop must be before, after or middle, not now."),
        (
            {"where": "x"},
            "A fault has no member 'where'. Its members are times, status, headers, body, raw, content_type, delay, "
            "drop, carry_out, method, path.",
        ),
    ],
)
def test_a_fault_that_is_none(api, call, fault, sentence):
    answer = call("POST", "/faults", fault)
    assert (answer.status_code, answer.json()) == (400, {"error": sentence})
    assert api("GET", "/enrollments/dev").status_code == 404


def test_what_it_does_not_have(call):
    assert (call("GET", "/no").status_code, call("GET", "/reset").status_code) == (404, 405)
