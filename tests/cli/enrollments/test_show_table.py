"""show -o table: of a certificate also the thumbprint and the end of its validity."""

import pytest

from dps_emulator.lab import certificates

ID = {"enrollment": "registrationId", "enrollment-group": "enrollmentGroupId"}


@pytest.mark.parametrize("noun", ID)
def test_a_certificate_in_the_table(iot, tmp_path, noun):
    pem = certificates.text(certificates.authority("dev")) if noun == "enrollment-group" else certificates.pem("dev")
    (tmp_path / "dev.pem").write_text(pem)
    at = "" if noun == "enrollment-group" else "--at x509"
    id = "--group-id" if noun == "enrollment-group" else "--eid"
    assert iot(f"{noun} create {id} dev {at} --cp {tmp_path}/dev.pem").exit_code == 0
    shown = iot(f"{noun} show {id} dev").json["attestation"]["x509"]
    ((_, slots),) = shown.items()
    info = slots["primary"]["info"]
    names, _, values = iot(f"{noun} show {id} dev -o table").out.splitlines()
    row = dict(zip(names.split(), values.split()))
    assert (row["Thumbprint"], row["Expires"]) == (info["sha1Thumbprint"], info["notAfterUtc"][:10])
    assert (len(values) <= 120, "LastUpdated" in row) == (True, False)
    assert "Thumbprint" not in iot(f"{noun} list -o table").out
