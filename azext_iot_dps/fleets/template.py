"""A CSV file to start from: what the columns are, and an example of each attestation."""

from __future__ import annotations

import csv
import io

from azext_iot_dps.fleets.formats import COMMENT
from azext_iot_dps.record.kinds import INDIVIDUAL, Kind
from azext_iot_dps.record.schema import columns, columns_help

_HINTS = (
    "Lines that begin with # are skipped. Replace the example rows, and delete columns that you do not need.",
    "A column such as tags.site or desired.mode sets a single member.",
)
# The rows of x509 become examples once their # is deleted: they need a file with a certificate.
_INDIVIDUAL = (
    {"registrationId": "sensor-1", "attestation": "symmetricKey", "provisioningStatus": "enabled",
     "tags": '{"site":"north"}'},
    {"registrationId": "sensor-2", "attestation": "tpm", "endorsementKey": "RXhhbXBsZSBlbmRvcnNlbWVudCBrZXk=",
     "deviceId": "boiler-room", "allocationPolicy": "static", "iotHubs": "hub1.azure-devices.net"},
    {"registrationId": "sensor-3", "attestation": "x509", "certificatePath": "sensor-3.pem"},
)  # fmt: skip
_GROUP = (
    {"enrollmentGroupId": "north", "attestation": "symmetricKey", "provisioningStatus": "enabled",
     "tags": '{"site":"north"}'},
    {"enrollmentGroupId": "east", "attestation": "x509", "rootCaName": "root-ca", "allocationPolicy": "static",
     "iotHubs": "hub1.azure-devices.net"},
    {"enrollmentGroupId": "south", "attestation": "x509", "certificatePath": "site-ca.pem"},
)  # fmt: skip


def text(kind: Kind) -> str:
    """The lines of the template, which can be imported as it is."""
    noun = kind.title.replace(" ", "-")
    hints = (f"To import this file: az iot dps {noun} import --file FILE.csv -n SERVICE", *_HINTS)
    out = io.StringIO(newline="")
    for line in (*hints, *columns_help(kind).splitlines()):
        out.write(f"{COMMENT} {line}\n")
    writer = csv.DictWriter(out, columns(kind), lineterminator="\n")
    writer.writeheader()
    for row in _INDIVIDUAL if kind is INDIVIDUAL else _GROUP:
        out.write(f"{COMMENT} " if "certificatePath" in row else "")
        writer.writerow(row)
    return out.getvalue()
