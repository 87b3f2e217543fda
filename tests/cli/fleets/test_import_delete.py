"""--mode delete: by ids, after a question that says how many, and of which service."""

import json
import os
import pty
import sys

import pytest

from tests.results import failures, succeeded

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}
REFUSED = {"errorCode": 400004, "message": "The call was refused.", "trackingId": "x"}


@pytest.fixture
def seeded(dps):
    for number in range(12):
        dps.enrollments.put({"registrationId": f"dev{number}", "attestation": SYMMETRIC, "etag": f"ZXRhZw{number}"})
    return dps


@pytest.fixture
def deleted(iot, tmp_path):
    """Deletes these records, or those of this text of CSV."""

    def deleted(content, options="--yes", noun="enrollment"):
        path = tmp_path / ("a.csv" if isinstance(content, str) else "a.jsonl")
        path.write_text(content if isinstance(content, str) else "\n".join(map(json.dumps, content)))
        return iot(f"{noun} import --mode delete --file {path} {options}")

    return deleted


@pytest.fixture
def terminal(monkeypatch):
    """With an answer on standard input."""
    ours, theirs = pty.openpty()
    with open(theirs) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield lambda answer: os.write(ours, f"{answer}\n".encode())
    os.close(ours)


@pytest.mark.parametrize(
    "content",
    [
        [{"registrationId": f"DEV{number}"} for number in range(11)],
        [
            {"registrationId": f"dev{number}", "attestation": SYMMETRIC, "etag": f"ZXRhZw{number}"}
            for number in range(11)
        ],
        [{"registrationId": f"dev{number}", "attestation": {"type": "none"}, "etag": None} for number in range(11)],
        "registrationId\n" + "".join(f"dev{number}\n" for number in range(11)),
        "registrationId,certificatePath,etag,tags\n" + "".join(f"dev{number},gone.pem,,[\n" for number in range(11)),
        "etag,registrationId\n" + "".join(f"ZXRhZw{number},dev{number}\n" for number in range(11)),
    ],
    ids=["ids", "records", "other-records", "csv-of-ids", "csv-without-etags", "csv-with-etags"],
)
def test_records_are_deleted_by_their_ids(deleted, seeded, content):
    result = deleted(content)
    assert (result.exit_code, result.err) == (0, "")
    assert (result.json["total"], succeeded(result.json), list(seeded.enrollments)) == (11, 11, ["dev11"])
    assert [(path, body["mode"]) for _, path, _, body in seeded.sent("POST")] == [("/enrollments", "delete")] * 2


def test_no_more_of_a_record_is_sent_than_a_delete_needs(deleted, seeded):
    record = {"registrationId": "dev1", "attestation": SYMMETRIC, "etag": "ZXRhZw1", "deviceId": "x", "unheardOf": 1}
    others = [{**record, "registrationId": "dev2", "attestation": TPM, "etag": None}, {"registrationId": "dev3"}]
    assert deleted([record, *others]).exit_code == 0
    assert seeded.sent("POST")[0][3]["enrollments"] == [
        {"registrationId": "dev1", "etag": "ZXRhZw1", "attestation": {"type": "symmetricKey"}},
        {"registrationId": "dev2", "attestation": TPM},
        {"registrationId": "dev3"},
    ]


def test_what_cannot_be_deleted(deleted, seeded):
    result = deleted(
        [{"registrationId": "dev1", "etag": "c3RhbGU="}, {"registrationId": "nope"}, {"registrationId": "dev2"}]
    )
    assert (result.exit_code, succeeded(result.json), len(seeded.enrollments)) == (1, 1, 11)
    assert failures(result.json) == [
        {"line": 1, "id": "dev1", "code": 412000, "message": "Precondition failed."},
        {"line": 2, "id": "nope", "code": 404201, "message": "Enrollment not found."},
    ]
    assert "dev1" in seeded.enrollments


def test_groups(deleted, dps):
    for id in ("one", "two"):
        dps.groups.put({"enrollmentGroupId": id, "attestation": SYMMETRIC})
    result = deleted("enrollmentGroupId\none\nthree\n", noun="enrollment-group")
    assert (result.exit_code, list(dps.groups)) == (1, ["two"])
    assert failures(result.json) == [
        {"line": 3, "id": "three", "code": 404204, "message": "EnrollmentGroup not found."}
    ]


@pytest.mark.parametrize("status", [400, 413])
def test_a_call_that_is_refused_is_taken_apart(deleted, seeded, status):
    """It is undocumented what a bulk delete needs of a record: its id in the path is always enough."""
    seeded.fail(status=status, method="POST", body=REFUSED)
    records = [{"registrationId": f"dev{number}"} for number in range(3)] + [{"registrationId": "nope"}]
    result = deleted(
        [*records, {"registrationId": "dev3", "etag": "c3RhbGU="}, {"registrationId": "dev4", "etag": "ZXRhZw4"}]
    )
    assert [(failure["id"], failure["code"]) for failure in failures(result.json)] == [
        ("nope", 404201),
        ("dev3", 412000),
    ]
    assert [(path, etag) for _, path, etag, _ in seeded.sent("DELETE")] == [
        ("/enrollments/dev0", "*"), ("/enrollments/dev1", "*"), ("/enrollments/dev2", "*"), ("/enrollments/nope", "*"),
        ("/enrollments/dev3", "c3RhbGU="), ("/enrollments/dev4", "ZXRhZw4"),
    ]  # fmt: skip


def test_records_that_are_refused_are_deleted_one_by_one(deleted, seeded):
    error = {"registrationId": "dev1", "errorCode": 400000, "errorStatus": "attestation is required."}
    seeded.fail(body={"errors": [error], "isSuccessful": False}, method="POST")
    result = deleted([{"registrationId": "dev1"}])
    assert (result.exit_code, [path for _, path, *_ in seeded.sent("DELETE")]) == (0, ["/enrollments/dev1"])


def test_without_a_terminal_nothing_is_deleted(deleted, seeded):
    result = deleted([{"registrationId": "dev1"}], "")
    assert (result.exit_code, result.out, seeded.requests) == (1, "", [])
    assert "Use --yes." in result.err


@pytest.mark.parametrize(("answer", "asked"), [("y", 1), ("Y", 1), ("what?\ny", 2)])
def test_who_says_yes(deleted, dps, terminal, answer, asked):
    records = [{"registrationId": f"dev{number}"} for number in range(1001)]
    for record in records:
        dps.enrollments.put({**record, "attestation": TPM})
    terminal(answer)
    result = deleted(records, "--only-show-errors")
    assert result.out.startswith(f"Delete 1,001 enrollments of {dps.host}? (y/n): " * asked + "{")
    assert (result.exit_code, len(dps.enrollments)) == (0, 0)


@pytest.mark.parametrize("answer", ["n", "N", "\nn"])
def test_who_says_no(deleted, seeded, terminal, answer, tmp_path):
    terminal(answer)
    result = deleted([{"registrationId": "dev1"}], f"--failed-file {tmp_path}/b.jsonl")
    assert (result.exit_code, seeded.requests) == (1, [])
    assert result.err == "ERROR: Operation cancelled.\n"
    assert not (tmp_path / "b.jsonl").exists()


def test_one_is_not_many(deleted, seeded, terminal):
    terminal("n")
    question = f"Delete 1 enrollment of {seeded.host}? (y/n): "
    assert deleted([{"registrationId": "dev1"}], "").out == question


def test_a_service_is_named_by_its_host_where_the_command_line_has_its_name(az, dps, terminal, tmp_path):
    (tmp_path / "a.csv").write_text("enrollmentGroupId\none\ntwo\n")
    terminal("n")
    line = f"iot dps enrollment-group import --mode delete --file {tmp_path}/a.csv -n mydps -g myrg"
    assert az(line).out == f"Delete 2 enrollment groups of {dps.host}? (y/n): "
    assert dps.service_requests == []


def test_where_nothing_is_to_be_deleted_nobody_is_asked(deleted, dps, terminal):
    assert deleted([], "").json["total"] == 0
    assert deleted([{"registrationId": "dev1"}], "--validate-only").json["total"] == 1
