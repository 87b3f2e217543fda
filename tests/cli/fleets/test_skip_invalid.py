"""--skip-invalid omits the records that have faults, and --fault-file has all faults."""

import json
import stat

import pytest

TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
ID = "registrationId must be 1 to 128 letters, digits, '-', '.', '_' or ':', and not '.' or '..' alone."


def line(id, **members):
    return json.dumps({"registrationId": id, "attestation": TPM, **members}, separators=(",", ":")) + "\n"


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Writes a.jsonl into the working folder."""
    monkeypatch.chdir(tmp_path)

    def file(*lines):
        (tmp_path / "a.jsonl").write_text("".join(lines))
        return tmp_path

    return file


def ids(dps):
    return [stored["registrationId"] for stored in dps.enrollments.values()]


@pytest.mark.parametrize("verb", ["apply", "import", "import --mode upsert"])
def test_records_without_faults_are_sent(iot, dps, file, verb):
    bad, broken, nameless = line("dev1", capabilities=5), "{broken\n", line("")
    folder = file(line("dev0"), bad, broken, nameless, line("dev2"))
    result = iot(f"enrollment {verb} --file a.jsonl --skip-invalid --failed-file f.jsonl")
    assert (result.exit_code, ids(dps)) == (1, ["dev0", "dev2"])
    shown = [(each["id"], each["line"], each["code"], each["message"]) for each in result.json["failures"]]
    assert shown == [
        ("dev1", 2, None, "capabilities must be an object, not a number."),
        ("", 3, None, "broken JSON: the closing } is missing."),
        ("", 4, None, "registrationId is required."),
    ]
    assert [result.json[name] for name in ("total", "created", "failed", "notSent")] == [5, 2, 3, 0]
    assert result.err.splitlines()[0] == "WARNING: --file has 3 faults. Their records are skipped."
    assert result.err.splitlines()[-1] == (
        "ERROR: 3 of 5 enrollments failed. The first failure, on line 2: capabilities must be an object, not a number."
    )
    # what could not be read has nothing to write
    assert (folder / "f.jsonl").read_text() == bad + nameless


def test_of_records_with_the_same_id_none_is_sent(iot, dps, file):
    file(line("dev0"), line("dev1"), line("DEV0", deviceId="other"), line("dev0"))
    result = iot("enrollment apply --file a.jsonl --skip-invalid")
    assert (result.exit_code, ids(dps)) == (1, ["dev1"])
    assert [(each["id"], each["line"], each["message"]) for each in result.json["failures"]] == [
        ("dev0", 1, "registrationId 'dev0' is also on line 3."),
        ("DEV0", 3, "registrationId 'DEV0' is also on line 1."),
        ("dev0", 4, "registrationId 'dev0' is also on line 1."),
    ]
    assert (result.json["total"], result.json["created"], result.json["failed"]) == (4, 1, 3)


def test_records_that_cannot_be_created_or_changed_are_skipped(iot, dps, file):
    dps.enrollments.put({"registrationId": "dev1", "attestation": TPM})
    key = {"type": "symmetricKey", "symmetricKey": {"primaryKey": "c2VjcmV0LTEtc2VjcmV0LTItc2VjcmV0"}}
    file(line("dev0"), line("dev1", attestation=key), '{"registrationId":"dev2","deviceId":"d"}\n')
    result = iot("enrollment apply --file a.jsonl --skip-invalid")
    assert (result.exit_code, ids(dps)) == (1, ["dev0", "dev1"])
    assert [each["id"] for each in result.json["failures"]] == ["dev1", "dev2"]
    assert result.json["failures"][1]["message"] == "attestation.type is required: one of symmetricKey, tpm, x509."


def test_a_plan_shows_them_as_failures(iot, dps, file):
    file(line("dev0"), line("a b"))
    result = iot("enrollment apply --file a.jsonl --skip-invalid --what-if")
    assert [each["id"] for each in result.json["create"]] == ["dev0"]
    assert [(each["line"], each["message"]) for each in result.json["failures"]] == [(2, ID)]
    assert (result.exit_code, len(dps.enrollments)) == (1, 0)


@pytest.mark.parametrize("rows", [",tpm,AAgAAQALAAMAsg==,north", "dev0,tpm,AAgAAQALAAMAsg==,south"])
def test_failed_rows_keep_the_columns_of_records_without_an_id_of_their_own(iot, dps, tmp_path, rows):
    header = "registrationId,attestation,endorsementKey"
    (tmp_path / "a.csv").write_text(f"{header}\ndev0,tpm,AAgAAQALAAMAsg==\ndev2,tpm,AAgAAQALAAMAsg==\n")
    (tmp_path / "b.csv").write_text(f"{header},tags.site\n{rows}\n")
    files = f"--file {tmp_path}/a.csv {tmp_path}/b.csv"
    result = iot(f"enrollment import {files} --skip-invalid --failed-file {tmp_path}/f.csv")
    assert (result.exit_code, "dev2" in ids(dps), result.json["created"] + result.json["failed"]) == (1, True, 3)
    lines = (tmp_path / "f.csv").read_text().splitlines()
    assert (lines[0], lines[-1]) == (f"{header},tags.site", rows)


def test_a_row_that_could_not_be_read_is_no_failed_row(iot, dps, tmp_path):
    """Without its last cell it would be another record, and right."""
    (tmp_path / "a.csv").write_text(
        "registrationId,attestation,endorsementKey,tags.site\ndev0,tpm,AAgAAQALAAMAsg==,a,b\n,tpm,AAgAAQALAAMAsg==,c\n"
    )
    result = iot(f"enrollment import --file {tmp_path}/a.csv --skip-invalid --failed-file {tmp_path}/f.csv")
    assert [each["id"] for each in result.json["failures"]] == ["dev0", ""]
    assert (
        tmp_path / "f.csv"
    ).read_text() == "registrationId,attestation,endorsementKey,tags.site\n,tpm,AAgAAQALAAMAsg==,c\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", f"[{line('dev0')}, {{broken, {line('dev1')}]"),
        (
            "a.csv",
            'registrationId,attestation,endorsementKey\ndev0,tpm,AAgAAQALAAMAsg==\ndev1,"tpm"x,AAgAAQALAAMAsg==\ndev2,tpm,AAgAAQALAAMAsg==\n',
        ),
        ("a.yaml", "- registrationId: dev0\n  attestation: {type: tpm\n- registrationId: dev1\n"),
    ],
)
def test_nothing_is_sent_when_the_rest_of_a_file_cannot_be_read(iot, dps, tmp_path, name, content):
    (tmp_path / name).write_text(content)
    result = iot(f"enrollment apply --file {tmp_path}/{name} --skip-invalid")
    assert "Nothing was sent, since what follows cannot be read." in result.err.splitlines()[0]
    assert (result.exit_code, result.out, dps.requests) == (1, "", [])


@pytest.mark.parametrize("skips", ["", "--skip-invalid"])
def test_all_faults_are_in_the_fault_file(iot, dps, file, skips):
    folder = file(*(line(f"a{number} b") for number in range(30)), line("dev0"))
    (folder / "faults.txt").write_text("old\n")
    (folder / "faults.txt").chmod(0o644)
    result = iot(f"enrollment apply --file a.jsonl --fault-file faults.txt {skips}")
    assert result.exit_code == 1
    told = (folder / "faults.txt").read_text().splitlines()
    assert told[:2] == [
        f"line 1: {ID} Found: 'a0 b'.",
        f"line 2: {ID} Found: 'a1 b'.",
    ]
    assert (len(told), stat.S_IMODE((folder / "faults.txt").stat().st_mode)) == (30, 0o600)
    assert ids(dps) == (["dev0"] if skips else [])


def test_records_that_contradict_stored_ones_are_in_the_fault_file(iot, dps, file):
    folder = file('{"registrationId":"dev2","deviceId":"d"}\n')
    assert iot("enrollment apply --file a.jsonl --fault-file faults.txt").exit_code == 1
    told = "line 1: attestation.type is required: one of symmetricKey, tpm, x509.\n"
    assert (folder / "faults.txt").read_text() == told


def test_without_a_fault_the_old_fault_file_stays(iot, dps, file):
    folder = file(line("dev0"))
    (folder / "faults.txt").write_text("old\n")
    assert iot("enrollment apply --file a.jsonl --fault-file faults.txt").exit_code == 0
    assert (folder / "faults.txt").read_text() == "old\n"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            "apply --skip-invalid --prune",
            "--skip-invalid cannot be used with --prune: the enrollments of skipped records would be deleted.",
        ),
        (
            "import --skip-invalid --validate-only",
            "--skip-invalid cannot be used with --validate-only, which sends nothing.",
        ),
        (
            "import --fault-file a.jsonl",
            "--fault-file and --file are the same file. Specify another --fault-file.",
        ),
        (
            "import --fault-file b --failed-file b",
            "--fault-file and --failed-file are the same file. Specify another --fault-file.",
        ),
    ],
)
def test_options_that_contradict_each_other_are_refused(iot, dps, file, options, told):
    file(line("dev0"))
    result = iot(f"enrollment {options} --file a.jsonl")
    assert (result.exit_code, result.err, dps.requests) == (1, f"ERROR: {told}\n", [])
