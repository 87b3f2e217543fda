"""No secret of a file is in any message, result or log of an import."""

import json

import pytest

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
RECORDS = [{"registrationId": f"dev{number:02}", "attestation": SYMMETRIC, "deviceId": "new"} for number in range(25)]
LINES = "".join(json.dumps(record, separators=(",", ":")) + "\n" for record in RECORDS)
MODES = ["create", "update", "upsert", "delete --yes"]
ERROR = {"registrationId": "dev00", "errorCode": 409201, "errorStatus": "x"}


def is_bulk(request):
    return request.path == "/enrollments"


@pytest.fixture
def imported(az, dps, tmp_path):
    """Imports these records with one worker."""

    def imported(mode, content=LINES, options="--concurrency 1", login=None):
        (tmp_path / "a.jsonl").write_text(content)
        login = login or f"--login '{dps.connection_string}'"
        line = f"--file {tmp_path}/a.jsonl --failed-file {tmp_path}/b.jsonl --mode {mode} {options} {login}"
        result = az(f"iot dps enrollment import {line}")
        assert "unexpected error" not in result.err
        assert not any(key in result.err for key in KEYS.values())
        return result

    return imported


@pytest.fixture
def seeded(dps):
    for record in RECORDS:
        dps.enrollments.put({**record, "deviceId": "old", "etag": "b2xk"})
    return dps


WEBHOOK = "https://f.example/api?code=aHVzaA"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 403, "body": {"message": f"You sent {json.dumps(SYMMETRIC)} to {WEBHOOK}."}},
        {"drop": "after"},
        {"status": 200, "raw": LINES},
        {
            "body": {
                "errors": [{**ERROR, "errorStatus": f"No: {json.dumps(SYMMETRIC)} {WEBHOOK}"}],
                "isSuccessful": False,
            }
        },
        {
            "status": 429,
            "headers": {"Retry-After": "60"},
            "body": {"message": f"Not now, primaryKey={KEYS['primaryKey']}"},
        },
    ],
    ids=["403", "lost", "no-result", "refused", "429"],
)
def test_no_secret_is_said(imported, seeded, mode, fault):
    function = {
        "allocationPolicy": "custom",
        "customAllocationDefinition": {"webhookUrl": WEBHOOK, "apiVersion": "2021-10-01"},
    }
    seeded.fail(where=is_bulk, **fault)
    result = imported(mode, "\n".join(json.dumps({**record, **function}) for record in RECORDS[:3]), "--debug")
    assert "POST /enrollments" in result.err
    assert not any(
        secret in result.err + result.out for secret in (*KEYS.values(), "aHVzaA", "SharedAccessSignature sr")
    )
