"""Files that cannot be read, or not to their end, or are empty: each fault with its line, and nothing is sent."""

import io
import json
import sys

import pytest

from dps_emulator.lab import certificates
from tests.cli.fleets.homeless import HOMELESS
from tests.cli.fleets.separate import separate, show_all
from tests.results import failures

KEY = "c2VjcmV0LWtleS1zZWNyZXQta2V5LTE="
TPM = '{{"registrationId":"{}","attestation":{{"type":"tpm","tpm":{{"endorsementKey":"AAgAAQALAAMAsg=="}}}}}}'
NULL = "endorsementKey must be base64 and not empty."
NO_OBJECT = "a record must be a JSON object."
OK = TPM.format("ok")
HEADER = (
    "registrationId,attestation,primaryKey,endorsementKey,certificatePath,allocationPolicy,iotHubs,reprovisionPolicy,"
    "edgeEnabled,tags,desired,webhookUrl,apiVersion,etag"
)
COMMA, NAME = (
    "a record must be followed by ',' or ']'.",
    "broken JSON: Expecting property name enclosed in double quotes.",
)
NUMBER, DEEP = "it contains a number that is too large.", "it is nested too deeply."
TWICE = "it contains the member 'a' twice."
HALF = "it contains an unpaired surrogate, which UTF-8 cannot encode."
BEGINS = "a JSON array must begin with '['. For one record per line use --format jsonl."
CELLS = "the row must have as many cells as there are columns."
ID = "registrationId must be 1 to 128 letters, digits, '-', '.', '_' or ':', and not '.' or '..' alone."


@pytest.fixture
def refused(az, dps, tmp_path, monkeypatch):
    """What an import of this file says; it knows no service, and sends nothing."""
    monkeypatch.chdir(tmp_path)
    show_all(monkeypatch)

    def refused(name, content, line="--validate-only", noun="enrollment"):
        content = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(content)
        result = az(f"iot dps {noun} import --file {name} {line}")
        assert (result.exit_code, result.out, dps.requests) == (1, "", [])
        assert not any(secret in result.err for secret in (KEY, "hush", "Traceback"))
        return result.err.splitlines()

    return refused


ONE_LINE = "a record must be a JSON object on one line. For a JSON array use --format json."
LINES = [
    ('{"registrationId": "a"', "broken JSON: the closing } is missing."),
    ('{\u201cregistrationId": "a"}', 'broken JSON: \u201c is a curly quote. Type " instead.'),
    ("{", ONE_LINE),
    ('{"registrationId": "a}', "broken JSON: Unterminated string starting at."),
    ("{'registrationId': 'a'}", NAME),
    (OK[:-1] + ',"tags":{"a":1,"b":":","a":1}}', TWICE),
    (OK[:-1] + ',"registrationId":"b"}', TWICE.replace("'a'", "'registrationId'")),
    ("[]", ONE_LINE),
    ("5", "a record must be a JSON object."),
    ("null", "a record must be a JSON object."),
    ('"dev1"', "a record must be a JSON object."),
    (OK + ",", "there is text after the record."),
    (OK + OK, "there is text after the record."),
    ('{"a": NaN}', "NaN is not a JSON number."),
    ('{"a": -Infinity}', "-Infinity is not a JSON number."),
    (TPM.format("a")[:-1] + ',"a":[1e999]}', NUMBER),
    (TPM.format("b")[:-1] + ',"a":{"b":-1E999}}', NUMBER),
    ('{"a": 1' + "0" * 5000 + "}", NUMBER),
    ('{"a": 01}', "broken JSON: Expecting ',' delimiter."),
    ('{"a": "\x00"}', "broken JSON: Invalid control character at."),
    ('{"registrationId": "dev1", "a": "\\udc00"}', HALF),
    ('{"a":' * 100_000, DEEP),
    ("[" * 100_000, DEEP),
    (f"{KEY}", "broken JSON: it is text, not JSON."),
]


def test_lines_that_are_no_records(refused):
    for mode in ("create", "delete --yes"):
        first, *found = refused(
            "a.jsonl", "\n\n".join([OK, *(line for line, _ in LINES)]), f"--mode {mode} --validate-only"
        )
        expected = [f"line {line}: {words}" for line, (_, words) in zip(range(3, 99, 2), LINES)]
        assert (first, separate(found, range(3, 99, 2))) == (
            f"ERROR: --file has {len(expected)} faults. Nothing was sent.",
            expected,
        )


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", [(" 1", BEGINS)]),
        ("\n\n  ", [(" 3", BEGINS)]),
        ('\n{"a": 1}', [(" 2", BEGINS)]),
        ("[", [(" 1", "broken JSON: Expecting value.")]),
        ("[\n,]", [(" 2", "broken JSON: Expecting value.")]),
        (f"[{OK},\n]", [(" 2", "broken JSON: Expecting value.")]),
        (f"[{OK},", [(" 1", "broken JSON: Expecting value.")]),
        (f"[{OK}\n", [(" 2", COMMA)]),
        (f"[{OK}\n{TPM.format('b')}]", [(" 2", COMMA)]),
        (f"[{OK}\n}}]", [(" 2", COMMA)]),
        (f"[{OK},\n{OK[:-3]}", [(" 2", "broken JSON: Expecting ',' delimiter.")]),
        (f"[{OK}]\n\n]", [(" 3", "there is text after the array.")]),
        (f"[{OK}]\n{OK}", [(" 2", "there is text after the array.")]),
        (f"[\n5,\r\n{OK},\n[],\n\n{{}}]", [("s 2, 4", NO_OBJECT), (" 6", "registrationId is required.")]),
        (f'[\n{OK[:-1]},"a":1e999}},\n{{"a": "\\ud800"}},\n{{"a": NaN}}, 5]',
         [(" 2", NUMBER), (" 3", HALF), (" 4", "NaN is not a JSON number.")]),
        ('[\n{"a": 1,\n "a" : 1},\n{"b": {"a": ":", "a": 1}}, 5]', [("s 2-4", TWICE), (" 4", NO_OBJECT)]),
        ("[" + "[" * 100_000, [(" 1", DEEP)]),
        ('[\n{"a": "' + "x" * 5_000_000, [(" 2", "it is longer than 4,000,000 characters.")]),
        ("[\0", [(" 1", "broken JSON: Expecting value.")]),
    ],
)  # fmt: skip
def test_arrays(refused, text, faults):
    first, *found = refused("a.json", text)
    assert found == [f"line{line}: {words}" for line, words in faults]
    assert "Nothing was sent" in first


def test_rows(refused):
    rows = [
        ("ok,tpm,,AAgAAQALAAMAsg==,,,,,,,,,,", None),
        ("\n\n,tpm,,AAgAAQALAAMAsg==,,,,,,,,,,", "registrationId is required."),
        ('"a\nb",tpm,,AAgAAQALAAMAsg==,,,,,,,,,,', ID),
        (" a,tpm,,AAgAAQALAAMAsg==,,,,,,,,,,", ID),
        ("a,tpm,,AAgAAQALAAMAsg==,,,,,,,,,", CELLS),
        ("a,tpm,,AAgAAQALAAMAsg==,,,,,,,,,,,x", CELLS),
        ("a", CELLS),
        ("a,,,,,,,,,,,,,", "attestation is required: one of symmetricKey, tpm, x509."),
        ("b,tmp,,AAgAAQALAAMAsg==,,,,,,,,,,", "attestation must be one of symmetricKey, tpm, x509."),
        ("c,tpm,,,,,,,,,,,,", "tpm attestation requires endorsementKey."),
        ("d,x509,,,,,,,,,,,,", "x509 attestation requires a certificate: certificatePath or secondaryCertificatePath."),
        ("e,x509,,AAgAAQALAAMAsg==,,,,,,,,,,", "endorsementKey belongs to tpm attestation, but attestation is x509."),
        (f"f,symmetricKey,{KEY[:-1]},,,,,,,,,,,", "primaryKey must be base64 of 16 to 64 bytes."),
        ("g,tpm,,QUFB,,nearest,,,,,,,,", "allocationPolicy must be one of custom, geoLatency, hashed, static."),
        ('h,tpm,,AAgAAQALAAMAsg==,,hashed,"a,b",,,,,,,', "iotHubs must be host names, separated by spaces only."),
        ("i,tpm,,AAgAAQALAAMAsg==,,,a.net,,,,,,,", "iotHubs requires allocationPolicy."),
        ("j,tpm,,QUFB,,custom,,,,,,https://f.example/?code=hush,,", "allocationPolicy custom requires apiVersion."),
        ("k,tpm,,AAgAAQALAAMAsg==,,,,always,,,,,,",
         "reprovisionPolicy must be one of never, reprovisionandmigratedata, reprovisionandresetdata, or none."),
        ("l,tpm,,AAgAAQALAAMAsg==,,,,,yes,,,,,", "edgeEnabled must be true or false, or none."),
        ("m,tpm,,AAgAAQALAAMAsg==,,,,,,[],,,,", "tags must be a JSON object: it is a list."),
        ('n,tpm,,AAgAAQALAAMAsg==,,,,,,,"{""a"": 1e999}",,,', f"desired must be a JSON object: {NUMBER}"),
        ('nn,tpm,,AAgAAQALAAMAsg==,,,,,,"{""a"": 1, ""a"": 2}",,,,', f"tags must be a JSON object: {TWICE}"),
        ("o,tpm,,AAgAAQALAAMAsg==,,,,,,,,,,b 2", "etag must be an ETag as `show` prints it, or * for any."),
        ("p,x509,,,no--ne.pem,,,,,,,,,", "certificatePath: cannot read no--ne.pem: No such file or directory."),
        ("q,x509,,,a.csv,,,,,,,,,", "certificatePath: a.csv is not a certificate: it is neither PEM nor DER."),
        ("r,x509,,,key.pem,,,,,,,,,", "certificatePath: key.pem is not a certificate: it is a private key."),
        # Python before 3.11 reads no further
        *([("s,tpm,,QUF\0,,,,,,,,,,", NULL)] if sys.version_info >= (3, 11) else []),
        ('t"u,"tpm"x,,,,,,,,,,,,', "the row cannot be read: ',' expected after '\"'."),
        ("behind that nothing can be read", None),
    ]  # fmt: skip
    with open("key.pem", "wb") as file:
        file.write(certificates.private_key())
    text, expected, begins = HEADER + "\n", [], []
    for row, words in rows:
        line = (text + row[: len(row) - len(row.lstrip("\n"))]).count("\n") + 1
        expected += [f"line {line}: {words}"] if words else []
        begins.append(line)
        text += row + "\n"
    first, *found = refused("a.csv", text)
    found = separate(found, begins)
    assert (first, found) == (f"ERROR: --file has {len(expected)} faults. Nothing was sent.", expected)


@pytest.mark.parametrize("content", [b"\x80\x81", OK.encode() + b"\n\xff", b"\xff\xfe\x00\xd8\x00\x00", b"\xff\xfe{"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.yaml"])
def test_bytes_that_are_no_text(refused, name, content):
    content = b"registrationId\n" + content if name == "a.csv" and content[:1] != b"\xff" else content
    assert refused(name, content) == [f"ERROR: --file: {name} is not UTF-8 text."]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nope.jsonl", "cannot read nope.jsonl: No such file or directory."),
        ("nope/../a.csv", "cannot read nope/../a.csv: No such file or directory."),
        (".", "the folder . has no files of records."),
        ("~nobody-of-that-name/a", f"cannot read ~nobody-of-that-name/a: {HOMELESS}."),
    ],
)
def test_files_that_cannot_be_read(iot, dps, tmp_path, monkeypatch, path, words):
    monkeypatch.chdir(tmp_path)
    result = iot(f"enrollment import --file {path}")
    assert (result.exit_code, result.out, dps.requests) == (1, "", [])
    assert result.err == f"ERROR: --file: {words}\n"


def test_a_spreadsheet_is_refused_unread(refused):
    line = "ERROR: --file fleet.xlsx: .xlsx is not the extension of a format of records: .json, .csv, .jsonl, .ndjson, "
    line += ".yaml, .yml."
    assert refused("fleet.xlsx", "PK") == [
        line, "Save the sheet as CSV UTF-8 in the spreadsheet program, and specify that file.",
    ]  # fmt: skip


@pytest.mark.parametrize("content", [None, b"\xff\xff", b"5"])
def test_standard_input_that_cannot_be_read(iot, dps, monkeypatch, content):
    """None: an az that was started without one."""
    stdin = None if content is None else io.TextIOWrapper(io.BufferedReader(io.BytesIO(content)))
    monkeypatch.setattr(sys, "stdin", stdin)
    result = iot("enrollment import --file -")
    words = {None: "standard input is closed.", b"\xff\xff": "standard input is not UTF-8 text."}
    assert (result.exit_code, dps.requests) == (1, [])
    assert words.get(content, "line 1: a record must be a JSON object.") in result.err


def test_only_a_check(az, dps, tmp_path):
    """It needs no service and no login; what is asked of a service is not even looked up."""
    (tmp_path / "a.jsonl").write_text(
        f"{OK}\n{json.dumps({'registrationId': 'b', 'attestation': {'type': 'symmetricKey'}})}"
    )
    for more in ("", "-n mydps -g nope", "--mode delete"):
        result = az(f"iot dps enrollment import --validate-only --file {tmp_path}/a.jsonl {more}")
        assert (result.exit_code, result.json) == (0, {"total": 2, "seconds": result.json["seconds"]})
        assert ("1 of 2 records have symmetricKey attestation without keys" in result.err) == ("delete" not in more)
    assert dps.requests == []
    unnamed = az(f"iot dps enrollment import --file {tmp_path}/a.jsonl")
    assert (
        unnamed.exit_code,
        "Specify the Device Provisioning Service with --dps-name (-n) or --login (-l)." in unnamed.err,
    ) == (1, True)


@pytest.mark.parametrize(
    ("name", "text"), [("a.jsonl", ""), ("a", "\n \n"), ("a.json", " [ ] "), ("a.csv", HEADER), ("a.yml", "# -")]
)
def test_a_file_without_records(iot, dps, tmp_path, name, text):
    (tmp_path / name).write_text(text)
    for mode in ("create", "delete"):
        result = iot(f"enrollment import --file {tmp_path}/{name} --mode {mode}")
        assert (result.exit_code, result.json["total"], failures(result.json)) == (0, 0, [])
    assert dps.requests == []
