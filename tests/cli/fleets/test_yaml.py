"""Records in YAML files, imported and exported."""

import io
import sys

import pytest

TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
TEXT = """\
# two devices
- &first
  registrationId: dev1
  attestation: &tpm {type: tpm, tpm: {endorsementKey: AAgAAQALAAMAsg==}}
  initialTwin:
    tags: {since: 2024-01-31, site: no, weight: 1.10, big: 12345678901234567890}
- registrationId: dev2
  attestation: *tpm
"""


def sent(dps):
    return [record for *_, body in dps.sent() for record in body["enrollments"]]


@pytest.mark.parametrize("options", ["a.yaml", "a.YML", "a --format yaml", "-"])
def test_import(iot, dps, tmp_path, monkeypatch, options):
    monkeypatch.chdir(tmp_path)
    (tmp_path / options.partition(" ")[0]).write_text(TEXT)
    if options == "-":
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(TEXT.encode("utf-16")))))
        options += " --format yaml"
    result = iot(f"enrollment import --file {options}")
    assert (result.exit_code, result.err) == (0, "")
    assert [(record["registrationId"], record["attestation"]) for record in sent(dps)] == [("dev1", TPM), ("dev2", TPM)]
    tags = {"since": "2024-01-31", "site": "no", "weight": 1.1, "big": 12345678901234567890}
    assert sent(dps)[0]["initialTwin"] == {"tags": tags}


def test_faults_have_the_lines_on_which_records_begin(iot, dps, tmp_path):
    (tmp_path / "a.yaml").write_text(
        "- registrationId: 12345\n- registrationId: b\n  attestation: rsa\n  deviceId: d\n  deviceId: e\n"
        "- !!python/object/new:os.system [echo]\n- 5\n- registrationId: c d\n"
    )
    result = iot(f"enrollment import --file {tmp_path}/a.yaml")
    assert (result.exit_code, result.out, dps.requests) == (1, "", [])
    assert result.err.splitlines() == [
        "ERROR: --file has 5 faults. Nothing was sent.",
        "line 1: registrationId must be a string, not a number.",
        "line 2: it contains the member 'deviceId' twice.",
        "line 6: the tag '!!python/object/new:os.system' is not supported: only text, numbers, true, false, null, "
        "lists and mappings are.",
        "line 7: a record must be a YAML mapping.",
        "line 8: registrationId must be 1 to 128 letters, digits, '-', '.', '_' or ':', and not '.' or '..' alone. "
        "Found: 'c d'.",
    ]


def test_an_export_is_imported_again(iot, dps, tmp_path):
    odd = {"a": "no", "b": "2024-01-31", "c": [1.5, None, {}], "d": "1e5", "ä": "x\ny", "": {"<<": "*"}}
    dps.enrollments.put({"registrationId": "1E5", "attestation": TPM, "initialTwin": {"tags": odd}})
    path = tmp_path / "a.yaml"
    result = iot(f"enrollment export --file {path}")
    assert (result.exit_code, result.json["count"]) == (0, 1)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("- registrationId: '1E5'\n  attestation:\n    type: tpm\n")
    assert "\n      b: '2024-01-31'\n      c:\n      - 1.5\n      - null\n      - {}\n      d: '1e5'\n      ä: " in text
    dps.enrollments.clear()
    assert iot(f"enrollment import --file {path}").exit_code == 0
    assert dps.enrollments["1E5"]["initialTwin"]["tags"] == odd
    streamed = iot("enrollment export --file - --format yaml")
    assert streamed.out.startswith("- registrationId: '1E5'\n  attestation:\n    type: tpm\n")


def test_records_that_failed_are_written_as_yaml(iot, dps, tmp_path):
    dps.enrollments.put({"registrationId": "dev2", "attestation": TPM})
    (tmp_path / "a.yaml").write_text(TEXT)
    line = f"enrollment import --file {tmp_path}/a.yaml --failed-file {tmp_path}"
    assert iot(f"{line}/b.yml").exit_code == 1
    assert (tmp_path / "b.yml").read_text() == (
        "- registrationId: dev2\n  attestation:\n    type: tpm\n    tpm:\n      endorsementKey: AAgAAQALAAMAsg==\n"
    )
    assert "--failed-file is written in the format of --file, yaml: use that extension." in iot(f"{line}/b.json").err
