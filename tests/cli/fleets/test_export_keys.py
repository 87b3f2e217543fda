"""export --show-keys: a few calls at a time, and records that change meanwhile."""

from __future__ import annotations

import json
import threading

import pytest

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}
SHOW = "attestationmechanism"


def settle():
    """A failure does not wait for the calls that are under way; the next test must not see them."""
    for thread in threading.enumerate():
        if thread.name == "show-keys":
            thread.join(timeout=60)


KEYS_IN = "WARNING: {} contains symmetric keys. Only its owner can read it.\n"


@pytest.fixture
def seed(dps):
    """Stores a number of records with symmetric keys, and a tpm record."""

    def seed(count):
        for number in range(count):
            dps.enrollments.put({"registrationId": f"dev{number}", "attestation": SYMMETRIC})
        dps.enrollments.put({"registrationId": "tpm", "attestation": TPM})

    return seed


@pytest.fixture
def export(iot, tmp_path):
    """Runs an export; the result and the records of the file."""

    def export(options="--show-keys"):
        result = iot(f"enrollment export --file {tmp_path}/fleet.jsonl {options}")
        settle()
        lines = (tmp_path / "fleet.jsonl").read_text().splitlines() if result.exit_code == 0 else []
        return result, [json.loads(line) for line in lines]

    return export


def test_a_call_for_each_record_that_has_keys(export, seed, dps):
    seed(9)
    result, records = export()
    assert (result.exit_code, result.err, result.json["count"]) == (0, KEYS_IN.format(result.json["file"]), 10)
    assert records == dps.enrollments.values()
    first, *calls = dps.sent()
    assert first == ("POST", "/enrollments/query", None, {"query": "SELECT *"})
    assert sorted(calls) == [("POST", f"/enrollments/dev{number}/{SHOW}", None, None) for number in range(9)]
    # the listing and those that ask for keys
    assert 2 <= dps.handshakes <= 5


def test_ids_are_escaped(export, dps):
    for id in ("a:b", "a.b_c-d", "A"):
        dps.enrollments.put({"registrationId": id, "attestation": SYMMETRIC})
    assert export()[1] == dps.enrollments.values()
    assert sorted(request.raw_path.split("?")[0] for request in dps.requests[1:]) == [
        f"/enrollments/A/{SHOW}",
        f"/enrollments/a%3Ab/{SHOW}",
        f"/enrollments/a.b_c-d/{SHOW}",
    ]


def test_a_record_that_is_deleted_meanwhile_is_left_out(export, seed, dps):
    seed(150)

    def delete(request):
        if request.path.endswith("/dev7/attestationmechanism"):
            dps.enrollments.remove("dev7")
        return False

    dps.fail(where=delete)
    result, records = export()
    assert (result.exit_code, result.err, result.json["count"]) == (0, KEYS_IN.format(result.json["file"]), 150)
    assert len(records) == 150
    assert records == dps.enrollments.values()


def test_a_record_that_is_another_meanwhile(export, dps):
    """It is written with the attestation that it has when its keys are read."""
    dps.enrollments.put({"registrationId": "dev", "attestation": SYMMETRIC})
    dps.fail(path=SHOW, body=TPM)
    result, (record,) = export()
    assert (result.exit_code, result.err, record["attestation"]) == (0, "", TPM)


@pytest.mark.parametrize("shown", [{"type": "symmetricKey"}, {"type": "symmetricKey", "symmetricKey": None}])
def test_keys_that_are_not_shown_are_counted(export, seed, dps, shown):
    seed(3)
    dps.fail(path="/dev1/" + SHOW, body=shown)
    result, records = export()
    assert (result.exit_code, len(records)) == (0, 4)
    assert result.err == KEYS_IN.format(result.json["file"]) + (
        "WARNING: 1 of 4 enrollments have symmetric keys that are not in the file: an import that creates them "
        "generates new keys.\n"
    )


def policy(name, rights):
    return {"keyName": name, "primaryKey": "QUFB", "secondaryKey": "QkJC", "rights": rights}


@pytest.mark.parametrize(("options", "used"), [("", "reader"), ("--show-keys", "writer")])
@pytest.mark.parametrize("noun", ["enrollment", "enrollment-group"])
def test_the_policy(az, dps, tmp_path, noun, options, used):
    """Which right reading keys needs is documented nowhere, so that it is the one that can do all."""
    dps.groups.put({"enrollmentGroupId": "grp", "attestation": SYMMETRIC})
    dps.enrollments.put({"registrationId": "dev", "attestation": SYMMETRIC})
    dps.policies = [policy("reader", "EnrollmentRead"), policy("writer", "EnrollmentWrite")]
    assert az(f"iot dps {noun} export -n mydps -g myrg --file {tmp_path}/file {options}").exit_code == 0
    assert len(dps.service_requests) == 1 + bool(options)
    assert all(f"skn={used}" in request.headers["Authorization"] for request in dps.service_requests)


@pytest.mark.parametrize("options", ["", "--show-keys"])
def test_signed_in(az, dps, tmp_path, options):
    dps.enrollments.put({"registrationId": "dev", "attestation": SYMMETRIC})
    login = f"-n 127.0.0.1:{dps.port} --auth-type login"
    assert az(f"iot dps enrollment export {login} --file {tmp_path}/file {options}").exit_code == 0
    assert all(request.headers["Authorization"].startswith("Bearer ") for request in dps.service_requests)


@pytest.mark.parametrize(
    ("fault", "waited"),
    [
        ({"status": 429, "headers": {"Retry-After": "3"}}, 3),
        ({"status": 503, "headers": {"Retry-After": "3"}}, 3),
        ({"drop": "after"}, None),
        ({"drop": "middle"}, None),
    ],
)
@pytest.mark.parametrize("path", ["/query", SHOW])
def test_each_call_is_tried_again(export, seed, dps, waits, path, fault, waited):
    seed(3)
    dps.fail(times=4, path=path, **fault)
    result, records = export()
    assert (result.exit_code, records) == (0, dps.enrollments.values())
    assert len(dps.requests) == 4 + 4
    assert waits
    assert all(seconds <= (waited or 8) for seconds in waits)


def test_who_is_asked_to_wait_lets_all_wait(export, seed, dps, waits):
    seed(8)
    dps.fail(times=4, path=SHOW, status=429, headers={"Retry-After": "29"})
    result, records = export()
    assert (result.exit_code, records) == (0, dps.enrollments.values())
    # one request at a time finds out
    assert len(dps.requests) == 1 + 8 + 4
    assert [wait for wait in waits if wait > 1] == [29.0] * 4
    said = "WARNING: The service returned HTTP 429 TOO MANY REQUESTS. (error 429): next attempt in 29 seconds.\n"
    assert result.err == said * 4 + KEYS_IN.format(result.json["file"])


def test_a_failure_of_one_key(export, seed, dps, tmp_path):
    seed(150)
    (tmp_path / "fleet.jsonl").write_text("what was there before")
    dps.fail(path="/dev77/" + SHOW, status=403, body={"message": "Forbidden"})
    result, _ = export()
    assert (result.exit_code, result.out) == (1, "")
    assert result.err.startswith("ERROR: Forbidden (error 403)\n")
    assert {entry.name: entry.read_text() for entry in tmp_path.iterdir()} == {"fleet.jsonl": "what was there before"}


def test_a_service_that_is_throttled_for_good(export, seed, dps):
    seed(30)
    dps.fail(times=1000, path=SHOW, status=429, headers={"Retry-After": "0"})
    result, _ = export()
    assert (result.exit_code, result.out) == (1, "")
    assert "ERROR: The service returned HTTP 429 TOO MANY REQUESTS. (error 429)\n" in result.err
    # as often as 180 seconds without progress allow, for each worker the last time
    assert 4 <= len(dps.requests) - 1 <= 10


@pytest.mark.parametrize("format", ["jsonl", "json", "csv"])
@pytest.mark.parametrize("verbosity", ["", "--verbose", "--debug"])
def test_no_key_is_said(az, dps, seed, tmp_path, format, verbosity):
    seed(3)
    dps.fail(path="/dev1/" + SHOW, status=500, body={"message": f"primaryKey={KEYS['primaryKey']}"})
    line = f"iot dps enrollment export -n mydps --show-keys --file {tmp_path}/fleet.{format} {verbosity}"
    result = az(line)
    written = (tmp_path / f"fleet.{format}").read_text()
    assert result.exit_code == 0
    assert ("POST /enrollments/dev2/attestationmechanism: 200 in" in result.err) == (verbosity == "--debug")
    for key in KEYS.values():
        assert written.count(key) == 3
        assert key not in result.out + result.err


@pytest.mark.parametrize(
    "record",
    [
        {"registrationId": "dev", "attestation": "symmetricKey"},
        {"registrationId": "dev", "attestation": ["x509"]},
        {"registrationId": "dev", "attestation": {"type": ["tpm"], "x509": "x"}},
        {"registrationId": "dev", "attestation": {"type": "symmetricKey"}, "initialTwin": [], "iotHubs": {}},
        {"registrationId": None, "attestation": {"type": "symmetricKey"}},
        {"attestation": {"type": "symmetricKey"}},
        {},
    ],
    ids=json.dumps,
)
@pytest.mark.parametrize("options", ["", "--show-keys", "--format csv", "--format csv --show-keys"])
def test_records_that_are_odd(iot, dps, tmp_path, record, options):
    dps.fail(body=[record])
    dps.fail(path=SHOW, body=SYMMETRIC)
    result = iot(f"enrollment export --file {tmp_path}/file {options}")
    assert "Traceback" not in result.err
    assert result.exit_code == 0 or result.err.startswith("ERROR: "), result.err
    if result.exit_code == 0 and options == "":
        assert json.loads((tmp_path / "file").read_text()) == record
