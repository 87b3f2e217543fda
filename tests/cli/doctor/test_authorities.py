"""az iot dps doctor: groups with CA certificates that were uploaded to the service."""

from __future__ import annotations

from base64 import b64encode

import pytest

from dps_emulator.lab import certificates
from tests.cli.doctor.test_chains import MEMBER, MIDDLE, ROOT

READ = "Microsoft.Devices/provisioningServices/certificates/read"


@pytest.fixture
def upload(dps):
    """Uploads a CA certificate to mydps."""
    mydps = next(each for each in dps.arm.services if each["name"] == "mydps")

    def upload(content, name="Plant-CA", is_verified=True):
        properties = {"certificate": b64encode(content).decode(), "isVerified": is_verified}
        dps.arm.authorities.put(mydps, name, {"properties": properties}, None)

    return upload


@pytest.fixture
def examined(doctor, dps, tmp_path):
    """Examines a device whose group names `plant-ca`."""
    names = {"type": "x509", "x509": {"caReferences": {"primary": "plant-ca", "secondary": None}}}
    dps.groups.put({"enrollmentGroupId": "grp", "attestation": names})
    (tmp_path / "device.pem").write_text(certificates.text(MEMBER, MIDDLE))
    device = ("--rid", "member", "--certificate-file-path", str(tmp_path / "device.pem"))
    return lambda line="-n mydps -g myrg", *more: doctor(line, *device, *more)


@pytest.mark.parametrize("content", [certificates.text(ROOT).encode(), ROOT.public_bytes(certificates.DER)])
def test_a_chain_that_leads_to_an_uploaded_certificate(examined, upload, content):
    upload(content)
    found = examined()
    assert (found.statuses["enrollment"], found.statuses["assigned-hub"]) == ("ok", "ok")
    assert found["enrollment"][0] == (
        "The enrollment group 'grp' accepts the device: the chain leads to the uploaded CA certificate 'plant-ca'."
    )


def test_an_uploaded_certificate_that_is_not_verified(examined, upload):
    upload(certificates.text(ROOT).encode(), is_verified=False)
    found = examined()
    assert found.statuses["enrollment"] == "failed"
    assert found["enrollment"] == (
        "The enrollment group 'grp' has the uploaded CA certificate 'plant-ca' of the device, which is not verified.",
        "To verify it: az iot dps certificate verify -n plant-ca",
    )


def test_another_certificate_and_none(examined, upload):
    nobody = "none of the enrollment groups has a CA certificate to which the chain leads."
    assert nobody in examined()["enrollment"][0]
    upload(certificates.text(certificates.authority()).encode())
    assert nobody in examined()["enrollment"][0]


def test_without_arm_it_is_not_decided(examined, upload, dps):
    upload(certificates.text(ROOT).encode())
    dps.arm.forbid = {READ}
    for found in (examined(), examined("", "--login", dps.connection_string)):
        assert found.statuses["enrollment"] == "warning"
        assert found["enrollment"] == (
            "The enrollment group 'grp' may accept the device: it has the uploaded CA certificate 'plant-ca', which "
            "only Azure Resource Manager shows.",
            "Check that the chain leads to it, and that it is verified: az iot dps certificate show -n plant-ca",
        )
