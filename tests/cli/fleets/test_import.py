"""import: formats of files, what is sent, ten records per call, and what is printed."""

import io
import json
import sys

import pytest

from dps_emulator.lab import certificates
from tests.results import succeeded

KEY1 = "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="
KEY2 = "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="
TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
BOTH = {"updateHubAssignment": True, "migrateDeviceData": True}
DEFAULTS = {"reprovisionPolicy": BOTH, "capabilities": {"iotEdge": False}}
DEV1 = {"registrationId": "dev1", "attestation": TPM}
DEV2 = {"registrationId": "dev2", "attestation": TPM, "initialTwin": {"tags": {"name": 'Käthe\n, "x"'}}}
LINES = "".join(json.dumps(record) + "\n" for record in (DEV1, DEV2))
ARRAY = json.dumps([DEV1, DEV2], indent=2, ensure_ascii=False)
CSV = (
    "registrationId,attestation,endorsementKey,tags\n"
    'dev1,tpm,AAgAAQALAAMAsg==,\ndev2,TPM,AAgAAQALAAMAsg==,"{""name"": ""Käthe""}"\n'
)
OF_JSON = [{**DEV1, **DEFAULTS}, {**DEV2, **DEFAULTS}]
OF_CSV = [{**DEV1, **DEFAULTS}, {**DEV2, **DEFAULTS, "initialTwin": {"tags": {"name": "Käthe"}}}]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def imported(iot, folder):
    """Imports a file of this name and content."""

    def imported(name, content, line="", noun="enrollment"):
        content = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(content)
        return iot(f"{noun} import --file {name} {line}")

    return imported


def records(count):
    return [{"registrationId": f"dev{number}", "attestation": TPM} for number in range(count)]


def sent(dps):
    """The records of all calls, in the order of their ids; the calls are of workers, and so in any order."""
    bodies = [body for _, _, _, body in dps.sent("POST")]
    assert {body["mode"] for body in bodies} == {"create"}
    return sorted((each for body in bodies for each in body["enrollments"]), key=lambda each: each["registrationId"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", LINES),
        ("a.ndjson", LINES.rstrip()),
        ("a", LINES),
        ("a.jsonl", "\n" + LINES.replace("\n", "\r\n\r\n  \r\n")),
        ("a.jsonl", LINES.replace("\n", "\r")),
        ("a.jsonl", b"\xef\xbb\xbf" + LINES.encode()),
        ("a.jsonl", LINES.encode("utf-16")),
        ("a.JSON", ARRAY),
        ("a.json", json.dumps([DEV1, DEV2])),
        ("a.json", ARRAY.replace("\n", "\r\n").encode("utf-16")),
        ("a.json", "\ufeff \n [\n\n" + json.dumps(DEV1) + " , \n" + json.dumps(DEV2) + "\n] \n"),
        ("a.jsonl --format json", ARRAY),
        ("a.json --format JSONL", LINES),
        ("a.csv", CSV),
        ("a.csv", CSV.replace("\n", "\r\n\r\n")),
        ("a.csv", b"\xef\xbb\xbf" + CSV.encode()),
        ("a.txt --format csv", CSV.encode("utf-16")),
        ("a.csv", 'tags,registrationId,attestation,endorsementKey\r\n,dev1,tpm,AAgAAQALAAMAsg==\r\n"{\r\n""name"":\r\n'
         '""Käthe""}","dev2",tpm,"AAgAAQALAAMAsg=="'),
    ],
)  # fmt: skip
def test_every_format(imported, dps, name, content):
    name, _, options = name.partition(" ")
    result = imported(name, content, options)
    assert (result.exit_code, result.err, succeeded(result.json)) == (0, "", 2)
    assert sent(dps) == (OF_CSV if "csv" in name + options else OF_JSON)


@pytest.mark.parametrize("size", [1, *range(65_400, 65_450, 7), 131_072, 300_000])
def test_an_array_of_any_length_is_read_piece_by_piece(imported, dps, size):
    """A piece of the file may end in the middle of a record, of a number and of an escape."""
    wide = {**DEV1, "initialTwin": {"tags": {"a": "x" * size, "b": '"}],\\', "c": 12.5, "d": "\U0001f600"}}}
    result = imported("a.json", json.dumps([wide, DEV2]))
    assert (result.exit_code, sent(dps)) == (0, [{**wide, **DEFAULTS}, OF_JSON[1]])


@pytest.mark.parametrize(
    ("options", "content"),
    [("", LINES), ("", LINES.encode("utf-16")), ("--format json", ARRAY), ("--format csv", CSV)],
)
def test_standard_input(iot, dps, monkeypatch, options, content):
    content = content if isinstance(content, bytes) else content.encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(content))))
    result = iot(f"enrollment import --file - {options}")
    assert (result.exit_code, succeeded(result.json), sorted(dps.enrollments)) == (0, 2, ["dev1", "dev2"])


def test_every_column_of_an_enrollment(imported, dps, folder):
    (folder / "a.pem").write_text(certificates.pem())
    (folder / "b.der").write_bytes(certificates.der("other"))
    content = (
        "registrationId,attestation,primaryKey,secondaryKey,endorsementKey,certificatePath,secondaryCertificatePath,"
        "deviceId,provisioningStatus,allocationPolicy,iotHubs,reprovisionPolicy,edgeEnabled,tags,desired,"
        "deviceInformation,webhookUrl,apiVersion,etag\n"
        f"dev1,SymmetricKey,{KEY1},{KEY2},,,,sensor,Disabled,GeoLatency,a.example  b.example,ReprovisionAndResetData,"
        'TRUE,"{""a"": null, ""b"": 1}",{\'c\': true},{},,,\n'
        "dev2,tpm,,,AAgAAQALAAMAsg==,,,,,custom,,never,false,,,,https://f.example/?code=x,2021-10-01,b2xk\n"
        "dev3,x509,,,,a.pem,b.der,,,,,none,none,,,,,,\n"
    )
    result = imported("a.csv", content)
    assert (result.exit_code, result.err) == (0, "")
    x509 = {
        "primary": {"certificate": certificates.pem().rstrip()},
        "secondary": {"certificate": "".join(certificates.pem("other").splitlines()[1:-1])},
    }
    assert sent(dps) == [
        {
            "registrationId": "dev1",
            "attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY1, "secondaryKey": KEY2}},
            "deviceId": "sensor",
            "provisioningStatus": "disabled",
            "allocationPolicy": "geoLatency",
            "iotHubs": ["a.example", "b.example"],
            "reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": False},
            "capabilities": {"iotEdge": True},
            "initialTwin": {"tags": {"b": 1}, "properties": {"desired": {"c": True}}},
        },
        {
            "registrationId": "dev2",
            "attestation": TPM,
            "allocationPolicy": "custom",
            "customAllocationDefinition": {"webhookUrl": "https://f.example/?code=x", "apiVersion": "2021-10-01"},
            "reprovisionPolicy": {"updateHubAssignment": False, "migrateDeviceData": False},
            "capabilities": {"iotEdge": False},
        },
        {"registrationId": "dev3", "attestation": {"type": "x509", "x509": {"clientCertificates": x509}}},
    ]


def test_groups(imported, dps, folder):
    (folder / "ca.pem").write_text(certificates.text(certificates.authority()))
    content = (
        "enrollmentGroupId,attestation,primaryKey,certificatePath,rootCaName,secondaryRootCaName\n"
        f"one,,{KEY1},,,\ntwo,,,ca.pem,,\nthree,x509,,,ca1,ca2\nfour,,,,,\n"
    )
    result = imported("a.csv", content, noun="enrollment-group")
    assert succeeded(result.json) == 4
    assert "1 of 4 records have symmetricKey attestation without keys" in result.err
    ((_, path, _, body),) = dps.sent("POST")
    signing = {"primary": {"certificate": certificates.text(certificates.authority()).rstrip()}}
    assert (path, body) == (
        "/enrollmentGroups",
        {
            "mode": "create",
            "enrollmentGroups": [
                {"enrollmentGroupId": id, "attestation": attestation, **DEFAULTS}
                for id, attestation in {
                    "one": {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY1}},
                    "two": {"type": "x509", "x509": {"signingCertificates": signing}},
                    "three": {"type": "x509", "x509": {"caReferences": {"primary": "ca1", "secondary": "ca2"}}},
                    "four": {"type": "symmetricKey"},
                }.items()
            ],
        },
    )
    assert len(dps.groups["four"]["attestation"]["symmetricKey"]["primaryKey"]) == 88


def test_ten_a_call(imported, dps):
    result = imported("a.json", json.dumps(records(23)), "--concurrency 1")
    calls = dps.sent("POST")
    assert [(path, body["mode"], len(body["enrollments"])) for _, path, _, body in calls] == [
        ("/enrollments", "create", 10),
        ("/enrollments", "create", 10),
        ("/enrollments", "create", 3),
    ]
    assert [each for *_, body in calls for each in body["enrollments"]] == [
        {**record, **DEFAULTS} for record in records(23)
    ]
    seconds = result.json["seconds"]
    assert result.json == {
        "total": 23, "created": 23, "updated": 0, "unchanged": 0, "deleted": 0, "failed": 0, "notSent": 0,
        "seconds": seconds, "failures": [],
    }  # fmt: skip
    assert 0 < seconds < 60
    assert (result.exit_code, result.err, dps.handshakes) == (0, "", 1)


@pytest.fixture
def taken(dps):
    """Of eleven records three exist, with other content."""
    for id in ("DEV3", "dev5", "dev10"):
        dps.enrollments.put({"registrationId": id, "attestation": TPM, "deviceId": "kept"})


WORDS, ADVICE = "Enrollment already exists.", "To update those that exist too: az iot dps enrollment apply\n"


@pytest.mark.usefixtures("taken")
def test_what_failed_is_told_with_its_line(imported, dps):
    result = imported("a.jsonl", "\n\n".join(map(json.dumps, records(11))))
    failures = [
        {"id": id, "file": "a.jsonl", "line": line, "code": 409201, "message": WORDS}
        for line, id in ((7, "dev3"), (11, "dev5"), (21, "dev10"))
    ]
    assert result.json == {
        "total": 11, "created": 8, "updated": 0, "unchanged": 0, "deleted": 0, "failed": 3, "notSent": 0,
        "seconds": result.json["seconds"],
        "failures": failures,
    }  # fmt: skip
    assert result.exit_code == 1
    assert result.err == f"ERROR: 3 of 11 enrollments failed. The first failure, on line 7: {WORDS}\n{ADVICE}"
    assert [dps.enrollments[id]["deviceId"] for id in ("dev3", "dev5", "dev10")] == ["kept"] * 3
    assert len(dps.enrollments) == 11


@pytest.mark.usefixtures("taken")
def test_other_outputs(imported):
    content = json.dumps(records(11))
    table = imported("a.json", content, "-o table")
    header, _, *rows = (line.split() for line in table.out.splitlines())
    assert (table.exit_code, header) == (1, ["Result", "Count", "Id", "File", "Line", "Code", "Message"])
    counts = [
        ["total", "11"],
        ["created", "8"],
        ["updated", "0"],
        ["unchanged", "0"],
        ["deleted", "0"],
        ["failed", "3"],
    ]
    assert rows[:7] == [*counts, ["notSent", "0"]]
    assert rows[7][0] == "seconds"
    failed = ("dev3", "dev5", "dev10")
    assert rows[8:] == [["failed", id, "a.json", "1", "409201", *WORDS.split()] for id in failed]
    query = imported("a.json", content, "--query failures[].id -o tsv")
    assert (query.exit_code, len(query.out.split())) == (1, 11)
    assert imported("a.json", content, "--query nothing").exit_code == 1
    quiet = imported("a.json", content, "-o none")
    assert (quiet.exit_code, quiet.out) == (1, "")
    assert imported("b.json", "[]", "-o table").exit_code == 0
