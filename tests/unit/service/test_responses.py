"""What is taken from a response: the expected JSON, or an error with the facts of the response."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
import requests

from azext_iot_dps.service import responses
from azext_iot_dps.service.auth import DeviceCertificate
from azext_iot_dps.service.failure import Effect, Outcome, Reason, ServiceError

CREDENTIAL = DeviceCertificate()


def response(body, status=200, headers=None):
    """`body` is sent as it is when it is bytes, and else as JSON."""
    made = requests.Response()
    made.status_code, made.url, made.reason = status, "https://my.example:8443/x", "Reason"
    made.raw = BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
    made.headers.update(headers or {})
    return made


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": NaN}', b'{"a": 1', b"\xff\xfe", [], "text", 1, None])
@pytest.mark.parametrize(
    ("effect", "outcome"),
    [
        (Effect.READ, Outcome.NOT_CARRIED_OUT),
        (Effect.REPEATABLE, Outcome.UNKNOWN),
        (Effect.ONCE, Outcome.UNKNOWN),
    ],
)
def test_anything_but_an_object_is_unexpected(body, effect, outcome):
    with pytest.raises(ServiceError) as raised:
        responses.json_object(response(body), effect)
    error = raised.value
    assert (error.reason, error.status, error.host, error.outcome) == (
        Reason.UNEXPECTED,
        200,
        "my.example:8443",
        outcome,
    )
    assert str(error) == "my.example:8443 returned an unexpected response (HTTP 200)."


def test_objects_may_be_nested_as_deep_as_they_can_be_printed():
    for levels in (1, 150):
        nested = b'{"a":' * levels + b"1" + b"}" * levels
        assert responses.json_object(response(nested)) == json.loads(nested)
    with pytest.raises(ServiceError):
        responses.json_object(response(b'{"a":' * 151 + b"1" + b"}" * 151))


def test_a_list_has_nothing_but_objects():
    assert responses.json_objects(response([{}, {"a": None}])) == [{}, {"a": None}]
    for body in ({}, [1], [{}, None], "x"):
        with pytest.raises(ServiceError):
            responses.json_objects(response(body))


@pytest.mark.parametrize(
    ("body", "headers", "text", "code", "tracking_id"),
    [
        ({"errorCode": 409201, "message": "It exists.", "trackingId": "t"}, {}, "It exists.", 409201, "t"),
        ({"ErrorCode": 409201, "Message": " It exists. \n"}, {}, "It exists.", 409201, None),
        ({"error": {"code": "Denied", "message": "No."}}, {"x-ms-request-id": "r"}, "No.", "Denied", "r"),
        ({"message": 5, "code": ["x"], "trackingId": {}}, {}, "The service returned HTTP 409 Reason.", 409, None),
        (b"<html>", {}, "The service returned HTTP 409 Reason.", 409, None),
        ([], {}, "The service returned HTTP 409 Reason.", 409, None),
        ({"message": "key SharedAccessKey=c2VjcmV0"}, {}, "key SharedAccessKey=***", 409, None),
        ({"message": "x" * 5000, "code": "c" * 200, "trackingId": "t" * 200}, {}, "x" * 4000, "c" * 100, "t" * 100),
    ],
)
def test_the_facts_of_a_refusal(body, headers, text, code, tracking_id):
    error = responses.refusal(response(body, 409, headers), CREDENTIAL)
    assert (error.reason, error.status, error.message) == (Reason.REFUSED, 409, text)
    assert (error.code, error.tracking_id, error.credential) == (code, tracking_id, CREDENTIAL)


def bulk(body):
    return responses.refused(response(body), "registrationId", {"dev", "other"})


def test_what_a_bulk_operation_refused():
    error = {"registrationId": "DEV", "errorCode": 409201, "errorStatus": " primaryKey=QUFBQUFBQUFB "}
    assert bulk({"isSuccessful": False, "errors": [error]}) == {"dev": (409201, "primaryKey=***")}
    for nothing in ([], None):
        assert bulk({"isSuccessful": True, "errors": nothing}) == {}
    assert bulk({"isSuccessful": True}) == {}


@pytest.mark.parametrize("status", [{}, {"errorStatus": None}, {"errorStatus": ""}, {"errorStatus": " \n"}])
def test_a_record_that_was_refused_without_a_reason(status):
    error = {"registrationId": "dev", "errorCode": 400004, **status}
    assert bulk({"isSuccessful": False, "errors": [error]}) == {"dev": (400004, "The service gave no reason.")}


ERROR = {"registrationId": "dev", "errorCode": 409201, "errorStatus": "It exists."}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"isSuccessful": False, "errors": []},
        {"isSuccessful": True, "errors": [ERROR]},
        {"isSuccessful": "false", "errors": [ERROR]},
        {"isSuccessful": False, "errors": [{**ERROR, "registrationId": "unknown"}]},
        {"isSuccessful": False, "errors": [{**ERROR, "errorCode": "409201"}]},
        {"isSuccessful": False, "errors": ["dev"]},
        {"isSuccessful": False, "errors": {"dev": 1}},
    ],
)
def test_a_bulk_response_that_contradicts_itself_or_the_request_is_unexpected(body):
    with pytest.raises(ServiceError) as raised:
        bulk(body)
    assert (raised.value.reason, raised.value.outcome) == (Reason.UNEXPECTED, Outcome.UNKNOWN)
