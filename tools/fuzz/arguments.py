"""What is typed: words, connection strings, JSON, and certificate files."""

from __future__ import annotations

import json
import tempfile

import requests

from azext_iot_dps.cli import connection_string, device_certificate
from azext_iot_dps.devices import csr
from azext_iot_dps.enrollments.patching import patch_of
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from azext_iot_dps.service.auth import SasAuth
from tools.fuzz.options import converters
from tools.fuzz.trial import text, tried

CONVERTERS = {**converters(), "--dps-name": connection_string.host, "--login": connection_string.parse}


def word(data: bytes) -> None:
    for converter in CONVERTERS.values():
        tried(converter, text(data))


def connection(data: bytes) -> None:
    found = tried(connection_string.parse, text(data))
    if found:
        SasAuth(found)(requests.Request("GET", f"https://{found.host}/").prepare())
    tried(connection_string.host, text(data))


def json_argument(data: bytes) -> None:
    found = tried(CONVERTERS["--initial-twin-tags"], text(data))
    # what was taken can be sent
    json.dumps(found, allow_nan=False).encode()


def certificate_file(data: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        options = {"attestation_type": "x509", "certificate_path": file.name}
        found = [tried(lambda kind: patch_of(kind, "dev", options).new(), kind) for kind in (INDIVIDUAL, GROUP)]
        tried(csr.read, file.name, "dev")
        # without a passphrase OpenSSL would ask for one
        tried(device_certificate.context, file.name, file.name, "secret", "dev")
    assert "PRIVATE KEY" not in json.dumps(found)
