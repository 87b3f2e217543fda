"""Calls of ten that are lost, throttled or refused: the printed result is the outcome of each record."""

import json

import pytest

from tests.results import failures, succeeded

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
RECORDS = [{"registrationId": f"dev{number}", "attestation": SYMMETRIC, "deviceId": "new"} for number in range(12)]
MODES = ["create", "update", "upsert", "delete"]
BEFORE = {"registrationId": "dev1", "attestation": SYMMETRIC, "deviceId": "old"}


def is_bulk(request):
    return request.path == "/enrollments"


@pytest.fixture
def imported(iot, tmp_path):
    def imported(mode, records=RECORDS, options=""):
        (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, records)))
        confirmed = "--yes" if mode == "delete" else ""
        return iot(f"enrollment import --file {tmp_path}/a.jsonl --mode {mode} {confirmed} {options}")

    return imported


@pytest.fixture
def seed(dps):
    """What the mode wants to find there."""

    def seed(mode, etag=False):
        for record in RECORDS if mode in ("update", "delete") else []:
            dps.enrollments.put({**record, "deviceId": "old", "etag": "b2xk", "createdDateTimeUtc": LONG_AGO})
        return [{**record, "etag": "b2xk"} for record in RECORDS] if etag else RECORDS

    return seed


LONG_AGO = "2026-01-01T00:00:00Z"


def done(dps, mode):
    """How many records the mode has processed."""
    if mode == "delete":
        return len(RECORDS) - len(dps.enrollments)
    return sum(
        dict(kept, **record) == kept for record in RECORDS if (kept := dps.enrollments.get(record["registrationId"]))
    )


@pytest.mark.parametrize("etag", [False, True], ids=["", "etag"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("times", "fault"),
    [
        (1, {"drop": "before"}),
        (1, {"drop": "after"}),
        (3, {"drop": "middle"}),
        (5, {"drop": "after"}),
        (1, {"status": 500}),
        (2, {"status": 503, "carry_out": True}),
        (5, {"status": 502, "carry_out": True}),
        (4, {"status": 429, "headers": {"Retry-After": "1"}}),
        (1, {"status": 200, "raw": "<html>sign in</html>", "carry_out": True}),
    ],
    ids=["never-arrived", "after", "middle", "never-answered", "500", "503-done", "502-done", "429", "no-answer"],
)
def test_all_records_end_as_they_shall(imported, dps, seed, mode, etag, times, fault):
    # the ETag of a record that does not exist is a failure of its own
    etag = etag and mode != "upsert"
    dps.fail(times, where=is_bulk, **fault)
    result = imported(mode, seed(mode, etag))
    assert (result.exit_code, succeeded(result.json), failures(result.json)) == (0, 12, [])
    assert done(dps, mode) == 12


@pytest.mark.parametrize("drop", ["before", "after", "middle"])
def test_another_record_that_was_there_is_no_success(imported, dps, drop):
    before = [
        dps.enrollments.put({**BEFORE, **other}) for other in ({}, {"registrationId": "dev2", "attestation": TPM})
    ]
    dps.fail(drop=drop, where=is_bulk)
    result = imported("create", options="--concurrency 1")
    assert (result.exit_code, succeeded(result.json), len(dps.enrollments)) == (1, 10, 12)
    assert failures(result.json) == [
        {"line": line, "id": f"dev{line - 1}", "code": 409201, "message": "Enrollment already exists."}
        for line in (2, 3)
    ]
    assert [dps.enrollments["dev1"], dps.enrollments["dev2"]] == before


def test_another_record_is_updated_by_an_upsert_whose_create_was_lost(imported, dps):
    dps.enrollments.put(BEFORE)
    dps.fail(where=is_bulk, raw="{}", carry_out=True)
    result = imported("upsert", options="--concurrency 1")
    assert (result.exit_code, failures(result.json), done(dps, "upsert")) == (0, [], 12)


def test_an_update_that_another_client_overtook(imported, dps, seed):
    def overtaken(request):
        if is_bulk(request):
            dps.enrollments.put({**RECORDS[3], "deviceId": "theirs", "etag": "dGhlaXJz"})
        return is_bulk(request)

    seed("update")
    dps.fail(drop="after", where=overtaken)
    result = imported("update", options="--concurrency 1")
    # it is read and compared again
    assert (result.exit_code, failures(result.json)) == (0, [])
    assert (dps.enrollments["dev3"]["deviceId"], done(dps, "update")) == ("new", 12)


def test_a_member_that_is_null_is_one_that_is_absent(imported, dps):
    """As other tools write records; a service may keep the nulls of a twin, or not."""
    nulls = {"capabilities": None, "reprovisionPolicy": {"migrateDeviceData": None}, "etag": None, "iotHubs": None,
             "initialTwin": {"tags": None, "properties": {"desired": None}}}  # fmt: skip
    dps.fail(drop="after", where=is_bulk)
    result = imported("create", [{**RECORDS[0], **nulls}])
    assert (result.exit_code, succeeded(result.json), len(dps.enrollments)) == (0, 1, 1)


def test_a_delete_of_what_never_was_is_no_success(imported, dps):
    result = imported("delete", RECORDS[:1])
    assert (failures(result.json)[0]["code"], succeeded(result.json)) == (404201, 0)


@pytest.mark.parametrize("mode", ["create", "update"])
@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": "before"}], ids=["503", "never-arrived"])
def test_what_does_not_pass_is_told(imported, dps, seed, mode, fault):
    """The result still says that nothing was done to these records."""
    dps.fail(5, where=is_bulk, **fault)
    result = imported(mode, seed(mode), options="--concurrency 1")
    words = {"503": "The service returned HTTP 503 SERVICE UNAVAILABLE. (error 503)"}
    told = f"{dps.host} closed the connection before its response was complete."
    assert (result.exit_code, succeeded(result.json), result.json["failed"], done(dps, mode)) == (1, 2, 10, 2)
    assert {failure["message"] for failure in failures(result.json)} == {words.get(str(fault.get("status")), told)}
    assert {failure["code"] for failure in failures(result.json)} == {fault.get("status")}


def errors(code, *numbers):
    found = [{"registrationId": f"DEV{number}", "errorCode": code, "errorStatus": "Not now."} for number in numbers]
    return {"errors": found, "isSuccessful": False}


@pytest.mark.parametrize("code", [408001, 429001, 500000, 502001, 503001, 504001])
def test_records_that_the_service_cannot_take_now_are_sent_again(imported, dps, waits, code):
    def others_are_taken(request):
        for number in (1, 3, 4, 5, 6, 7, 8, 9):
            dps.enrollments.put(RECORDS[number])
        return is_bulk(request)

    dps.fail(body=errors(code, 0, 2), where=others_are_taken)
    result = imported("create", RECORDS[:10])
    assert (result.exit_code, succeeded(result.json), bool(waits)) == (0, 10, True)
    assert [[each["registrationId"] for each in body["enrollments"]] for *_, body in dps.sent("POST")][1:] == [
        ["dev0", "dev2"]
    ]


@pytest.mark.parametrize(("code", "failed"), [(500000, 0), (503001, 0), (429001, 1)])
def test_a_record_that_failed_half_way_may_be_there(imported, dps, code, failed):
    """A 429 means that nothing was carried out: the existing record is of another client."""
    dps.fail(body=errors(code, 0), where=is_bulk, carry_out=True)
    assert imported("create", RECORDS[:1]).json["failed"] == failed


def test_records_that_the_service_can_never_take(imported, dps, waits):
    dps.fail(99, body=errors(429001, 0, 2), where=is_bulk)
    result = imported("create", RECORDS[:3])
    assert failures(result.json) == [
        {"line": line, "id": f"dev{line - 1}", "code": 429001, "message": "Not now."} for line in (1, 3)
    ]
    assert (succeeded(result.json), waits) == (1, [1.0, 4.0, 16.0, 64.0, 64.0])


def test_all_wait_together_and_say_so_once(imported, dps, waits):
    records = [{"registrationId": f"dev{number}", "attestation": TPM} for number in range(200)]
    dps.fail(2, where=is_bulk, status=429, headers={"Retry-After": "30"})
    result = imported("create", records)
    assert (result.exit_code, succeeded(result.json), len(dps.requests)) == (0, 200, 22)
    assert waits == [30.0, 30.0]
    said = "WARNING: The service returned HTTP 429 TOO MANY REQUESTS. (error 429): next attempt in 30 seconds.\n"
    assert result.err == said * 2


REFUSED = {"errorCode": 400004, "message": "The call was refused."}


@pytest.mark.parametrize("mode", ["create", "update", "upsert"])
@pytest.mark.parametrize("status", [400, 413])
def test_a_call_that_is_refused_is_taken_apart(imported, dps, seed, mode, status):
    """One record that the service cannot read costs the others nothing."""
    seed(mode)
    dps.fail(where=lambda request: is_bulk(request) and len(dps.requests) < 30, status=status, body=REFUSED)
    dps.fail(path="/enrollments/dev3", method="PUT", status=400, body=REFUSED)
    result = imported(mode, options="--concurrency 1")
    assert failures(result.json) == [
        {"line": 4, "id": "dev3", "code": 400004, "message": "The call was refused. (error 400004)"}
    ]
    assert (result.exit_code, succeeded(result.json), done(dps, mode)) == (1, 11, 11)
    puts = {"update": "b2xk"}
    assert [(path, etag) for _, path, etag, _ in dps.sent("PUT")] == [
        (f"/enrollments/dev{number}", puts.get(mode)) for number in range(10)
    ]
