"""Several files and folders of records in one command."""

import json
import os

import pytest

TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}


def line(id, **members):
    record = {"registrationId": id, "attestation": TPM, **members}
    return json.dumps(record, separators=(",", ":")) + "\n"


@pytest.fixture
def folder(tmp_path):
    """A folder with two files of records, others, and a folder."""
    (tmp_path / "fleet" / "old").mkdir(parents=True)
    (tmp_path / "fleet" / "a.jsonl").write_text(line("dev1") + line("dev2"))
    (tmp_path / "fleet" / "b.csv").write_text("registrationId,attestation,endorsementKey\ndev3,tpm,AAgAAQALAAMAsg==\n")
    (tmp_path / "fleet" / "old" / "c.jsonl").write_text(line("dev9"))
    (tmp_path / "fleet" / "README.md").write_text("ours\n")
    (tmp_path / "fleet" / ".hidden").write_text("ours\n")
    (tmp_path / "x.yaml").write_text(
        "- registrationId: dev4\n  attestation: {type: tpm, tpm: {endorsementKey: AAgAAQALAAMAsg==}}\n"
    )
    return tmp_path / "fleet"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has none")
def test_no_pipe_of_a_folder_is_read_and_a_link_to_nothing_is_refused(iot, dps, folder):
    os.mkfifo(folder / "c.jsonl")
    result = iot(f"enrollment import --file {folder} --validate-only")
    assert (result.exit_code, result.json["total"]) == (0, 3)
    assert result.err.endswith("not read, since they are no files of records: README.md, c.jsonl, old/.\n")
    (folder / "d.jsonl").symlink_to("missing")
    result = iot(f"enrollment import --file {folder} --validate-only")
    assert result.err.endswith(f"ERROR: --file: cannot read {folder}/d.jsonl: No such file or directory.\n")


@pytest.mark.parametrize("verb", ["import", "apply"])
def test_files_and_folders_are_read_in_their_order(iot, dps, folder, tmp_path, verb):
    result = iot(f"enrollment {verb} --file {tmp_path}/x.yaml {folder}")
    assert result.err == f"WARNING: {folder}: not read, since they are no files of records: README.md, old/.\n"
    assert (result.exit_code, result.json["total"], result.json["created"]) == (0, 4, 4)
    (body,) = [body for *_, body in dps.sent("POST") if "enrollments" in (body or {})]
    assert [record["registrationId"] for record in body["enrollments"]] == ["dev4", "dev1", "dev2", "dev3"]


def test_of_a_folder_only_files_of_a_named_format_are_read(iot, dps, folder):
    result = iot(f"enrollment apply --file {folder} --format csv")
    assert result.err == f"WARNING: {folder}: not read, since they are no csv files: README.md, a.jsonl, old/.\n"
    assert (result.exit_code, [record["registrationId"] for record in dps.enrollments.values()]) == (0, ["dev3"])


def test_a_folder_without_files_of_records_is_refused(iot, dps, folder):
    result = iot(f"enrollment apply --file {folder}/old --format yaml")
    told = f"ERROR: --file: the folder {folder}/old has no yaml files.\n"
    assert (result.exit_code, result.err, dps.requests) == (1, told, [])


def test_faults_and_warnings_name_their_files(iot, dps, tmp_path):
    (tmp_path / "a.jsonl").write_text(line("dev1") + line("a b") + line("c d"))
    (tmp_path / "b.jsonl").write_text(line("a b") + line("DEV1"))
    result = iot(f"enrollment apply --file {tmp_path}/a.jsonl {tmp_path}/b.jsonl")
    rule = "registrationId must be 1 to 128 letters, digits, '-', '.', '_' or ':', and not '.' or '..' alone."
    assert result.err.splitlines() == [
        "ERROR: --file has 4 faults. Nothing was sent.",
        f"{tmp_path}/a.jsonl, lines 2-3: {rule} Found: 'a b', 'c d'.",
        f"{tmp_path}/b.jsonl, line 1: {rule} Found: 'a b'.",
        f"{tmp_path}/b.jsonl, line 2: registrationId 'DEV1' is also on line 1 of {tmp_path}/a.jsonl.",
    ]
    assert (result.exit_code, dps.requests) == (1, [])


def test_failures_name_their_files_in_the_order_of_the_files(iot, dps, tmp_path):
    (tmp_path / "b.jsonl").write_text(line("dev1") + line("dev2", etag="b2xk"))
    (tmp_path / "a.jsonl").write_text(line("dev3", etag="b2xk"))
    result = iot(f"enrollment apply --file {tmp_path}/b.jsonl {tmp_path}/a.jsonl --failed-file {tmp_path}/f.jsonl")
    told = "The record has an ETag, but the enrollment does not exist any more."
    assert result.json["failures"] == [
        {"id": "dev2", "file": f"{tmp_path}/b.jsonl", "line": 2, "code": 404, "message": told},
        {"id": "dev3", "file": f"{tmp_path}/a.jsonl", "line": 1, "code": 404, "message": told},
    ]
    assert f"2 of 3 enrollments failed. The first failure, on line 2 of {tmp_path}/b.jsonl: {told}" in result.err
    assert (tmp_path / "f.jsonl").read_text() == line("dev2", etag="b2xk") + line("dev3", etag="b2xk")


def test_failed_rows_keep_the_columns_of_all_files(iot, dps, tmp_path):
    (tmp_path / "a.csv").write_text("registrationId,endorsementKey,etag\ndev1,AAgAAQALAAMAsg==,b2xk\n")
    (tmp_path / "b.csv").write_text("registrationId,deviceId,endorsementKey,etag\ndev2,d,AAgAAQALAAMAsg==,b2xk\n")
    result = iot(f"enrollment apply --file {tmp_path}/a.csv {tmp_path}/b.csv --failed-file {tmp_path}/f.csv")
    assert result.exit_code == 1
    assert (tmp_path / "f.csv").read_text() == (
        "registrationId,endorsementKey,etag,deviceId\ndev1,AAgAAQALAAMAsg==,b2xk,\ndev2,AAgAAQALAAMAsg==,b2xk,d\n"
    )


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            "a.jsonl b.csv --failed-file f.jsonl",
            "--failed-file is written in the format of --file: the files must have one.",
        ),
        (
            "a.jsonl b.jsonl --failed-file b.jsonl",
            "--failed-file and --file are the same file. Specify another --failed-file.",
        ),
        ("a.jsonl --failed-file -", "--failed-file must be a file, not -: the result is printed there."),
        ("a.jsonl --fault-file -", "--fault-file must be a file, not -: the result is printed there."),
        ("- -", "--file - can be specified only once: there is one standard input."),
        ("a.jsonl missing.jsonl", "--file: cannot read missing.jsonl: No such file or directory."),
    ],
)
def test_files_that_do_not_go_together_are_refused(iot, dps, tmp_path, monkeypatch, files, told):
    monkeypatch.chdir(tmp_path)
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(line(name))
    (tmp_path / "b.csv").write_text("registrationId\n")
    result = iot(f"enrollment import --file {files}")
    assert (result.exit_code, result.err, dps.requests) == (1, f"ERROR: {told}\n", [])
