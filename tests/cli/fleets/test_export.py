"""export: what is in the file, the warnings about what is not, and the summary."""

from __future__ import annotations

import json

import pytest

from dps_emulator.lab import certificates

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
DATE = "2026-03-01T10:20:30.1256254Z"
SERVICE_OWN = {"createdDateTimeUtc": DATE, "lastUpdatedDateTimeUtc": DATE}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "QUFB", "storageRootKey": "QkJC"}}
RECORDS = [
    {
        "registrationId": "b",
        "deviceId": 'thermo,"stat"',
        "attestation": SYMMETRIC,
        "capabilities": {"iotEdge": True},
        "initialTwin": {"tags": {"ort": "Köln ☃ 😀", "version": 1}, "properties": {"desired": {"$x": [1.0, True]}}},
        "etag": "ZQ==",
        "provisioningStatus": "enabled",
        "reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": False},
        "allocationPolicy": "geoLatency",
        "iotHubs": ["h1.example", "h2.example"],
    },
    {
        "registrationId": "a",
        "optionalDeviceInformation": {"a": None, "b": [None, {}]},
        "attestation": {**TPM, "unheardOf": []},
        "etag": "Zg==",
        "provisioningStatus": None,
        "allocationPolicy": "custom",
        "customAllocationDefinition": {"webhookUrl": "https://f.example/x?code=1", "apiVersion": "2021-10-01"},
        "unheardOf": {"deep": [[1e300, -0.5, "\u2028"]]},
    },
]
# As they are listed.
TEXT_B = (
    '{"registrationId":"b","deviceId":"thermo,\\"stat\\"","attestation":{"type":"symmetricKey"},"capabilities":'
    '{"iotEdge":true},"initialTwin":{"tags":{"ort":"Köln ☃ 😀","version":1},"properties":{"desired":{"$x":[1.0,true]}}'
    '},"etag":"ZQ==","provisioningStatus":"enabled","reprovisionPolicy":{"updateHubAssignment":true,'
    '"migrateDeviceData":false},"allocationPolicy":"geoLatency","iotHubs":["h1.example","h2.example"],'
    '"createdDateTimeUtc":"2026-03-01T10:20:30.1256254Z","lastUpdatedDateTimeUtc":"2026-03-01T10:20:30.1256254Z"}'
)
TEXT_A = (
    '{"registrationId":"a","optionalDeviceInformation":{"a":null,"b":[null,{}]},"attestation":{"type":"tpm","tpm":'
    '{"endorsementKey":"QUFB","storageRootKey":"QkJC"},"unheardOf":[]},"etag":"Zg==","provisioningStatus":null,'
    '"allocationPolicy":"custom","customAllocationDefinition":{"webhookUrl":"https://f.example/x?code=1","apiVersion":'
    '"2021-10-01"},"unheardOf":{"deep":[[1e+300,-0.5,"\u2028"]]},'
    '"createdDateTimeUtc":"2026-03-01T10:20:30.1256254Z","lastUpdatedDateTimeUtc":"2026-03-01T10:20:30.1256254Z"}'
)
COLUMNS = (
    "registrationId,attestation,primaryKey,secondaryKey,endorsementKey,certificatePath,secondaryCertificatePath,"
    "deviceId,provisioningStatus,allocationPolicy,iotHubs,reprovisionPolicy,edgeEnabled,tags,desired,"
    "deviceInformation,webhookUrl,apiVersion,"
    "namespaceName,certificateAuthorityName,certificatePolicyName,etag"
)
ROW_B = (
    'b,symmetricKey,,,,,,"thermo,""stat""",enabled,geoLatency,h1.example h2.example,reprovisionandresetdata,true,'
    '"{""ort"":""Köln ☃ 😀"",""version"":1}","{""$x"":[1.0,true]}",,,,,,,ZQ=='
)
ROW_A = (
    'a,tpm,,,QUFB,,,,,custom,,none,none,,,"{""a"":null,""b"":[null,{}]}",https://f.example/x?code=1,2021-10-01,,,,Zg=='
)
GROUP_COLUMNS = (
    "enrollmentGroupId,attestation,primaryKey,secondaryKey,certificatePath,secondaryCertificatePath,rootCaName,"
    "secondaryRootCaName,provisioningStatus,allocationPolicy,iotHubs,reprovisionPolicy,edgeEnabled,tags,desired,"
    "webhookUrl,apiVersion,namespaceName,certificateAuthorityName,certificatePolicyName,etag"
)
TEXTS = {
    "jsonl": f"{TEXT_B}\n{TEXT_A}\n",
    "json": f"[\n{TEXT_B},\n{TEXT_A}\n]\n",
    "csv": f"{COLUMNS}\n{ROW_B}\n{ROW_A}\n",
}
EMPTY = {"jsonl": "", "json": "[]\n", "csv": f"{COLUMNS}\n"}
WITHOUT_KEYS = (
    "WARNING: {} enrollments have symmetric keys that are not in the file: an import that creates them generates new "
    "keys. Use --show-keys to include them.\n"
)
WITHOUT_CERTIFICATES = (
    "WARNING: {} enrollments have certificates, which the service never shows: the file has only their info. Add "
    "the certificates before you import it to create enrollments.\n"
)
NOT_IN_CSV = (
    "WARNING: {} enrollments have members that CSV has no column for. Use --format jsonl or json to keep all of them.\n"
)


@pytest.fixture
def two(dps):
    for record in RECORDS:
        dps.enrollments.put({**record, **SERVICE_OWN})
    return dps


def content(path):
    return path.read_bytes().decode()


@pytest.mark.parametrize(
    ("name", "option", "format"),
    [
        ("fleet.jsonl", "", "jsonl"),
        ("fleet.NDJSON", "", "jsonl"),
        ("fleet", "", "jsonl"),
        ("fleet.txt", "--format jsonl", "jsonl"),
        ("fleet.json", "", "json"),
        ("fleet.Csv", "", "csv"),
        ("fleet.csv", "--format jsonl", "jsonl"),
        ("fleet.jsonl", "--format JSON", "json"),
        ("fleet.json", "--format csv", "csv"),
    ],
)
def test_formats(iot, two, tmp_path, name, option, format):
    path = tmp_path / name
    result = iot(f"enrollment export --file {path} {option}")
    assert content(path) == TEXTS[format]
    assert result.exit_code == 0
    summary = result.json
    assert 0 <= summary.pop("seconds") < 60
    assert summary == {"count": 2, "file": str(path)}
    assert result.err == WITHOUT_KEYS.format("1 of 2") + (NOT_IN_CSV.format("1 of 2") if format == "csv" else "")
    assert two.sent() == [("POST", "/enrollments/query", None, {"query": "SELECT *"})]


@pytest.mark.parametrize("format", EMPTY)
def test_an_empty_service(iot, dps, tmp_path, format):
    result = iot(f"enrollment export --file {tmp_path}/fleet.{format}")
    assert content(tmp_path / f"fleet.{format}") == EMPTY[format]
    assert (result.exit_code, result.json["count"], result.err) == (0, 0, "")


@pytest.mark.parametrize("empty_pages", [False, True])
@pytest.mark.parametrize("keys", ["", "--show-keys"])
def test_more_than_a_page_in_the_order_of_the_listing(iot, dps, tmp_path, keys, empty_pages):
    dps.switches.empty_pages = empty_pages
    for number in range(250):
        proof = SYMMETRIC if number % 50 == 0 else TPM
        dps.enrollments.put({"registrationId": f"dev{number}", "attestation": proof, "deviceId": str(number)})
    stored = dps.enrollments.values()
    shown = [
        record if keys else {**record, "attestation": {"type": "symmetricKey"}}
        if record["attestation"]["type"] == "symmetricKey"
        else record
        for record in stored
    ]  # fmt: skip
    result = iot(f"enrollment export -f {tmp_path}/fleet.jsonl --only-show-errors {keys}")
    assert (result.exit_code, result.json["count"], result.err) == (0, 250, "")
    assert [json.loads(line) for line in content(tmp_path / "fleet.jsonl").splitlines()] == shown
    paths = [path for _, path, _, _ in dps.sent()]
    assert paths.count("/enrollments/query") == 3 + empty_pages
    assert len(paths) == 3 + empty_pages + (5 if keys else 0)


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_groups(iot, dps, tmp_path, format):
    own = {"etag": "ZQ==", **SERVICE_OWN}
    authority = {"signingCertificates": {"primary": {"certificate": certificates.text(certificates.authority())}}}
    dps.groups.put({"enrollmentGroupId": "a", "attestation": SYMMETRIC, **own})
    dps.groups.put({"enrollmentGroupId": "b", "attestation": {"type": "x509", "x509": authority}, **own})
    names = {"caReferences": {"primary": "ca1", "secondary": "ca2"}}
    dps.groups.put({"enrollmentGroupId": "c", "attestation": {"type": "x509", "x509": names}, **own})
    result = iot(f"enrollment-group export --file {tmp_path}/groups.{format} --show-keys")
    assert (result.exit_code, result.json["count"]) == (0, 3)
    assert (
        result.err
        == f"WARNING: {tmp_path}/groups.{format} contains symmetric keys. Only its owner can read it.\n"
        + WITHOUT_CERTIFICATES.replace("enrollments", "enrollment groups").format("1 of 3")
    )
    if format == "csv":
        rows = [
            "a,symmetricKey,cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=,c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk=,,,,,,,,none,none,,,,,,,,ZQ==",
            "b,x509,,,,,,,,,,none,none,,,,,,,,ZQ==",
            "c,x509,,,,,ca1,ca2,,,,none,none,,,,,,,,ZQ==",
        ]
        written = content(tmp_path / "groups.csv").splitlines()
        assert (written[0], sorted(written[1:])) == (GROUP_COLUMNS, rows)
    else:
        assert [json.loads(line) for line in content(tmp_path / "groups.jsonl").splitlines()] == dps.groups.values()
    assert [path for _, path, _, _ in dps.sent()] == [
        "/enrollmentGroups/query",
        "/enrollmentGroups/a/attestationmechanism",
    ]


CERTIFICATES = {"clientCertificates": {"primary": {"certificate": certificates.pem()}}}


@pytest.mark.parametrize(
    ("options", "warnings"),
    [
        ("", [WITHOUT_KEYS.format("2 of 5"), WITHOUT_CERTIFICATES.format("1 of 5")]),
        ("--show-keys", [WITHOUT_CERTIFICATES.format("1 of 5")]),
        (
            "--format csv",
            [WITHOUT_KEYS.format("2 of 5"), WITHOUT_CERTIFICATES.format("1 of 5"), NOT_IN_CSV.format("3 of 5")],
        ),
        ("--only-show-errors", []),
    ],
)
def test_what_the_file_does_not_hold_is_counted(iot, dps, tmp_path, options, warnings):
    for id, proof in {"a": SYMMETRIC, "b": SYMMETRIC, "c": TPM, "d": {"type": "x509", "x509": CERTIFICATES}}.items():
        dps.enrollments.put({"registrationId": id, "attestation": proof})
    # two of them with what no column is for
    dps.enrollments.put({"registrationId": "b", "attestation": SYMMETRIC, "iotHubHostName": "h1.example"})
    dps.enrollments.put({"registrationId": "e", "attestation": {"type": "none"}, "initialTwin": {"tags": {"a": None}}})
    result = iot(f"enrollment export --file {tmp_path}/fleet {options}")
    keys = (
        f"WARNING: {tmp_path}/fleet contains symmetric keys. Only its owner can read it.\n"
        if "--show-keys" in options
        else ""
    )
    assert (result.exit_code, result.err) == (0, keys + "".join(warnings))
    assert result.json["count"] == 5


@pytest.mark.parametrize(
    ("member", "value", "cell"),
    [
        ("deviceId", "a\rb", '"a\rb"'),
        ("deviceId", "a\nb", '"a\nb"'),
        ("deviceId", " a ", " a "),
        ("etag", "Z,=", '"Z,="'),
    ],
)
def test_cells_that_are_quoted(iot, dps, tmp_path, member, value, cell):
    dps.enrollments.put({"registrationId": "dev", "attestation": TPM, member: value})
    assert iot(f"enrollment export --file {tmp_path}/fleet.csv --only-show-errors").exit_code == 0
    # of a row with a \r all cells are quoted
    assert content(tmp_path / "fleet.csv").replace('""', "").split("\n", 1)[1].count(f",{cell}") == 1
    assert iot(f"enrollment import --file {tmp_path}/fleet.csv --mode delete --yes").exit_code == 0


@pytest.mark.parametrize("format", ["jsonl", "json", "csv"])
def test_half_a_character_keeps_its_escape(iot, dps, tmp_path, format):
    dps.enrollments.put({"registrationId": "dev", "attestation": TPM, "initialTwin": {"tags": {"\udc00": "\ud83d"}}})
    assert iot(f"enrollment export --file {tmp_path}/fleet.{format} --only-show-errors").exit_code == 0
    written = content(tmp_path / f"fleet.{format}")
    assert ('"{""\\udc00"":""\\ud83d""}"' if format == "csv" else '"tags":{"\\udc00":"\\ud83d"}') in written
    if format != "csv":
        assert json.loads(written.strip("[]\n")) == dps.enrollments["dev"]
    # as with every JSON that is given
    sent = len(dps.requests)
    result = iot(f"enrollment import --file {tmp_path}/fleet.{format} --mode upsert")
    assert "it contains an unpaired surrogate, which UTF-8 cannot encode" in result.err
    assert (result.exit_code, len(dps.requests)) == (1, sent)
