"""The emulator as a server: connections, faults, the request log."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from pathlib import Path

import pytest
import requests

from dps_emulator import Emulator
from emulator_client import Client, symmetric

PATH = "/enrollments/dev"


def test_one_session_is_one_handshake_and_its_requests_are_quick(api, service):
    api("PUT", PATH, symmetric())
    start = time.perf_counter()
    for _ in range(50):
        api("GET", PATH)
    assert (time.perf_counter() - start) / 50 < 0.02
    assert service.handshakes == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_certificate_is_for_both_names(api, service, host):
    url = f"https://{host}:{service.port}{PATH}?api-version=2021-10-01"
    assert api.session.get(url, headers={"Authorization": api.owner()}).status_code == 404


def test_a_client_that_says_nothing_blocks_nobody(api, service):
    with socket.create_connection(("127.0.0.1", service.port)):
        assert api("GET", PATH).status_code == 404


def test_a_client_that_speaks_no_tls_or_goes_away_prints_nothing(api, service, capfd):
    for words in (b"GET / HTTP/1.1\r\n\r\n", b""):
        with socket.create_connection(("127.0.0.1", service.port)) as connection:
            connection.sendall(words)
    assert api("GET", PATH).status_code == 404
    assert capfd.readouterr() == ("", "")


def test_a_client_that_leaves_in_the_middle_of_its_body_leaves_no_trace(api, service, capfd):
    tls = ssl.create_default_context(cafile=service.ca_file)
    plain = socket.create_connection(("127.0.0.1", service.port))
    with tls.wrap_socket(plain, server_hostname="localhost") as connection:
        connection.sendall(b"PUT /enrollments/dev HTTP/1.1\r\nContent-Length: 100\r\n\r\n{")
    api("GET", PATH)
    assert [request.method for request in service.requests] == ["GET"]
    assert capfd.readouterr() == ("", "")


def test_answers_come_with_a_length_or_in_chunks(api, service):
    created = api("PUT", PATH, symmetric(initialTwin={"tags": {"ü": "漢"}}))
    assert created.headers["Content-Length"] == str(len(created.content))
    assert created.headers["Content-Type"] == "application/json; charset=utf-8"
    assert created.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    service.switches.chunked = True
    shown = api("GET", PATH)
    assert shown.headers["Transfer-Encoding"] == "chunked"
    assert "Content-Length" not in shown.headers
    assert shown.json()["initialTwin"] == {"tags": {"ü": "漢"}}
    assert api("DELETE", PATH).content == b""


def test_requests_sent_in_chunks_are_read(api, service):
    url = service.url + PATH + "?api-version=2021-10-01"
    headers = {"Authorization": api.owner(), "Content-Type": "application/json"}
    assert api.session.put(url, data=iter([b'{"registrationId"', b': "x"}']), headers=headers).status_code == 400
    assert service.requests[0].body == {"registrationId": "x"}


def test_the_log_has_what_was_sent_and_answered(api, service):
    api("PUT", "/enrollments/a%3Ab", symmetric("other"), etag="*")
    api("GET", "/subscriptions")
    first, second = service.requests
    assert (first.method, first.path, first.raw_path) == ("PUT", "/enrollments/a:b", "/enrollments/a%3Ab")
    assert first.query == {"api-version": "2021-10-01"}
    assert first.headers["if-MATCH"] == "*"
    assert (first.status, first.answer["errorCode"]) == (400, 400004)
    assert (second.body, second.status) == (None, 401)
    assert service.sent() == [("PUT", "/enrollments/a:b", "*", symmetric("other"))]
    assert service.sent("GET") == []


def test_a_fault_answers_as_told_for_as_often_as_told(api, service):
    service.fail(times=2, status=429, headers={"Retry-After": "1"}, body={"message": "slow"})
    service.fail(status=503, raw="<html>", content_type="text/html")
    service.fail(status=500)
    answers = [api("PUT", PATH, symmetric()) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [429, 429, 503, 500, 200]
    assert answers[0].headers["Retry-After"] == "1"
    assert answers[1].json() == {"message": "slow"}
    assert (answers[2].text, answers[2].headers["Content-Type"]) == ("<html>", "text/html")
    assert answers[3].content == b""
    assert [request.status for request in service.requests] == [429, 429, 503, 500, 200]
    assert [request.answer for request in service.requests[:4]] == [{"message": "slow"}] * 2 + ["<html>", None]


def test_a_fault_may_carry_the_request_out(api, service):
    service.fail(status=504, carry_out=True)
    assert api("PUT", PATH, symmetric()).status_code == 504
    assert "dev" in service.enrollments


@pytest.mark.parametrize("drop, carried_out", [("before", False), ("after", True), ("middle", True)])
def test_a_dropped_connection_is_really_gone(api, service, drop, carried_out, capfd):
    service.fail(drop=drop)
    with pytest.raises(requests.RequestException):
        api("PUT", PATH, symmetric())
    assert ("dev" in service.enrollments) is carried_out
    assert [request.status for request in service.requests] == ["dropped"]
    assert api("GET", "/enrollments/other").status_code == 404
    assert service.handshakes == 2
    assert capfd.readouterr() == ("", "")


def test_faults_wait_for_the_calls_they_match(api, service):
    service.fail(status=500, method="DELETE")
    service.fail(status=501, path="/registrations/")
    service.fail(status=502, where=lambda request: request.query.get("x") == "1")
    service.fail(status=503, path="/subscriptions")
    assert api("GET", PATH).status_code == 404
    assert api("GET", "/subscriptions").status_code == 503
    assert api("DELETE", PATH).status_code == 500
    assert api("GET", "/registrations/dev").status_code == 501
    assert api("GET", PATH + "?x=1").status_code == 502


def test_faults_leave_login_and_arm_alone_unless_named(api, service):
    service.fail(status=500)
    assert api("GET", "/subscriptions").status_code == 401
    assert api("GET", "/metadata/endpoints").status_code == 200
    assert api("GET", PATH).status_code == 500


def test_a_misspelt_fault_is_an_error(service):
    with pytest.raises(ValueError, match="drop must be before, after or middle, not never"):
        service.fail(drop="never")


def test_a_delayed_answer_is_carried_out_late(api, service):
    service.fail(delay=0.05)
    start = time.perf_counter()
    assert api("PUT", PATH, symmetric()).status_code == 200
    assert time.perf_counter() - start >= 0.05


def test_reset_brings_everything_back_to_the_start(api, service):
    service.fail(status=500)
    service.switches.chunked, service.roles, service.policies = True, None, []
    service.arm.forbid.add("x")
    service.enrollments.put(symmetric())
    service.register("dev")
    token = api.token("https://azure-devices-provisioning.net")
    service.reset()
    assert service.requests == []
    assert (len(service.enrollments), len(service.registrations)) == (0, 0)
    assert (service.switches.chunked, service.roles, service.arm.forbid) == (False, "contributor", set())
    assert api("GET", PATH, headers=token).status_code == 404


def test_stop_is_prompt_and_leaves_nothing_behind():
    before = set(threading.enumerate())
    with Emulator() as dps:
        dps.fail(delay=60)
        client = Client(dps)
        waiting = threading.Thread(target=_ignore_failure, args=(client,))
        waiting.start()
        silent = socket.create_connection(("127.0.0.1", dps.port))
        while not dps.requests:
            threading.Event().wait(0.005)
        start = time.perf_counter()
    assert time.perf_counter() - start < 1
    waiting.join()
    client.session.close()
    silent.close()
    assert set(threading.enumerate()) <= before
    assert not Path(dps.ca_file).exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", dps.port))


def test_the_authority_can_be_written_elsewhere(tmp_path):
    with Emulator(ca_file=str(tmp_path / "ca.pem")) as dps:
        assert dps.ca_file == str(tmp_path / "ca.pem")
        assert "BEGIN CERTIFICATE" in (tmp_path / "ca.pem").read_text()


def _ignore_failure(client):
    with pytest.raises(requests.ConnectionError):
        client("GET", PATH)


def test_a_date_of_a_fault_is_the_only_one(api, service):
    service.fail(headers={"Date": "Thu, 01 Jan 2026 00:00:00 GMT"})
    assert api("GET", PATH).headers["Date"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert api("GET", PATH).headers["Date"].endswith(" GMT")
