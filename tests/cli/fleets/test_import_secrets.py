"""No secret of a file is in any message, result, event or log of an import."""

import json

import pytest

from tests.cli.fleets.fleet import ERROR, KEYS, LINES, MODES, RECORDS, SYMMETRIC, is_bulk

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
def test_no_secret_is_said(imported_fleet, seeded_fleet, tmp_path, mode, fault):
    function = {
        "allocationPolicy": "custom",
        "customAllocationDefinition": {"webhookUrl": WEBHOOK, "apiVersion": "2021-10-01"},
    }
    seeded_fleet.fail(where=is_bulk, **fault)
    options = f"--debug --events {tmp_path}/events.jsonl"
    result = imported_fleet(mode, "\n".join(json.dumps({**record, **function}) for record in RECORDS[:3]), options)
    assert "POST /enrollments" in result.err
    told = result.err + result.out + (tmp_path / "events.jsonl").read_text()
    assert '"event": "end"' in told
    assert not any(secret in told for secret in (*KEYS.values(), "aHVzaA", "SharedAccessSignature sr"))
