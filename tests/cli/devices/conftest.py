"""A device that registers, and the files by which it authenticates."""

from __future__ import annotations

import pytest

from dps_emulator.lab import certificates
from tests.devices import SCOPE, x509


@pytest.fixture
def create(az, dps):
    """Runs the command, by default for `dev` at the emulator's host and with its ID scope; `more` is not split."""

    def create(line="", *more, id="dev", where=f"--id-scope {SCOPE} --host {{}}"):
        return az(f"iot device registration create --registration-id {id} {where.format(dps.host)} {line}", *more)

    return create


@pytest.fixture
def device_requests(dps):
    """(method, path) of what was sent to the device API."""
    return lambda: [(each.method, each.path) for each in dps.requests if each.path.startswith(f"/{SCOPE}/")]


@pytest.fixture
def files(tmp_path):
    """Writes a certificate file and a key file; the options that name them."""

    def files(certificate, key):
        for name, content in (("device.pem", certificate), ("device.key", key)):
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return [
            "--certificate-file-path",
            str(tmp_path / "device.pem"),
            "--key-file-path",
            str(tmp_path / "device.key"),
        ]

    return files


@pytest.fixture
def own(files, dps):
    """An enrollment by certificate, and the options for that."""
    record = {"registrationId": "dev", "attestation": x509("clientCertificates", certificates.pem("dev"))}
    dps.enrollments.put(record)
    return files(certificates.pem("dev"), certificates.private_key(name="dev"))
