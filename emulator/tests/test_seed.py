"""`--seed`: records to begin with, in the formats that an export writes."""

from __future__ import annotations

import json

import pytest

from dps_emulator import Emulator
from dps_emulator.seed import SeedError, read, sow
from dps_emulator.state import State
from emulator_client import KEY1, KEY2, certificate, group, pem, symmetric
from emulator_tool import refused, register, started

INFO = {"subjectName": "CN=dev", "sha1Thumbprint": "AA", "sha256Thumbprint": "BB", "version": 3}
EXPORTED = symmetric(
    "Dev",
    etag="AAAA",
    createdDateTimeUtc="2024-01-01T00:00:00Z",
    lastUpdatedDateTimeUtc="2024-02-01T00:00:00Z",
    initialTwin={"tags": {"site": None, "n": 1.5}},
)
CSV = """\
# a comment
registrationId,attestation,primaryKey,secondaryKey,iotHubs,allocationPolicy,reprovisionPolicy,edgeEnabled,tags
m-1,symmetricKey,{0},{1},a.example b.example,static,reprovisionandresetdata,true,"{{""site"":
""a,b""}}"
m-2,symmetricKey,,,,,none,none,
"""


@pytest.fixture
def sown(service, tmp_path):
    """Sow a file of this name and text."""

    def sown(name, text):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        sow(service, read([str(file)]))
        return service

    return sown


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("fleet.jsonl", lambda records: "".join(json.dumps(record) + "\n\n" for record in records)),
        ("fleet", lambda records: "\ufeff" + "\n".join(map(json.dumps, records))),
        ("fleet.json", json.dumps),
        ("fleet.YAML", lambda records: "".join(f"- {json.dumps(record)}\n" for record in records)),
    ],
)
def test_enrollments_and_groups_in_one_file(sown, name, write):
    service = sown(name, write([EXPORTED, group("grp"), symmetric("b")]))
    assert (list(service.groups), sorted(service.enrollments)) == (["grp"], ["Dev", "b"])
    stored = service.enrollments["dev"]
    assert {member: stored[member] for member in EXPORTED} == EXPORTED
    assert stored["provisioningStatus"] == "enabled"


def test_rows_of_csv(sown):
    service = sown("fleet.csv", CSV.format(KEY1, KEY2))
    first, second = service.enrollments["m-1"], service.enrollments["m-2"]
    assert {member: first[member] for member in first if "DateTime" not in member and member != "etag"} == {
        "registrationId": "m-1",
        "attestation": symmetric()["attestation"],
        "capabilities": {"iotEdge": True},
        "initialTwin": {"tags": {"site": "a,b"}},
        "provisioningStatus": "enabled",
        "reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": False},
        "allocationPolicy": "static",
        "iotHubs": ["a.example", "b.example"],
    }
    keys = second["attestation"]["symmetricKey"]
    assert [len(keys[name]) for name in ("primaryKey", "secondaryKey")] == [88, 88]
    assert "capabilities" not in second


def test_a_certificate_in_a_file_beside_the_csv(sown, tmp_path):
    (tmp_path / "dev.pem").write_text(pem(certificate()))
    service = sown("fleet.csv", "registrationId,attestation,certificatePath\ndev,x509,dev.pem\n")
    primary = service.enrollments["dev"]["attestation"]["x509"]["clientCertificates"]["primary"]
    assert primary["info"]["serialNumber"] == "0ABC"


def test_a_certificate_of_which_an_export_has_the_info_alone(sown):
    proof = {"type": "x509", "x509": {"clientCertificates": {"primary": {"info": INFO}}}}
    service = sown("fleet.json", json.dumps([{"registrationId": "dev", "attestation": proof}]))
    assert service.enrollments["dev"]["attestation"] == proof


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.jsonl", "{}\n", "{0}, line 1: a record must be an object with either registrationId or enrollmentGroupId."),
        (
            "a.jsonl",
            "\n[1]",
            "{0}, line 2: a record must be an object with either registrationId or enrollmentGroupId.",
        ),
        ("a.jsonl", '\n{"a" 1}', "{0}, line 2: this is not valid JSON at column 6: Expecting ':' delimiter."),
        (
            "a.json",
            "[\n{]",
            "{0}: this is not valid JSON at line 2, column 2: Expecting property name enclosed in double ",
        ),
        ("a.json", "{}", "{0}: a file of records must be a list of them."),
        (
            "a.json",
            json.dumps([symmetric("a b")]),
            "{0}, record 1: a b: The id must have 1 to 128 characters: letters,",
        ),
        (
            "a.json",
            json.dumps([{"registrationId": "a"}]),
            "{0}, record 1: a: Enrollment attestation type must be one of",
        ),
        (
            "a.json",
            json.dumps([{"registrationId": 1}]),
            "{0}, record 1: 1: Enrollment.registrationId must be a string.",
        ),
        (
            "a.json",
            json.dumps([symmetric("dev"), symmetric("DEV")]),
            "{0}, record 2: DEV is already there, from {0}, record 1. Remove one of them.",
        ),
        ("a.yaml", "- [", "{0}: this is not valid YAML: while parsing a flow node"),
        ("a.yaml", "- 2024-01-01", "{0}: this is not valid YAML: Object of type date is not JSON serializable."),
        ("a.xlsx", "", "{0}: .xlsx is not a format of records. Use .jsonl, .json, .yaml or .csv."),
        (
            "a.csv",
            "registrationId,colour\n",
            "{0}: 'colour' is not a column of records. The columns are registrationId,",
        ),
        ("a.csv", "registrationId,etag\na\n", "{0}, line 2: the row has not as many cells as the header."),
        ("a.csv", "registrationId\na,b\n", "{0}, line 2: the row has not as many cells as the header."),
        ("a.csv", "#\nregistrationId,tags\na,{\n", "{0}, line 3: tags cannot be used: Expecting"),
        ("a.csv", "registrationId,certificatePath\na,no.pem\n", "{0}, line 2: certificatePath cannot be used: "),
        ("a.csv", 'registrationId\n"a', "{0}, line 1: this is not valid CSV: unexpected end of data."),
    ],
)
def test_a_broken_seed(sown, tmp_path, name, text, sentence):
    with pytest.raises(SeedError) as raised:
        sown(name, text)
    assert str(raised.value).startswith(sentence.format(tmp_path / name))


def test_the_program_begins_with_its_seeds(tmp_path, monkeypatch):
    (tmp_path / "a.json").write_text(json.dumps([symmetric("dev")]))
    (tmp_path / "b.jsonl").write_text(json.dumps(group()))
    monkeypatch.setenv("DPS_EMULATOR_SEED", f"{tmp_path}/a.json:{tmp_path}/b.jsonl")
    with started() as tool:
        assert tool.client("GET", "/enrollments/dev").status_code == 200
        assert tool.client("GET", "/enrollmentgroups/grp").status_code == 200
        assert register(tool, "dev").status_code == 202


@pytest.mark.parametrize("text", ["{", None])
def test_the_program_refuses_a_broken_seed(tmp_path, text):
    file = tmp_path / "a.jsonl"
    if text:
        file.write_text(text)
    status, out, said = refused("--seed", str(file))
    reason = f"{file}, line 1: this is not valid JSON at column 2" if text else f"{file} cannot be read: No such file"
    assert (status, out) == (2, "")
    assert said.startswith(f"dps-emulator: error: {reason}")


def test_what_a_state_has_already_stays(tmp_path):
    file = str(tmp_path / "lab.db")
    (tmp_path / "a.json").write_text(json.dumps([symmetric("dev", deviceId="seeded"), symmetric("new")]))
    with Emulator(state=State(file)) as dps:
        dps.enrollments.put(symmetric("Dev", deviceId="changed"))
        sow(dps, read([str(tmp_path / "a.json")]))
        assert sorted(dps.enrollments) == ["Dev", "new"]
        assert dps.enrollments["dev"]["deviceId"] == "changed"
