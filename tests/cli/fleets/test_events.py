"""--events: lines of JSON for a program that follows an import."""

import fcntl
import json
import os
import re
import resource
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cli.fleets.fleet import KEYS, LINES, RECORDS

TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
NONE = {"created": 0, "updated": 0, "unchanged": 0, "deleted": 0, "failed": 0, "notSent": 0}
BATCH = {"version": 1, "event": "batch", **NONE, "failures": []}
END = {"version": 1, "event": "end", **NONE, "interrupted": False}
IDS = [record["registrationId"] for record in RECORDS]
TIME = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ"


def parsed(text):
    """The lines, without their times and seconds."""
    lines = [json.loads(line) for line in text.splitlines()]
    assert all(re.fullmatch(TIME, line.pop("time")) for line in lines)
    assert all(line.pop("seconds", 0) >= 0 for line in lines)
    return lines


@pytest.fixture
def events(tmp_path):
    """Reads the events."""
    return lambda: parsed((tmp_path / "events.jsonl").read_text())


@pytest.fixture
def run(iot, tmp_path):
    """Runs an import or apply with one worker, and with events, of these records."""

    def run(verb, records, options="", noun="enrollment"):
        (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
        files = f"--file {tmp_path}/a.jsonl --events {tmp_path}/events.jsonl"
        return iot(f"{noun} {verb} {files} --concurrency 1 {options}")

    return run


def test_an_import_that_creates(run, dps, events, tmp_path):
    dps.enrollments.put(RECORDS[11])
    (tmp_path / "events.jsonl").write_text("of another import\n" * 100)
    (tmp_path / "events.jsonl").chmod(0o644)
    result = run("import", RECORDS)
    assert (result.exit_code, result.json["created"]) == (1, 24)
    exists = {"id": "dev11", "file": f"{tmp_path}/a.jsonl", "line": 12, "code": 409201, "message": "Enrollment exists."}
    failed = [{**exists, "message": result.json["failures"][0]["message"]}]
    assert events() == [
        {**BATCH, "operation": "create", "ids": IDS[:10], "created": 10},
        {**BATCH, "operation": "create", "ids": IDS[10:20], "created": 9, "failed": 1, "failures": failed},
        {**BATCH, "operation": "create", "ids": IDS[20:], "created": 5},
        {**END, "total": 25, "created": 24, "failed": 1},
    ]
    assert stat.S_IMODE((tmp_path / "events.jsonl").stat().st_mode) == 0o600


def test_an_apply_that_creates_updates_and_deletes(run, dps, events):
    for id in ("same", "old", "gone"):
        dps.groups.put({"enrollmentGroupId": id, "attestation": {"type": "symmetricKey", "symmetricKey": KEYS}})
    new = {"enrollmentGroupId": "new", "attestation": {"type": "symmetricKey", "symmetricKey": KEYS}}
    changed = {"enrollmentGroupId": "old", "provisioningStatus": "disabled"}
    records = [{"enrollmentGroupId": "same"}, changed, new]
    assert run("apply", records, "--prune --yes", "enrollment-group").exit_code == 0
    assert events() == [
        {**BATCH, "operation": "create", "ids": ["new"], "created": 1},
        {**BATCH, "operation": "update", "ids": ["old"], "updated": 1},
        {**BATCH, "operation": "delete", "ids": ["gone"], "deleted": 1},
        {**END, "total": 3, "created": 1, "updated": 1, "unchanged": 1, "deleted": 1},
    ]


def test_an_error_that_every_further_call_would_get(run, dps, events):
    dps.fail(99, status=403, body={"message": f"You sent {KEYS['primaryKey']}."})
    result = run("import", RECORDS)
    assert result.exit_code == 1
    batch, end = events()
    assert [failure["message"] for failure in batch.pop("failures")] == ["You sent ***. (error 403)"] * 10
    failed = {name: value for name, value in BATCH.items() if name != "failures"} | {"failed": 10}
    assert batch == {**failed, "operation": "create", "ids": IDS[:10]}
    assert end == {**END, "total": 25, "failed": 10, "notSent": 15}


@pytest.mark.parametrize("verb", ["import --mode upsert", "apply"])
def test_an_error_before_anything_is_sent(run, dps, events, verb):
    dps.fail(99, status=403, body={"message": "No."})
    assert (run(verb, RECORDS).exit_code, dps.sent("POST")[0][1]) == (1, "/enrollments/query")
    assert events() == [{"version": 1, "event": "end", "interrupted": False, "error": "No. (error 403)"}]


def test_a_fault_of_the_file(run, dps, events):
    assert (run("apply", [{"registrationId": "a", "attestation": {"type": "x"}}]).exit_code, dps.requests) == (1, [])
    [end] = events()
    assert end.pop("error").startswith("--file has 1 fault. Nothing was sent.\nline 1: attestation")
    assert end == {"version": 1, "event": "end", "interrupted": False}


def test_a_question_that_is_not_answered_with_yes(run, dps, events):
    assert run("import --mode delete", RECORDS).exit_code == 1
    [end] = events()
    assert (end["interrupted"], "Use --yes." in end["error"], dps.requests) == (False, True, [])


def test_a_named_pipe_that_another_program_reads(iot, dps, tmp_path):
    (tmp_path / "a.jsonl").write_text(LINES)
    os.mkfifo(tmp_path / "pipe")

    def read():
        with (tmp_path / "pipe").open() as pipe:
            # for fewer bytes than the lines have
            fcntl.fcntl(pipe, getattr(fcntl, "F_SETPIPE_SZ", 1031), 4096)
            return pipe.read()

    with ThreadPoolExecutor() as pool:
        reading = pool.submit(read)
        ids = [f"{number:03}-{'x' * 100}" for number in range(100)]
        lines = [json.dumps({"registrationId": id, "attestation": TPM}) + "\n" for id in ids]
        (tmp_path / "a.jsonl").write_text("".join(lines))
        result = iot(f"enrollment import --file {tmp_path}/a.jsonl --events {tmp_path}/pipe --concurrency 1")
        text = reading.result(30)
    assert (result.exit_code, result.err, len(text) > 2 * 4096) == (0, "", True)
    batches = [
        {**BATCH, "operation": "create", "ids": ids[start : start + 10], "created": 10} for start in range(0, 100, 10)
    ]
    assert parsed(text) == [*batches, {**END, "total": 100, "created": 100}]


def test_a_full_disk_ends_the_events_with_one_warning(iot, dps, tmp_path):
    (tmp_path / "a.jsonl").write_text(LINES)
    result = iot(f"enrollment import --file {tmp_path}/a.jsonl --events /dev/full")
    warning = "WARNING: --events: cannot write /dev/full: No space left on device. It has no further events.\n"
    assert (result.exit_code, result.err, result.json["created"], len(dps.enrollments)) == (0, warning, 25, 25)


def test_a_full_disk_leaves_whole_lines(iot, dps, events, tmp_path):
    """A limit on the size of files stands for the disk."""
    records = [{"registrationId": f"{number:03}-{'x' * 100}", "attestation": TPM} for number in range(300)]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, records)))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, before[1]))
    try:
        result = iot(f"enrollment import --file {tmp_path}/a.jsonl --events {tmp_path}/events.jsonl --concurrency 1")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (result.exit_code, result.json["created"]) == (0, 300)
    assert result.err == (
        f"WARNING: --events: cannot write {tmp_path}/events.jsonl: File too large. It has no further events.\n"
    )
    assert [line["event"] for line in events()] == ["batch"] * 23


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--events -",
         "--events must be a file or a named pipe, not -, because the result is printed to standard output."),
        ("--events a.jsonl", "--events and --file are the same file. Specify another --events."),
        ("--events link.jsonl", "--events and --file are the same file. Specify another --events."),
        ("--events new.jsonl --failed-file ./new.jsonl",
         "--events and --failed-file are the same file. Specify another --events."),
        ("--events no/folder", "--events: cannot write no/folder: No such file or directory."),
        ("--events .", "--events: cannot write .: Is a directory."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["import", "apply"])
def test_what_events_cannot_be(iot, dps, tmp_path, monkeypatch, verb, options, told):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jsonl").write_text(LINES)
    (tmp_path / "link.jsonl").symlink_to("a.jsonl")
    result = iot(f"enrollment {verb} --file a.jsonl {options}")
    assert (result.exit_code, result.err, dps.requests) == (1, f"ERROR: {told}\n", [])
    assert (tmp_path / "a.jsonl").read_text() == LINES
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "link.jsonl"]


@pytest.mark.parametrize("line", ["import --validate-only", "import --template", "apply --what-if"])
def test_where_nothing_is_sent_there_are_no_events(run, events, tmp_path, line):
    result = run(line, RECORDS)
    option = line.split()[1]
    assert result.err == f"ERROR: --events cannot be combined with {option}, which sends nothing.\n"
    assert not (tmp_path / "events.jsonl").exists()


@pytest.mark.parametrize("line", ["import --validate-only", "import --what-if", "import --template", "apply --what-if"])
def test_where_nothing_is_sent_there_is_no_file_of_failed_records(iot, dps, tmp_path, line):
    (tmp_path / "a.jsonl").write_text(LINES)
    result = iot(f"enrollment {line} --file {tmp_path}/a.jsonl --failed-file {tmp_path}/failed.jsonl")
    told = f"ERROR: --failed-file cannot be combined with {line.split()[1]}, which sends nothing.\n"
    assert (result.exit_code, result.err, dps.requests) == (1, told, [])
