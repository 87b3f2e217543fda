"""A fleet of 25 devices, as a file has it."""

from __future__ import annotations

import json

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
RECORDS = [{"registrationId": f"dev{number:02}", "attestation": SYMMETRIC, "deviceId": "new"} for number in range(25)]
LINES = "".join(json.dumps(record, separators=(",", ":")) + "\n" for record in RECORDS)
MODES = ["create", "update", "upsert", "delete --yes"]
ERROR = {"registrationId": "dev00", "errorCode": 409201, "errorStatus": "x"}


def is_bulk(request):
    """Whether a request is a bulk call."""
    return request.path == "/enrollments"
