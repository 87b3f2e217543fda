"""The records that the devices of the other programs belong to, made by Microsoft's service client."""

from __future__ import annotations

import sys

from azure.iot.deviceprovisioning import DeviceProvisioningClient
from certificates import Pair
from results import FACTS, FOLDER, KEYS

device, authority = Pair("device-x509"), Pair("line authority", is_authority=True)
member = Pair("line-1", issuer=authority)
files = {
    "device-x509.pem": device.pem,
    "device-x509.key": device.key_pem,
    "authority.pem": authority.pem,
    "line-1.pem": member.pem + authority.pem,
    "line-1.key": member.key_pem,
}
for name, text in files.items():
    (FOLDER / name).write_text(text)


def x509(branch: str, certificate: str) -> dict:
    return {"type": "x509", "x509": {branch: {"primary": {"certificate": certificate}}}}


keys = {"type": "symmetricKey", "symmetricKey": KEYS}
client = DeviceProvisioningClient.from_connection_string(FACTS["connectionString"], connection_verify=FACTS["caFile"])
by_key = dict.fromkeys(("device-key", *sys.argv[2:]), keys)
for id, attestation in {**by_key, "device-x509": x509("clientCertificates", device.pem)}.items():
    client.enrollment.create_or_update(id, {"registrationId": id, "attestation": attestation})
for id, attestation in (("fleet", keys), ("line", x509("signingCertificates", authority.pem))):
    client.enrollment_group.create_or_update(id, {"enrollmentGroupId": id, "attestation": attestation})
