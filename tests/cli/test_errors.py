"""Errors of the service: classes, exit codes, messages and next steps."""

from __future__ import annotations

import pytest

SYMMETRIC = {"type": "symmetricKey", "symmetricKey": {"primaryKey": "A" * 24, "secondaryKey": "B" * 24}}
LINES = {
    "create": "enrollment create --eid dev1 --at symmetricKey",
    "list": "enrollment list",
    "show": "enrollment show --eid dev1",
    "update": "enrollment update --eid dev1 --device-id x",
    "delete": "enrollment delete --eid dev1",
    "registration-show": "enrollment registration show --eid dev1",
    "registration-delete": "enrollment registration delete --eid dev1",
}
CHANGED = "The {} was modified after this ETag was read. Run `show` for the current ETag, or omit --etag."
BY_KEY = {
    401: "The request was signed with the key of policy 'provisioningserviceowner'. Check that the policy exists, that "
    "the key is current and that this computer's clock is correct; or sign in and use --auth-type login.",
    403: "The request was signed with policy 'provisioningserviceowner'. Check that its rights allow this "
    "operation (EnrollmentRead, EnrollmentWrite, RegistrationStatusRead or RegistrationStatusWrite), and check the "
    "service's network rules.",
}
BY_LOGIN = {
    401: "The request was sent with the current sign-in. Check `az account show`, then run `az logout` and `az login`.",
    403: "The current sign-in needs the role 'Device Provisioning Service Data Contributor' on the service, or 'Device "
    "Provisioning Service Data Reader' to read without keys. Owner or Contributor is not enough.",
}
THROTTLED = (
    "The service allows about 1,000 operations per minute. Wait a moment, or send fewer requests at a time.\n"
    "The next attempt would be in 64 seconds. To wait longer, set AZURE_IOT_DPS_MAX_WAIT."
)


def refusal(result):
    """What stands behind ERROR:, the recommendation included."""
    assert "Traceback" not in result.err
    assert result.out == ""
    return result.err.partition("ERROR: ")[2].rstrip("\n")


def fail(dps, status, body=None, **more):
    """Every call is refused; retries follow at once."""
    dps.fail(times=20, status=status, body=body, headers={"Retry-After": "0"}, **more)


def answer(status):
    return {"errorCode": status * 1000 + 7, "trackingId": "tracking-1", "message": f"No to {status}."}


@pytest.mark.parametrize(
    ("status", "kind", "exit_code", "advice"),
    [
        (302, "AzureResponseError", 1, ""),
        (400, "BadRequestError", 1, ""),
        (401, "UnauthorizedError", 1, BY_KEY[401]),
        (403, "ForbiddenError", 1, BY_KEY[403]),
        (404, "ResourceNotFoundError", 3, ""),
        (405, "AzureResponseError", 1, ""),
        (408, "AzureResponseError", 1, ""),
        (409, "AzureResponseError", 1, ""),
        (412, "AzureResponseError", 1, CHANGED),
        (415, "AzureResponseError", 1, ""),
        (429, "AzureResponseError", 1, THROTTLED),
        (500, "AzureInternalError", 1, ""),
        (501, "AzureInternalError", 1, ""),
        (503, "AzureInternalError", 1, ""),
    ],
)
@pytest.mark.parametrize("line", ["create", "list", "show"])
def test_status(iot, dps, line, status, kind, exit_code, advice):
    fail(dps, status, answer(status))
    message = f"No to {status}. (error {status}007, tracking ID tracking-1)"
    if line == "create" and status in (500, 503):
        advice = "The request may have succeeded. Check the enrollment before retrying."
    if line != "list" and status == 404:
        message = "Enrollment 'dev1' not found in localhost. (error 404007, tracking ID tracking-1)"
    advice = advice.format("resource" if line == "list" else "enrollment")

    result = iot(LINES[line])
    assert result.exit_code == exit_code
    assert refusal(result) == f"{message}\n{advice}".strip()

    result = iot(f"{LINES[line]} --debug")
    assert f"azure.cli.core.azclierror.{kind}: {message}\n" in result.err


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_every_command_tells_the_services_words(iot, dps, line):
    fail(dps, 400, {"errorCode": 400004, "trackingId": "t", "message": "Unsupported API version."})
    result = iot(line)
    assert result.exit_code == 1
    assert refusal(result) == "Unsupported API version. (error 400004, tracking ID t)"


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({}, "The service returned HTTP 400 BAD REQUEST. (error 400)"),
        (
            {"raw": "<html>Sorry</html>", "content_type": "text/html"},
            "The service returned HTTP 400 BAD REQUEST. (error 400)",
        ),
        ({"raw": b"\xff\xfe\x00"}, "The service returned HTTP 400 BAD REQUEST. (error 400)"),
        ({"body": ["Sorry"]}, "The service returned HTTP 400 BAD REQUEST. (error 400)"),
        ({"body": "Sorry"}, "The service returned HTTP 400 BAD REQUEST. (error 400)"),
        ({"body": {"message": None}}, "The service returned HTTP 400 BAD REQUEST. (error 400)"),
        ({"body": {"message": {"text": "Sorry"}}}, "The service returned HTTP 400 BAD REQUEST. (error 400)"),
        ({"body": {"message": "Sorry."}}, "Sorry. (error 400)"),
        ({"body": {"code": 400123, "message": "Sorry."}}, "Sorry. (error 400123)"),
        ({"body": {"code": "Invalid", "message": " Sorry. "}}, "Sorry. (error Invalid)"),
        ({"body": {"error": {"code": "Invalid", "message": "Sorry."}}}, "Sorry. (error Invalid)"),
        ({"body": {"error": "Invalid", "message": "Sorry."}}, "Sorry. (error 400)"),
        (
            {"body": {"Message": "ErrorCode:ArgumentInvalid;Unknown api version", "ExceptionMessage": "Tracking ID:x"}},
            "ErrorCode:ArgumentInvalid;Unknown api version (error 400)",
        ),
        ({"body": {"errorCode": 400004, "trackingId": None, "message": "Sorry."}}, "Sorry. (error 400004)"),
        ({"body": {"errorCode": [1], "message": "Sorry.", "info": {"a": 1}}}, "Sorry. (error 400)"),
        (
            {"body": {"message": "Sorry."}, "headers": {"x-ms-request-id": "from-a-header"}},
            "Sorry. (error 400, tracking ID from-a-header)",
        ),
    ],
    ids=lambda value: None if isinstance(value, str) else repr(value)[:60],
)
def test_body(iot, dps, fault, message):
    dps.fail(status=400, **fault)
    result = iot(LINES["show"])
    assert result.exit_code == 1
    assert refusal(result) == message


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("list", {"body": {}}),
        ("list", {"body": [1]}),
        ("list", {"body": [[]]}),
        ("list", {"raw": "<html>", "content_type": "text/html"}),
        ("show", {"body": []}),
        ("show", {"body": "dev1"}),
        ("show", {"status": 204}),
        ("show", {"raw": "{"}),
        ("create", {"body": [{}]}),
        ("update", {"body": [{}]}),
        ("registration-show", {"raw": b"\xff"}),
    ],
)
def test_success_that_is_none(iot, dps, line, fault):
    dps.fail(**fault)
    result = iot(LINES[line])
    assert result.exit_code == 1
    assert refusal(result) == (
        f"{dps.host} returned an unexpected response (HTTP {fault.get('status', 200)}).\n"
        "Check that the host name is correct and that no proxy responds in its place."
    )


@pytest.mark.parametrize(
    "string",
    [
        "HostName={};SharedAccessKeyName=provisioningserviceowner;SharedAccessKey=a2lsbw==",
        "SharedAccessKey=AAAA;SharedAccessKeyName=provisioningserviceowner;HostName={}",
    ],
)
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_wrong_key(az, dps, line, string):
    result = az(f"iot dps {line}", "--login", string.format(dps.host))
    message, _, advice = refusal(result).partition("\n")
    assert result.exit_code == 1
    assert message.startswith("Unauthorized (error 401002, tracking ID ")
    assert advice == BY_KEY[401]


@pytest.mark.parametrize("line", ["create", "update", "delete", "registration-show"])
def test_policy_without_the_right(iot, dps, line):
    dps.enrollments.put({"registrationId": "dev1", "attestation": SYMMETRIC})
    dps.policies[0]["rights"] = "EnrollmentRead"
    message, _, advice = refusal(iot(LINES[line])).partition("\n")
    assert message.startswith("Forbidden: ")
    assert " is required. (error 403002, tracking ID " in message
    assert advice == BY_KEY[403]


@pytest.mark.parametrize(
    ("role", "line"),
    [(None, "list"), (None, "registration-show"), ("reader", "create"), ("reader", "delete"), ("reader", "update")],
)
def test_login_without_the_role(az, dps, role, line):
    dps.enrollments.put({"registrationId": "dev1", "attestation": SYMMETRIC})
    dps.roles = role
    result = az(f"iot dps {LINES[line]} --auth-type login -n mydps")
    message, _, advice = refusal(result).partition("\n")
    assert result.exit_code == 1
    assert " is required. (error 403002, tracking ID " in message
    assert advice == BY_LOGIN[403]


def test_token_is_refused(az, dps):
    fail(dps, 401, {"errorCode": 401002, "trackingId": "t", "message": "Unauthorized"})
    result = az("iot dps enrollment list --auth-type login -n mydps")
    assert result.exit_code == 1
    assert refusal(result) == f"Unauthorized (error 401002, tracking ID t)\n{BY_LOGIN[401]}"


def test_create_of_what_exists(iot, dps):
    before = dps.enrollments.put({"registrationId": "dev1", "deviceId": "mine", "attestation": SYMMETRIC})
    result = iot("enrollment create --eid DEV1 --at symmetricKey --device-id other")
    message, _, advice = refusal(result).partition("\n")
    assert result.exit_code == 1
    assert message.startswith("Enrollment already exists. (error 409201, tracking ID ")
    assert advice == "'DEV1' was not changed. Use `update` to change it."
    assert [request.headers.get("If-Match") for request in dps.requests] == [None]
    assert dps.enrollments["dev1"] == before


@pytest.mark.parametrize("code", [409201, 409202])
def test_existing_id_is_named_as_typed(iot, dps, code):
    fail(dps, 409, {"errorCode": code, "message": "It exists."})
    assert refusal(iot("enrollment create --eid a:b --at symmetricKey")) == (
        f"It exists. (error {code})\n'a:b' was not changed. Use `update` to change it."
    )


@pytest.mark.parametrize(
    ("as_409", "error"), [(False, "(error 412000, tracking ID "), (True, "(error 409203, tracking ID ")]
)
@pytest.mark.parametrize("line", ["update", "delete", "registration-delete"])
def test_changed_since_the_etag(iot, dps, line, as_409, error):
    before = dps.enrollments.put({"registrationId": "dev1", "attestation": SYMMETRIC})
    dps.register("dev1")
    dps.switches.precondition_as_409 = as_409
    result = iot(f"{LINES[line]} --etag b2xk")
    message, _, advice = refusal(result).partition("\n")
    assert result.exit_code == 1
    assert message.startswith(f"Precondition failed. {error}")
    assert advice == CHANGED.format("registration" if "registration" in line else "enrollment")
    assert [request.headers["If-Match"] for request in dps.requests if "If-Match" in request.headers] == ["b2xk"]
    assert dps.enrollments["dev1"] == before
    assert "dev1" in dps.registrations
