"""--failed-file: the records that failed, as they stood in --file, ready to be imported again."""

import json
import os
import shutil
import stat

import pytest

from tests.results import failures, succeeded

TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
LINE = (
    '{{"registrationId":"dev{}","attestation":{{"type":"tpm","tpm":{{"endorsementKey":"AAgAAQALAAMAsg=="}}}},'
    '"deviceId":"ä"}}'
)
LINES = [LINE.format(number) for number in range(11)]
HEADER = "tags,attestation,endorsementKey,registrationId,deviceId"
ROW = '"{{""a"":\n1}}",tpm,AAgAAQALAAMAsg==,dev{},ä'
ROWS = [HEADER, *(ROW.format(number) for number in range(11))]
# in lines of their own, and all in one
ARRAY = "[\n" + ",\n".join(LINES) + "\n]\n"
ONE_LINE = "[" + ",".join(LINES) + "]"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def taken(dps):
    """Of eleven records three exist, with other content."""
    for id in ("dev3", "DEV5", "dev10"):
        dps.enrollments.put({"registrationId": id, "attestation": TPM})


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize(
    ("name", "content", "left"),
    [
        ("a.jsonl", "\n\n".join(LINES), f"{LINES[3]}\n{LINES[5]}\n{LINES[10]}\n"),
        ("a.jsonl", "\r\n".join(LINES).encode("utf-16"), f"{LINES[3]}\n{LINES[5]}\n{LINES[10]}\n"),
        ("a.json", ARRAY, f"[\n{LINES[3]},\n{LINES[5]},\n{LINES[10]}\n]\n"),
        ("a.json", ONE_LINE, f"[\n{LINES[3]},\n{LINES[5]},\n{LINES[10]}\n]\n"),
        ("a.csv", "\n".join(ROWS), f"{HEADER}\n{ROWS[4]}\n{ROWS[6]}\n{ROWS[11]}\n"),
    ],
    ids=["lines", "utf-16", "array", "array-in-one-line", "csv"],
)
def test_what_failed_is_in_the_file_and_can_be_imported_again(iot, dps, folder, name, content, left):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    failed = f"failed{name[1:]}"
    first = iot(f"enrollment import --file {name} --failed-file {failed}")
    assert (first.exit_code, {each["id"] for each in failures(first.json)}) == (1, {"dev3", "dev5", "dev10"})
    assert (folder / failed).read_bytes().decode() == left
    for id in ("dev3", "dev5", "dev10"):
        dps.enrollments.remove(id)
    again = iot(f"enrollment import --file {failed}")
    assert (again.exit_code, succeeded(again.json)) == (0, 3)
    assert sorted(dps.enrollments) == sorted(f"dev{number}" for number in range(11))
    assert {record["deviceId"] for record in dps.enrollments.values()} == {"ä"}


@pytest.mark.parametrize(
    ("name", "content"), [("a.jsonl", LINES[0]), ("a.json", f"[{LINES[0]}]"), ("a.csv", "\n".join(ROWS[:2]))]
)
@pytest.mark.parametrize("there", [True, False])
def test_nothing_failed(iot, folder, name, content, there):
    failed = folder / f"failed{name[1:]}"
    if there:
        failed.write_text("old")
    (folder / name).write_text(content)
    assert iot(f"enrollment import --file {name} --failed-file", str(failed)).exit_code == 0
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        name: content,
        **({failed.name: "old"} if there else {}),
    }


@pytest.mark.parametrize("how", ["same", "link", "hard-link", "other-path"])
def test_the_only_copy_of_a_fleet_is_not_emptied(iot, dps, folder, how):
    (folder / "a.jsonl").write_text(LINES[0])
    (folder / "link.jsonl").symlink_to("a.jsonl")
    os.link(folder / "a.jsonl", folder / "hard.jsonl")
    failed = {"same": "a.jsonl", "link": "link.jsonl", "hard-link": "hard.jsonl", "other-path": f"{folder}/./a.jsonl"}
    result = iot("enrollment import --file a.jsonl --failed-file", failed[how])
    assert (result.exit_code, dps.requests, (folder / "a.jsonl").read_text()) == (1, [], LINES[0])
    assert result.err == "ERROR: --failed-file and --file are the same file. Specify another --failed-file.\n"


@pytest.mark.parametrize("mode", [0o644, 0o666, 0o640])
def test_whoever_could_read_the_old_file_cannot_read_the_new_one(iot, dps, folder, mode):
    (folder / "a.jsonl").write_text(LINES[0])
    (folder / "b.jsonl").write_text("old")
    (folder / "b.jsonl").chmod(mode)
    dps.fail(status=401)
    assert iot("enrollment import --file a.jsonl --failed-file b.jsonl").exit_code == 1
    assert stat.S_IMODE((folder / "b.jsonl").stat().st_mode) == 0o600


def test_the_file_holds_keys_and_is_the_owners_alone(iot, dps, folder):
    (folder / "a.jsonl").write_text(LINES[0])
    dps.fail(status=401)
    assert iot("enrollment import --file a.jsonl --failed-file b.jsonl").exit_code == 1
    assert stat.S_IMODE((folder / "b.jsonl").stat().st_mode) == 0o600
    assert sorted(path.name for path in folder.iterdir()) == ["a.jsonl", "b.jsonl"]


def test_what_a_delete_did_not_do(iot, dps, folder):
    """Records are left as they stood in the file, keys and all, although a delete sends none."""
    key = "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="
    proof = {"type": "symmetricKey", "symmetricKey": {"primaryKey": key, "secondaryKey": key}}
    record = {"registrationId": "dev1", "attestation": proof, "etag": "b2xk", "unheardOf": [None]}
    dps.enrollments.put({**record, "etag": "new"})
    (folder / "a.jsonl").write_text(json.dumps(record))
    assert iot("enrollment import --file a.jsonl --mode delete --yes --failed-file b.jsonl").exit_code == 1
    assert json.loads((folder / "b.jsonl").read_text()) == record
    assert key not in json.dumps(dps.sent())


@pytest.mark.parametrize(
    ("name", "options", "failed", "format"),
    [
        ("a.jsonl", "", "b.csv", "jsonl"),
        ("a.jsonl", "", "b.JSON", "jsonl"),
        ("a.csv", "", "b.jsonl", "csv"),
        ("a.json", "", "b.ndjson", "json"),
        ("a.csv", "--format json", "b.csv", "json"),
        ("-", "--format csv", "b.json", "csv"),
    ],
)
def test_another_extension_is_refused(iot, dps, folder, name, options, failed, format):
    result = iot(f"enrollment import --file {name} {options} --failed-file {failed}")
    assert (result.exit_code, dps.requests, list(folder.iterdir())) == (1, [], [])
    assert f"--failed-file is written in the format of --file, {format}: use that extension" in result.err


@pytest.mark.parametrize(
    ("failed", "words"),
    [
        ("missing/b.jsonl", "cannot write missing/b.jsonl: No such file or directory."),
        ("/dev/null", "/dev/null is not a regular file."),
        (".", ". is not a regular file."),
        ("''", "must not be empty."),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_sent(iot, dps, folder, failed, words):
    (folder / "a.jsonl").write_text(LINES[0])
    result = iot(f"enrollment import --file a.jsonl --failed-file {failed}")
    assert (result.exit_code, result.out, dps.requests) == (1, "", [])
    assert f"--failed-file{' ' if 'empty' in words else ': '}{words}" in result.err
    assert [path.name for path in folder.iterdir()] == ["a.jsonl"]


def test_a_file_that_can_no_longer_be_written_leaves_the_result(iot, dps, folder):
    """The result of what was done is still printed."""

    def folder_is_gone(_):
        shutil.rmtree(folder / "gone")
        return True

    (folder / "a.jsonl").write_text("\n".join(LINES))
    (folder / "gone").mkdir()
    dps.enrollments.put({"registrationId": "dev3", "attestation": TPM})
    dps.fail(where=folder_is_gone)
    result = iot("enrollment import --file a.jsonl --failed-file gone/b.jsonl --concurrency 1")
    assert (result.exit_code, succeeded(result.json), result.json["failed"]) == (1, 10, 1)
    assert result.err == (
        "ERROR: 1 of 11 enrollments failed. The first failure, on line 4: Enrollment already exists.\n"
        "To update those that exist too: az iot dps enrollment apply\n"
        "--failed-file: cannot write gone/b.jsonl: No such file or directory.\n"
    )


def test_a_file_with_faults_leaves_the_old_one(iot, folder):
    (folder / "a.jsonl").write_text("{}")
    (folder / "b.jsonl").write_text("old")
    assert iot("enrollment import --file a.jsonl --failed-file b.jsonl").exit_code == 1
    assert (folder / "b.jsonl").read_text() == "old"
