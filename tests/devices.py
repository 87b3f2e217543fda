"""What the tests of `az iot device registration create` are made of."""

from __future__ import annotations

import pytest

from dps_emulator.lab import certificates

SCOPE = "0ne00000A0A"
KEY1 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
KEY2 = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
# The vector of the documentation: a group's key, a device's id, its key.
GROUP_KEY = "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw=="
MEMBER = "sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6"
MEMBER_KEY = "Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc="
HUB = "linked-hub.azure-devices.net"


def symmetric(primary=KEY1, **members):
    """An individual enrollment, of `dev` unless told otherwise."""
    keys = {"primaryKey": primary, "secondaryKey": KEY2}
    return {"registrationId": "dev", "attestation": {"type": "symmetricKey", "symmetricKey": keys}, **members}


def group(**members):
    record = symmetric(GROUP_KEY, enrollmentGroupId="grp", **members)
    del record["registrationId"]
    return record


def x509(branch, certificate):
    """An attestation."""
    return {"type": "x509", "x509": {branch: {"primary": {"certificate": certificate}}}}


def said(result):
    """All but the line in which azure-cli itself repeats what was typed."""
    lines = (
        line for line in result.err.splitlines() if not line.startswith("DEBUG: cli.knack.cli: Command arguments:")
    )
    return "\n".join([result.out, *lines])


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
