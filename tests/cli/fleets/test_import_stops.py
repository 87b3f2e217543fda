"""What no record is to blame for: an import that stops, answers that are none, and no secret in any message."""

import json

import pytest

from dps_emulator.lab import certificates
from tests.cli.fleets.fleet import ERROR, LINES, MODES, RECORDS, SYMMETRIC, is_bulk
from tests.results import failures, succeeded

X509 = {"type": "x509", "x509": {"clientCertificates": {"primary": {"certificate": certificates.pem()}}}}
# Those that are compared with what is stored first, and those that are not.
PLANNED, DIRECT = ["update", "upsert"], ["create", "delete --yes"]


STOPPED = {"total": 25, "succeeded": 0, "failed": 10, "notSent": 15}


def counts(result):
    return {
        "total": result.json["total"],
        "succeeded": succeeded(result.json),
        "failed": result.json["failed"],
        "notSent": result.json["notSent"],
    }


@pytest.mark.parametrize("mode", DIRECT)
@pytest.mark.parametrize("status", [401, 403])
def test_nobody_is_asked_again_who_does_not_know_us(imported_fleet, dps, tmp_path, mode, status):
    dps.fail(99, status=status, body={"errorCode": status * 1000 + 2, "message": "Who are you?"})
    result = imported_fleet(mode)
    assert (result.exit_code, counts(result), len(dps.requests)) == (1, STOPPED, 1)
    words = f"Who are you? (error {status}002)"
    assert failures(result.json) == [
        {"line": line, "id": f"dev{line - 1:02}", "code": status * 1000 + 2, "message": words} for line in range(1, 11)
    ]
    keys, error, hint = result.err.splitlines()
    assert keys == f"WARNING: {tmp_path}/b.jsonl contains symmetric keys. Only its owner can read it."
    assert error == f"ERROR: 10 of 25 enrollments failed, and 15 were not sent. The first failure, on line 1: {words}"
    assert hint.startswith("The request was signed with ")
    assert (tmp_path / "b.jsonl").read_text() == LINES


@pytest.mark.parametrize("mode", DIRECT)
@pytest.mark.parametrize("status", [302, 404, 405, 409, 415])
def test_what_is_no_service_is_asked_once(imported_fleet, dps, mode, status):
    dps.fail(99, status=status, raw="<html>welcome</html>")
    result = imported_fleet(mode)
    assert (result.exit_code, counts(result), len(dps.requests)) == (1, STOPPED, 1)
    assert {failure["code"] for failure in failures(result.json)} == {status}


@pytest.mark.parametrize("mode", DIRECT)
def test_a_service_that_wants_more_time_than_we_have(imported_fleet, dps, waits, mode):
    dps.fail(99, status=429, headers={"Retry-After": "300"})
    result = imported_fleet(mode)
    assert (result.exit_code, counts(result), len(dps.requests), waits) == (1, STOPPED, 1, [])
    assert "The next attempt would be in 300 seconds. To wait longer, set AZURE_IOT_DPS_MAX_WAIT." in result.err


@pytest.mark.parametrize("mode", MODES)
def test_what_was_done_before_is_done(imported_fleet, seeded_fleet, tmp_path, mode):
    """Of three calls the second is refused."""
    if mode == "create":
        seeded_fleet.enrollments.clear()
    calls = []

    def second(request):
        calls.extend([request] if is_bulk(request) else [])
        return len(calls) == 2

    seeded_fleet.fail(where=second, status=403)
    result = imported_fleet(mode)
    assert (result.exit_code, counts(result)) == (1, {"total": 25, "succeeded": 10, "failed": 10, "notSent": 5})
    assert (tmp_path / "b.jsonl").read_text() == "".join(LINES.splitlines(True)[10:])
    assert sum(record["deviceId"] == "new" for record in seeded_fleet.enrollments.values()) == (
        0 if "delete" in mode else 10
    )


@pytest.mark.parametrize("mode", DIRECT)
def test_a_service_that_cannot_be_reached(imported_fleet, waits, mode):
    login = "--login 'HostName=localhost:1;SharedAccessKeyName=p;SharedAccessKey=QUFBQQ=='"
    result = imported_fleet(mode, login=login)
    assert (result.exit_code, counts(result), len(waits)) == (1, STOPPED, 4)
    assert {failure["message"] for failure in failures(result.json)} == {"localhost:1 could not be reached."}
    assert {failure["code"] for failure in failures(result.json)} == {None}


@pytest.mark.parametrize("mode", DIRECT)
def test_a_service_that_no_longer_answers(imported_fleet, seeded_fleet, mode):
    """Neither the calls nor the requests that look up their outcome are answered."""
    seeded_fleet.fail(999, drop="before")
    result = imported_fleet(mode)
    assert (result.exit_code, counts(result)) == (1, STOPPED)
    assert len(seeded_fleet.requests) <= 10
    ended = f"{seeded_fleet.host} closed the connection before its response was complete."
    assert {failure["message"] for failure in failures(result.json)} == {ended}
    unknown = "The request may have succeeded. Check the enrollments before retrying."
    assert unknown in result.err.splitlines()


@pytest.mark.parametrize("mode", DIRECT)
@pytest.mark.parametrize("answer", [{"status": 400, "body": {"error": "invalid_grant"}}, {"status": 200, "raw": "[]"}])
def test_no_token(imported_fleet, dps, mode, answer):
    dps.fail(999, path="/msi/token", **answer)
    result = imported_fleet(mode, login=f"-n localhost:{dps.port} --auth-type login")
    assert (result.exit_code, counts(result), dps.service_requests) == (1, STOPPED, [])
    # azure-cli before 2.70 says a word of its own first
    assert "ERROR: 10 of 25 enrollments failed, and 15 were not sent. The first failure, on line 1: " in result.err


@pytest.mark.parametrize("mode", PLANNED)
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"status": 403, "body": {"message": "No."}}, "No. (error 403)"),
        ({"status": 404, "raw": "<html>welcome</html>"}, "The service returned HTTP 404 NOT FOUND. (error 404)"),
        ({"status": 200, "raw": "{}"}, "localhost returned an unexpected response (HTTP 200)."),
        ({"status": 429, "headers": {"Retry-After": "300"}}, "The service returned HTTP 429 TOO MANY REQUESTS."),
        ({"drop": "before"}, "closed the connection before its response was complete."),
    ],
)
def test_what_cannot_be_compared_is_not_sent(imported_fleet, dps, tmp_path, mode, fault, told):
    dps.fail(99, **fault)
    result = imported_fleet(mode)
    assert (result.exit_code in (1, 3), result.out) == (True, "")
    assert told in result.err.replace(dps.host, "localhost")
    assert {request.path for request in dps.requests} == {"/enrollments/query"}
    assert not (tmp_path / "b.jsonl").exists()


def test_a_service_that_is_not_found_is_no_failure_of_a_record(imported_fleet, dps, tmp_path):
    result = imported_fleet("create", login="-n nope -g myrg")
    assert (result.exit_code, result.out, dps.service_requests) == (3, "", [])
    assert not (tmp_path / "b.jsonl").exists()


@pytest.mark.parametrize("done", [True, False], ids=["done", "not-done"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "raw",
    [
        "",
        "<html>",
        "[]",
        "{}",
        '{"errors": []}',
        '{"errors": [], "isSuccessful": false}',
        '{"errors": [], "isSuccessful": "true"}',
        '{"errors": "none", "isSuccessful": true}',
        '{"errors": [null], "isSuccessful": false}',
        '{"errors": [{"registrationId": "dev00"}], "isSuccessful": false}',
        json.dumps({"errors": [{**ERROR, "errorCode": "409201"}], "isSuccessful": False}),
        json.dumps({"errors": [{**ERROR, "registrationId": "other"}], "isSuccessful": False}),
        json.dumps({"errors": [{**ERROR, "registrationId": ["dev00"]}], "isSuccessful": False}),
        json.dumps({"errors": [ERROR], "isSuccessful": True}),
        '{"errors": [], "isSuccessful": true, "n": NaN}',
        '{"errors": ' + "[" * 200 + "]" * 200 + ', "isSuccessful": false}',
    ],
)
def test_an_answer_that_is_no_result_is_looked_up(imported_fleet, seeded_fleet, mode, raw, done):
    if mode in ("create", "upsert"):
        seeded_fleet.enrollments.clear()
    seeded_fleet.fail(where=is_bulk, raw=raw, carry_out=done)
    result = imported_fleet(mode, "\n".join(LINES.splitlines()[:2]).replace("dev01", "DEV01"))
    assert (result.exit_code, succeeded(result.json), result.json["failed"]) == ((0, 2, 0) if done else (1, 0, 2))
    told = f"{seeded_fleet.host} returned an unexpected response (HTTP 200)."
    assert {failure["message"] for failure in failures(result.json)} <= {told}


@pytest.mark.parametrize(
    "part",
    [
        {"attestation": []},
        {"attestation": "x509"},
        {"attestation": {"type": ["symmetricKey"]}},
        {"attestation": {"type": "symmetricKey", "symmetricKey": 5}},
        {"attestation": {"type": "x509", "x509": 5}},
        {"attestation": {"type": "tpm", "tpm": []}},
        {"iotHubs": 5},
        {"iotHubs": [5], "allocationPolicy": "static"},
        {"allocationPolicy": 5},
        {"allocationPolicy": "custom", "customAllocationDefinition": [1]},
        {"initialTwin": []},
        {"etag": 5},
    ],
)
@pytest.mark.parametrize("mode", ["update", "upsert"])
def test_a_stored_record_that_is_none(imported_fleet, seeded_fleet, mode, part):
    """For any response of the service, the import ends with a result or a fault."""
    seeded_fleet.fail(99, path="/enrollments/query", body=[{**RECORDS[0], "etag": "b2xk", **part}])
    proofs = [None, SYMMETRIC, {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}, X509]
    for proof in proofs if mode == "update" else proofs[1:]:
        before = seeded_fleet.enrollments.values()
        record = {"registrationId": "dev00", "attestation": proof, "initialTwin": {"tags": {"a": 1}}}
        result = imported_fleet(mode, json.dumps(record))
        assert result.json or result.err.startswith("ERROR: --file has 1 fault. Nothing was sent.\n")
        assert result.exit_code == 0 or seeded_fleet.enrollments.values() == before
