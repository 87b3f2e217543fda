"""Secrets that a request carried, and that a response repeats in any spelling: they are shown nowhere."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, quote

import pytest
from azure.cli.core import telemetry

KEY1 = "bWFya+Vk/XNlY3JldC1tYXJrZWQtc2VjcmV0MQ=="
KEY2 = "c2Vjb25k+G1hcmtlZC/zZWNyZXQtc2Vjb25kMg=="
BARE = {KEY1: "bWFya+Vk/XNlY3JldC1tYXJrZWQtc2VjcmV0MQ", KEY2: "c2Vjb25k+G1hcmtlZC/zZWNyZXQtc2Vjb25kMg"}
RECORD = {
    "registrationId": "dev",
    "attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY1, "secondaryKey": KEY2}},
}
TPM = {"registrationId": "dev", "attestation": {"type": "tpm", "tpm": {"endorsementKey": KEY1}}}
LINES = {
    "keys": (f"--at symmetricKey --pk {KEY1} --sk {KEY2}", (KEY1, KEY2)),
    "tpm": (f"--at tpm --ek {KEY1}", (KEY1,)),
    "webhook": (
        "--at symmetricKey --ap custom --av 2021-10-01 --webhook-url 'https://f.example/api?token=mark+ed%2Fsecret&x=1'",
        ("mark+ed%2Fsecret", "mark+ed/secret"),
    ),
}


def lower(text):
    quoted = quote(text, safe="")
    return quoted.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d")


SPELLINGS = {
    "raw": str,
    "bare": lambda secret: secret.rstrip("="),
    "url": lambda secret: quote(secret, safe=""),
    "lower": lower,
    "json": lambda secret: json.dumps({"a": secret}).replace("/", "\\/"),
    "json in json": lambda secret: json.dumps(json.dumps({"a": secret})),
    ".net": lambda secret: secret.replace("+", "\\u002B"),
}


@pytest.fixture(autouse=True)
def log(monkeypatch, tmp_path):
    """Has az write its log file; returns its content."""
    monkeypatch.setenv("AZURE_LOGGING_ENABLE_LOG_FILE", "true")
    monkeypatch.setenv("AZURE_LOGGING_LOG_DIR", str(tmp_path / "logs"))
    return (tmp_path / "logs" / "az.log").read_text


@pytest.fixture
def everything(log):
    """All that a command left behind, without the line in which azure-cli itself repeats what was typed."""

    def everything(result):
        lines = [*result.out.splitlines(), *result.err.splitlines(), *log().splitlines()]
        recorded = {name: value for name, value in vars(telemetry._session).items() if name != "raw_command"}
        said = "\n".join(line for line in lines if "Command arguments:" not in line)
        return said + repr({name: value for name, value in recorded.items() if name != "parameters"})

    return everything


def echo(dps, text, where):
    """A refusal that repeats the text."""
    body = {"errorCode": 400004, "message": "Bad Request: wrong value.", "trackingId": "abc"}
    header = text.replace("\n", " ")
    if where == "message":
        return {"status": 400, "body": {**body, "message": f"Wrong value <{text}>."}}
    if where in ("trackingId", "errorCode"):
        return {"status": 400, "body": {**body, where: text}}
    if where == "header":
        return {"status": 400, "headers": {"x-ms-request-id": header}, "body": {"message": "Wrong."}}
    if where == "raw":
        return {"status": 400, "raw": text, "content_type": "text/plain"}
    return {"status": f"400 Wrong {header}", "raw": ""}


WHERE = ("message", "trackingId", "errorCode", "header", "raw", "reason")


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize(("options", "secrets"), LINES.values(), ids=LINES)
def test_a_refused_create(iot, dps, everything, options, secrets, spelling, where):
    for secret in secrets:
        dps.fail(method="PUT", **echo(dps, spelling(secret), where))
        result = iot(f"enrollment create --eid dev --debug {options}")
        assert result.exit_code == 1
        said = everything(result)
        assert [text for text in (spelling(secret), secret.rstrip("=")) if text in said] == []


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("record", [RECORD, TPM], ids=["keys", "tpm"])
def test_a_refused_import(iot, dps, tmp_path, everything, record, spelling):
    file = tmp_path / "fleet.jsonl"
    file.write_text(json.dumps(record))
    error = {"registrationId": "dev", "errorCode": 400004, "errorStatus": f"Wrong: {spelling(KEY1)}"}
    dps.fail(method="POST", body={"isSuccessful": False, "errors": [error]})
    result = iot(f"enrollment import --file {file} --debug")
    assert result.exit_code == 1
    assert result.json["failures"][0]["message"].startswith("Wrong: ")
    assert "***" in result.json["failures"][0]["message"]
    said = everything(result)
    assert [text for text in (spelling(KEY1), BARE[KEY1]) if text in said] == []


def test_a_refused_import_of_large_records(iot, dps, tmp_path, everything):
    file = tmp_path / "fleet.jsonl"
    file.write_text(json.dumps({**RECORD, "initialTwin": {"tags": {"a": "x" * 1_500_000}}}))
    error = {"registrationId": "dev", "errorCode": 400004, "errorStatus": f"Wrong: {KEY1}"}
    dps.fail(method="POST", body={"isSuccessful": False, "errors": [error]})
    result = iot(f"enrollment import --file {file} --debug")
    assert result.json["failures"][0]["message"] == "Wrong: ***"
    assert BARE[KEY1] not in everything(result)


@pytest.fixture
def repeated(dps):
    """Has the service repeat a part of the Authorization header; returns what it repeated."""

    def repeated(part):
        marks, body, headers = [], {"errorCode": 400004}, {"x-ms-request-id": ""}

        def struck(request):
            if not request.is_service:
                return False
            marks.append(part(request.headers["Authorization"].partition(" ")[2]))
            body.update(message=f"Wrong value <{marks[0]}>.", errorCode=marks[0])
            headers["x-ms-request-id"] = marks[0]
            return True

        dps.fail(where=struck, status=400, body=body, headers=headers)
        return marks

    return repeated


@pytest.mark.parametrize("spelling", [*SPELLINGS.values()][:4], ids=[*SPELLINGS][:4])
def test_the_signature_of_a_request(iot, everything, repeated, spelling):
    marks = repeated(lambda credential: spelling(parse_qs(credential)["sig"][0]))
    result = iot("enrollment show --eid dev --debug")
    assert "Wrong value <***>. (error ***, tracking ID ***)" in result.err
    assert marks[0] not in everything(result)


@pytest.mark.parametrize("part", ["whole", "payload", "signature"])
def test_an_access_token(az, dps, everything, repeated, part):
    marks = repeated(
        lambda token: dict(zip(("whole", "header", "payload", "signature"), [token, *token.split(".")]))[part]
    )
    result = az(f"iot dps enrollment show --eid dev --debug --auth-type login -n {dps.host}")
    assert "Wrong value <***>. (error ***, tracking ID ***)" in result.err
    assert marks[0] not in everything(result)


def test_a_webhook_that_is_stored_is_logged_without_its_query(iot, dps, everything):
    definition = {
        "webhookUrl": "https://u:password@f.example/api?token=mark+ed%2Fsecret&x=1",
        "apiVersion": "2021-10-01",
    }
    dps.enrollments.put({**RECORD, "allocationPolicy": "custom", "customAllocationDefinition": definition})
    result = iot("enrollment show --eid dev --debug -o none")
    said = everything(result)
    assert "https://u:***@f.example/api?token=***&x=1" in said
    assert [text for text in ("mark+ed", "mark ed", "password@") if text in said] == []
