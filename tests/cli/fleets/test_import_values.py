"""Values are quoted in their faults, keys never; what a spreadsheet made of a number is named as that."""

import json

import pytest

KEY = "c2VjcmV0LWtleS1zZWNyZXQta2V5LTE="
ID = "must be 1 to 128 letters, digits, '-', '.', '_' or ':', and not '.' or '..' alone."
MANGLED = "looks like a number that a spreadsheet changed: format the column as text."
ATTESTATION = "attestation must be one of symmetricKey, tpm, x509."
A_DATE = "must be a date, optionally with -preview, from 2018-09-01-preview on, such as 2021-10-01."


@pytest.fixture
def told(az, tmp_path):
    """What a check of this text of CSV, or of this record of JSON, says."""

    def told(content, options="", noun="enrollment"):
        path = tmp_path / ("a.csv" if isinstance(content, str) else "a.jsonl")
        path.write_bytes((content if isinstance(content, str) else json.dumps(content)).encode())
        result = az(f"iot dps {noun} import --validate-only --file {path} {options}")
        assert not any(secret in result.err for secret in (KEY[:20], "hush", "Traceback"))
        return result.err.splitlines()

    return told


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"registrationId": "a b"}, f"registrationId {ID} Found: 'a b'."),
        ({"registrationId": "ä" * 70}, f"registrationId {ID} Found: '{'ä' * 60}'…."),
        ({"registrationId": "\x1b[1m"}, f"registrationId {ID} Found: '\\x1b[1m'."),
        ({"provisioningStatus": "on"}, "provisioningStatus must be one of disabled, enabled. Found: 'on'."),
        ({"iotHubs": "h1/h2", "allocationPolicy": "static"},
         "iotHubs must be host names, separated by spaces only. Found: 'h1/h2'."),
        ({"apiVersion": "yesterday"}, f"apiVersion {A_DATE} Found: 'yesterday'."),
        ({"edgeEnabled": "yes"}, "edgeEnabled must be true or false, or none. Found: 'yes'."),
        ({"attestation": "rsa"}, f"{ATTESTATION} Found: 'rsa'."),
        ({"etag": "b 2"}, "etag must be an ETag as `show` prints it, or * for any. Found: 'b 2'."),
        ({"webhookUrl": "http://f.example/api"},
         "webhookUrl must be the https:// URL of a function. Found: 'http://f.example/api'."),
        ({"webhookUrl": "http://f.example/api?code=hush"},
         "webhookUrl must be the https:// URL of a function. Found: 'http://f.example/api…'."),
        ({"webhookUrl": "http://f.example/api?code=\nhush"},
         "webhookUrl must be the https:// URL of a function. Found: 'http://f.example/api…'."),
        # long, but no key, which has letters of both cases
        ({"registrationId": "thermostatinthecellar01 b"}, f"registrationId {ID} Found: 'thermostatinthecellar01 b'."),
        ({"registrationId": "8D3A5C7B9F1E2D4C6A8B b"}, f"registrationId {ID} Found: '8D3A5C7B9F1E2D4C6A8B b'."),
        # a cell too many before it
        ({"attestation": KEY}, ATTESTATION),
        ({"provisioningStatus": f"{KEY[:-1]}!"}, "provisioningStatus must be one of disabled, enabled."),
        ({"registrationId": "https://f.example/?code=hush"}, f"registrationId {ID}"),
        ({"registrationId": "https://f.example/?Code=hush"}, f"registrationId {ID}"),
        ({"primaryKey": KEY[:-2]}, "primaryKey must be base64 of 16 to 64 bytes."),
        ({"endorsementKey": "hush!"}, "endorsementKey must be base64 and not empty."),
        ({"registrationId": "8.93102E+19"}, f"registrationId {MANGLED} Found: '8.93102E+19'."),
        ({"registrationId": "8,93102E+19"}, f"registrationId {MANGLED} Found: '8,93102E+19'."),
        ({"deviceId": "1E+05"}, f"deviceId {MANGLED} Found: '1E+05'."),
    ],
)  # fmt: skip
def test_a_value_is_quoted(told, cells, fault):
    cells = {"registrationId": "dev", "attestation": "", "deviceId": "", **cells}
    row = ",".join(f'"{cell}"' for cell in cells.values())
    assert told(f"{','.join(cells)}\n{row}\n", "--mode update") == [
        "ERROR: --file has 1 fault. Nothing was sent.",
        f"line 2: {fault}",
    ]


def test_values_of_json_are_quoted_too(told):
    record = {"registrationId": "a b", "provisioningStatus": "Enabled", "iotHubs": ["a b"]}
    assert told(record)[1:] == [f"line 1: registrationId {ID} Found: 'a b'."]
    assert told({**record, "registrationId": "a"})[1:] == [
        "line 1: provisioningStatus must be one of disabled, enabled. Found: 'Enabled'.",
        "line 1: iotHubs must be host names, separated by spaces only. Found: 'a b'.",
    ]


def test_a_column_that_is_missing_is_named_as_that(told):
    rows = "".join(f"dev{number}\n" for number in range(50_000))
    fault = "attestation is required: one of symmetricKey, tpm, x509."
    assert told(f"registrationId\n{rows}")[1:] == [f"lines 2-50001: {fault} The file has no such column."]
    assert told("registrationId,attestation\na,\n")[1:] == [f"line 2: {fault}"]
    certificate = "x509 attestation requires a certificate: certificatePath or secondaryCertificatePath."
    assert told("registrationId,attestation\na,x509\n")[1:] == [f"line 2: {certificate} The file has no such column."]


def test_a_legal_id_that_looks_like_a_number_of_a_spreadsheet_is_warned_of(told):
    assert told("registrationId,attestation,deviceId\n12345.0,symmetricKey,7.00\nv1.0,symmetricKey,1.5\n")[:2] == [
        f"WARNING: line 2: registrationId 12345.0 {MANGLED}",
        f"WARNING: line 2: deviceId 7.00 {MANGLED}",
    ]


def test_a_group_among_enrollments_is_named_as_that(told):
    fault = "registrationId is required, and the record has enrollmentGroupId: it is an enrollment group."
    assert told({"enrollmentGroupId": "g"})[1:] == [f"line 1: {fault}"]
