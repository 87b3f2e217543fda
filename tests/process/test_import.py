"""An import that is interrupted, or killed, in a real `az`: its result is correct, and it can be finished."""

import json
import os
import signal
from contextlib import suppress
from threading import Event

import pytest

from tests.process.held import PATIENCE
from tests.results import failures, succeeded

pytestmark = pytest.mark.az
KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
PROOFS = [
    {"attestation": {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}},
    {"attestation": {"type": "symmetricKey"}},
    {"attestation": {"type": "symmetricKey"}, "etag": "Zm9yZWlnbg=="},
    {"attestation": {"type": "symmetricKey", "symmetricKey": KEYS}, "etag": "Zm9yZWlnbg==", "deviceId": "device"},
    {
        "attestation": {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}},
        "etag": "Zm9yZWlnbg==",
        "iotHubs": None,
    },
]
RECORDS = [{"registrationId": f"dev{number}", **PROOFS[number % 5]} for number in range(300)]
LINES = [json.dumps(record, separators=(",", ":")) + "\n" for record in RECORDS]


@pytest.fixture
def held(hold):
    """The tenth call."""
    return hold(10)


@pytest.fixture
def importing(start, tmp_path):
    """Starts an import."""
    (tmp_path / "a.jsonl").write_text("".join(LINES))
    return lambda *options: start("iot", "dps", "enrollment", "import", "--file", str(tmp_path / "a.jsonl"), *options)


def interrupt(process, number=signal.SIGINT):
    process.send_signal(number)
    assert (
        process.stderr.readline()
        == "WARNING: Interrupted: waiting for pending requests. Interrupt again to stop waiting.\n"
    )


GENERATED = "WARNING: 120 of 300 records have symmetricKey attestation without keys. "


@pytest.mark.parametrize(
    ("mode", "number"), [("create", signal.SIGINT), ("upsert", signal.SIGTERM), ("create", signal.SIGHUP)]
)
def test_an_interruption_lets_the_calls_under_way_finish(importing, held, dps, tmp_path, mode, number):
    failed = tmp_path / "b.jsonl"
    # the ETags are of records that do not exist
    process = importing("--mode", mode, "--ignore-etag", "--failed-file", str(failed))
    assert held.arrived.wait(PATIENCE)
    assert process.stderr.readline().startswith(GENERATED)
    interrupt(process, number)
    held.release()
    out, err = process.communicate(timeout=PATIENCE)
    result = json.loads(out)
    done, left = succeeded(result), result["notSent"]
    assert (process.returncode, result["total"], result["failed"], done + left) == (1, 300, 0, 300)
    # nine calls were answered, the tenth was held, and workers start gently, one after the other
    assert done == 100
    assert sorted(dps.enrollments) == sorted(record["registrationId"] for record in RECORDS[:done])
    assert failed.read_text() == "".join(LINES[done:])
    assert (
        err.replace(f"WARNING: {failed} contains symmetric keys. Only its owner can read it.\n", "")
        == f"ERROR: 0 of 300 enrollments failed, and {left} were not sent because of the interruption.\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "b.jsonl"]


UNKNOWN = "The command was interrupted before the response: the request may have succeeded."


@pytest.mark.parametrize(
    "more", [[signal.SIGINT], [signal.SIGTERM], [signal.SIGINT, signal.SIGINT, signal.SIGHUP]], ids=["1", "term", "3"]
)
def test_a_second_interruption_does_not_wait(importing, held, tmp_path, more):
    """The service has the tenth call and never responds."""
    process = importing("--failed-file", str(tmp_path / "b.jsonl"), "--events", str(tmp_path / "c.jsonl"))
    assert held.arrived.wait(PATIENCE)
    assert process.stderr.readline().startswith(GENERATED)
    interrupt(process)
    for number in more:
        process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    result = json.loads(out)
    assert (process.returncode, succeeded(result), result["failed"]) == (1, 90, 0)
    assert (result["unknown"], result["notSent"]) == (10, 200)
    assert failures(result) == [
        {"line": line, "id": f"dev{line - 1}", "code": None, "message": UNKNOWN} for line in range(91, 101)
    ]
    assert (tmp_path / "b.jsonl").read_text() == "".join(LINES[90:])
    assert err == (
        f"WARNING: {tmp_path}/b.jsonl contains symmetric keys. Only its owner can read it.\n"
        "ERROR: 0 of 300 enrollments failed, and 200 were not sent because of the interruption, and the outcome of 10 "
        f"is unknown.\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "b.jsonl", "c.jsonl"]
    *batches, end = map(json.loads, (tmp_path / "c.jsonl").read_text().splitlines())
    # what workers held back when they were stopped is told as well
    assert {(batch["created"], batch["notSent"]) for batch in batches} <= {(10, 0), (0, 10)}
    assert sum(batch["created"] for batch in batches) == 90
    assert (end["interrupted"], end["created"], end["unknown"], end["notSent"]) == (True, 90, 10, 200)


def test_a_second_interruption_does_not_wait_for_who_reads_the_events(importing, dps, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDWR | os.O_NONBLOCK)
    with suppress(BlockingIOError):
        while True:
            os.write(reader, bytes(4096))
    arrived = Event()
    dps.fail(where=lambda request: arrived.set() if request.path == "/enrollments" else None)
    process = importing("--events", str(tmp_path / "pipe"))
    assert arrived.wait(PATIENCE)
    assert process.stderr.readline().startswith(GENERATED)
    interrupt(process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    os.close(reader)
    unread = f"WARNING: --events: cannot write {tmp_path}/pipe: the other program does not read it. "
    assert (process.returncode, json.loads(out)["total"]) == (1, 300)
    assert err.startswith(f"{unread}It has no further events.\n")


def test_a_kill_leaves_nothing_with_keys(importing, held, tmp_path):
    process = importing("--failed-file", str(tmp_path / "b.jsonl"))
    assert held.arrived.wait(PATIENCE)
    process.kill()
    process.wait(PATIENCE)
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_nohup_ignores_sighup(importing, held, dps):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = importing()
    finally:
        signal.signal(signal.SIGHUP, before)
    assert held.arrived.wait(PATIENCE)
    process.send_signal(signal.SIGHUP)
    held.release()
    out, _ = process.communicate(timeout=PATIENCE)
    assert failures(json.loads(out)) == []
    assert (process.returncode, succeeded(json.loads(out)), len(dps.enrollments)) == (0, 300, 300)


def test_ctrl_c_ends_a_pause(importing, dps, tmp_path):
    dps.fail(99, status=429, headers={"Retry-After": "60"})
    process = importing(
        "--concurrency", "1", "--failed-file", str(tmp_path / "b.jsonl"), "-o", "tsv", "--query", "failed"
    )
    assert process.stderr.readline().startswith(GENERATED)
    assert process.stderr.readline().endswith("(error 429): next attempt in 60 seconds.\n")
    interrupt(process)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, len(dps.requests), len(dps.enrollments)) == (1, "0\n", 1, 0)
    assert err == (
        f"WARNING: {tmp_path}/b.jsonl contains symmetric keys. Only its owner can read it.\n"
        "ERROR: 0 of 300 enrollments failed, and 300 were not sent because of the interruption.\n"
    )
    assert (tmp_path / "b.jsonl").read_text() == "".join(LINES)


@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_what_was_killed_is_finished_by_a_second_run(importing, held, dps, tmp_path, mode):
    process = importing("--mode", mode, "--ignore-etag", "--failed-file", str(tmp_path / "b.jsonl"))
    assert held.arrived.wait(PATIENCE)
    process.kill()
    assert process.wait(PATIENCE) == -signal.SIGKILL
    before = {id: dps.enrollments[id] for id in dps.enrollments}
    assert len(before) >= 60
    # what had arrived is carried out, although nobody hears of it
    held.release()
    again = importing("--mode", "upsert", "--ignore-etag")
    out, err = again.communicate(timeout=2 * PATIENCE)
    assert (again.returncode, succeeded(json.loads(out)), failures(json.loads(out))) == (0, 300, [])
    # of those that were left
    assert " of 300 records have symmetricKey attestation without keys. " in err
    assert len(dps.enrollments) == 300
    for record in RECORDS:
        stored = dps.enrollments[record["registrationId"]]
        first = before.get(record["registrationId"], stored)
        assert stored["attestation"] == first["attestation"]
        assert stored.get("deviceId") == record.get("deviceId")
        shown = stored["attestation"].get("symmetricKey", {}).keys()
        assert shown == (KEYS.keys() if stored["attestation"]["type"] == "symmetricKey" else set())
    assert not (tmp_path / "b.jsonl").exists()
