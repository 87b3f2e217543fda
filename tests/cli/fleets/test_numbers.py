"""Numbers of files and of the service: import and export keep their spelling."""

import json

import pytest

FORTY = "0.1234567890123456789012345678901234567891"
ODD = f'[1E2,1.10,{FORTY},1e-400,-0.0,-0,{"9" * 40},{{"a":1.50}}]'
TPM = '"attestation":{"type":"tpm","tpm":{"endorsementKey":"AAgAAQALAAMAsg=="}}'
NEW = (
    f'{{"registrationId":"dev",{TPM},"initialTwin":{{"tags":{{"odd":{ODD}}},"properties":{{"desired":{{"odd":{ODD}}}}}}},'
    f'"optionalDeviceInformation":{{"odd":{ODD}}}}}'
)
STORED = f'{NEW[:-1]},"etag":"b2xk"}}'
CELL = f'{{"odd":{ODD}}}'.replace('"', '""')


@pytest.fixture
def sent(iot, dps, tmp_path):
    """The texts of the calls of an import that write."""

    def sent(name, text, mode="create"):
        (tmp_path / name).write_text(text)
        result = iot(f"enrollment import --file {tmp_path}/{name} --mode {mode}")
        assert (result.exit_code, result.err) == (0, "")
        return [request.text for request in dps.requests if request.path == "/enrollments"]

    return sent


def seed(dps, raw):
    """The service shows this record; the emulator itself would spell its numbers as Python does."""
    dps.enrollments.put(json.loads(raw))
    dps.fail(path="/enrollments/query", raw=f"[{raw}]", times=9)


@pytest.mark.parametrize(("name", "text"), [("a.jsonl", NEW), ("a.json", f"[{NEW}\n,\n{NEW.replace('dev', 'b')}]")])
def test_a_file_is_sent_as_it_was_read(sent, name, text):
    (call,) = sent(name, text)
    twin = f'"initialTwin":{{"tags":{{"odd":{ODD}}},"properties":{{"desired":{{"odd":{ODD}}}}}}}'
    assert f'{twin},"optionalDeviceInformation":{{"odd":{ODD}}}' in call


@pytest.mark.parametrize("mode", ["update", "upsert"])
def test_an_update_sends_back_what_was_stored(sent, dps, mode):
    seed(dps, STORED)
    *_, call = sent("a.jsonl", f'{{"registrationId":"dev",{TPM},"deviceId":"x"}}', mode)
    assert call == f'{{"enrollments":[{STORED[:-1]},"deviceId":"x"}}],"mode":"updateIfMatchETag"}}'


def test_cells_are_sent_as_they_were_read(sent):
    (call,) = sent(
        "a.csv", f'registrationId,attestation,endorsementKey,tags,desired\ndev,tpm,AAgAAQALAAMAsg==,"{CELL}","{CELL}"\n'
    )
    assert f'"initialTwin":{{"tags":{{"odd":{ODD}}},"properties":{{"desired":{{"odd":{ODD}}}}}}}' in call


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", f"{STORED}\n"),
        ("a.json", f"[\n{STORED}\n]\n"),
        ("a.csv", f'dev,tpm,,,AAgAAQALAAMAsg==,,,,,,,none,none,"{CELL}","{CELL}","{CELL}",,,,,,b2xk\n'),
    ],
)
def test_an_export_writes_what_was_stored_and_its_import_sends_that(iot, dps, sent, tmp_path, name, text):
    dps.enrollments.put(json.loads(STORED))
    dps.fail(path="/enrollments/query", raw=f"[{STORED}]")
    assert iot(f"enrollment export --file {tmp_path}/{name}").json["count"] == 1
    written = (tmp_path / name).read_text()
    assert written.partition("etag\n")[2] == text if name == "a.csv" else written == text
    seed(dps, STORED)
    # it is unchanged
    assert sent(name, written, "update") == []


def test_failed_records_are_written_as_they_were_read(iot, dps, tmp_path):
    dps.enrollments.put(json.loads(STORED))
    (tmp_path / "a.jsonl").write_text(NEW)
    assert iot(f"enrollment import --file {tmp_path}/a.jsonl --failed-file {tmp_path}/b.jsonl").exit_code == 1
    assert (tmp_path / "b.jsonl").read_text() == f"{NEW}\n"
