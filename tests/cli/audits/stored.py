"""Records for audits, and what is found of them."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta, timezone

GOOD = [base64.b64encode(bytes([number * 37 % 251 ^ seed for number in range(64)])).decode() for seed in range(8)]
KEYS = {"primaryKey": GOOD[0], "secondaryKey": GOOD[1]}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "AToAAQALAAMAsgAgg3GXZ0SE"}}
WEBHOOK = {"webhookUrl": "https://f.example/api?code=c2VjcmV0LWNvZGU", "apiVersion": "2021-10-01"}
HUB = "hub1.azure-devices.net"


def day(days):
    """A time of the service, so many days from now and an hour."""
    moment = datetime.now(timezone.utc) + timedelta(days=days, hours=1)
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + ".1234567Z"


def x509(*ends, branch="clientCertificates"):
    slots = zip(("primary", "secondary"), ends)
    return {"type": "x509", "x509": {branch: {slot: {"info": {"notAfterUtc": end}} for slot, end in slots}}}


def keys(primary, secondary=GOOD[1]):
    return {"type": "symmetricKey", "symmetricKey": {"primaryKey": primary, "secondaryKey": secondary}}


def found(id, check, severity, member, message):
    return {"check": check, "severity": severity, "id": id, "member": member, "message": message}
